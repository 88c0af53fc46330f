"""The register of units' other names: what imports read as which unit."""

from common.workbook.register import Column, Register, Type


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


ALIASES = Register(
    code="aliases",
    title=_("单位别名"),
    key=("unit", "alias"),
    columns=(
        Column(
            name="unit",
            header=_("单位"),
            synonyms=("单位代码", "所属单位", "单位名称", "填报单位", "单位简称"),
            type=Type.NAME,
            required=True,
            help=_("单位的代码，或没有重名的单位简称。"),
            example="",
            width=16,
        ),
        Column(
            name="alias",
            header=_("别名"),
            synonyms=("其他名称", "又名"),
            required=True,
            max_length=120,
            help=_("导入文件中这样写时，读作这个单位。一个别名只能指一个单位。"),
            width=28,
        ),
    ),
    notes=(_("只增加，不删除；已有的别名不变。"),),
)
