"""Registers in and out of workbooks: columns declared once, and from them reading, forms, exports and help. No Django.

    PILES = Register(
        code="piles",                                   # part of the hidden mark of our own forms
        title=_("充电桩台账"),
        key=("institution", "site"),                    # tells rows apart; empty: every row is new
        columns=(
            Column(name="institution", header=_("公共机构"), type=Type.NAME, required=True),
            Column(name="site", header=_("场站"), required=True, max_length=100, synonyms=("站点",)),
            Column(name="power", header=_("功率（kW）"), type=Type.NUMBER, unit="kW", decimals=2,
                   minimum=Decimal(0), maximum=Decimal(10**6)),
            Column(name="commissioned", header=_("投运日期"), type=Type.DATE, required=True),
            Column(name="current", header=_("类型"), type=Type.CHOICE, choices=(Option("ac", _("交流")), ...)),
            Column(name="is_new", header=_("新建"), type=Type.BOOLEAN, default=True),
        ),
        checks=(the_day_is_in_the_year,),               # Values -> faults, of the row as it will stand
    )

**Reading**: `read_register(book, PILES, World(names=..., standing=...), limits)` gives `RegisterRead`: `entries` (one a
row: `values` as they will stand, `standing`, `asked`, `is_new`, `is_change`), `problems`, `skipped`, `unchanged`,
`changes`. It raises `FileRefused` where there is no table of this register. `World.names` has a `NameList` for each
column of type NAME (`NameList.of_units`, `NameList.by_code_or_name`); `World.standing` is called once with all keys of
the file and returns what is stored, by key. A blank cell keeps what stands, 清空 clears, a new row needs what is
required. What only the database knows is added by `read.refuse(entry, Fault(code, detail, values, column))`.

**Writing**: `write_register(PILES, rows, Head(title=..., labels={"institution": {code: name}}), at=at)`: bytes of an
.xlsx with a header, choices, formats, a hidden mark and a sheet of help; without rows it is the blank form. What it
writes reads back as no change.

**Rules**: `faults_of(PILES, rows)` gives everything that is wrong with rows, for doors that are no files.

**Words**: `describe`, `rules_of` (help), `columns_as_json` (for programs), `said` (a value for people), `as_json` and
`from_json` (a row for keeping).

Values: text `str`, number `Decimal`, day `date`, choice and name their code, yes or no `bool`, blank `None`.
"""

from common.workbook.register.columns import (
    Check,
    Column,
    Fault,
    Key,
    Option,
    Register,
    RowCheck,
    Type,
    Value,
    Values,
)
from common.workbook.register.help import ColumnHelp, columns_as_json, describe, how_to_fill, rules_of
from common.workbook.register.names import NameList, NameLists
from common.workbook.register.read import read_register
from common.workbook.register.results import Entry, RegisterRead, World
from common.workbook.register.rules import faults_of
from common.workbook.register.shown import Labels, as_json, from_json, said
from common.workbook.register.write import Head, write_register

__all__ = [
    "Check",
    "Column",
    "ColumnHelp",
    "Entry",
    "Fault",
    "Head",
    "Key",
    "Labels",
    "NameList",
    "NameLists",
    "Option",
    "Register",
    "RegisterRead",
    "RowCheck",
    "Type",
    "Value",
    "Values",
    "World",
    "as_json",
    "columns_as_json",
    "describe",
    "faults_of",
    "from_json",
    "how_to_fill",
    "read_register",
    "rules_of",
    "said",
    "write_register",
]
