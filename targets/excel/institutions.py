"""The register of public institutions: its columns, declared once for files in, files out, help and checks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from common.workbook.register import Column, Fault, Option, Register, Type, Values
from targets.excel.credit_codes import credit_code_fault


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


LARGEST_AREA_M2 = Decimal("9999999999.99")
MOST_PEOPLE = Decimal(2_147_483_647)
_FIRST_DAY, _LAST_DAY = date(1949, 10, 1), date(2999, 12, 31)


def _active_span(values: Values) -> Iterator[Fault]:
    """An institution does not leave the register before it entered."""
    start, end = values["active_from"], values["active_to"]
    if isinstance(start, date) and isinstance(end, date) and end < start:
        yield Fault("active_span", _("退出日期不能早于纳入日期"), column="active_to")


INSTITUTIONS = Register(
    code="institutions",
    title=_("公共机构名录"),
    key=("credit_code",),
    checks=(_active_span,),
    notes=(_("一个机构同一时间只属于一个填报单位；机构在单位之间划转，由市局办理。"),),
    columns=(
        Column(
            name="unit",
            header=_("所属单位"),
            synonyms=("单位", "填报单位", "地区", "区县", "县区", "所属地区", "所属区县"),
            type=Type.NAME,
            required=True,
            example="东海县",
            width=14,
        ),
        Column(
            name="name",
            header=_("机构名称"),
            synonyms=("名称", "机构", "单位名称", "机构全称", "公共机构", "公共机构名称"),
            required=True,
            max_length=200,
            example="东海县机关事务管理局",
            width=34,
        ),
        Column(
            name="credit_code",
            header=_("统一社会信用代码"),
            synonyms=("信用代码", "社会信用代码", "统一信用代码", "统一代码", "机构代码", "代码"),
            required=True,
            max_length=18,
            is_code=True,
            check=credit_code_fault,
            help=_("登记以后不能更改"),
            example="113207220000000109",
            width=22,
        ),
        Column(
            name="kind",
            header=_("机构类别"),
            synonyms=("类别", "机构类型", "类型", "机构性质"),
            type=Type.CHOICE,
            required=True,
            choices=(
                Option("01", _("国家机关"), ("机关", "党政机关", "行政机关")),
                Option("021", _("教育类事业单位"), ("教育类", "教育", "学校")),
                Option("022", _("科技类事业单位"), ("科技类", "科技")),
                Option("023", _("文化类事业单位"), ("文化类", "文化")),
                Option("024", _("卫生类事业单位"), ("卫生类", "卫生", "医院", "医疗卫生")),
                Option("025", _("体育类事业单位"), ("体育类", "体育")),
                Option("026", _("其他事业单位"), ("其他类事业单位", "其他")),
                Option("03", _("团体组织"), ("团体", "群团组织", "群团")),
            ),
            example="国家机关",
            width=18,
        ),
        Column(
            name="roof_class",
            header=_("屋顶类别"),
            synonyms=("屋顶类型",),
            type=Type.CHOICE,
            required=True,
            choices=(
                Option("organ", _("党政机关"), ("机关",)),
                Option("other", _("学校、医院等"), ("学校医院等", "学校、医院", "学校医院", "其他")),
            ),
            example="党政机关",
            width=14,
        ),
        Column(
            name="floor_area_m2",
            header=_("建筑面积（m²）"),
            synonyms=("总建筑面积", "面积", "房屋建筑面积"),
            type=Type.NUMBER,
            required=True,
            unit="m²",
            decimals=2,
            minimum=Decimal(0),
            maximum=LARGEST_AREA_M2,
            example="12345.6",
        ),
        Column(
            name="headcount",
            header=_("用能人数（人）"),
            synonyms=("人数", "用能总人数"),
            type=Type.NUMBER,
            required=True,
            unit="人",
            minimum=Decimal(0),
            maximum=MOST_PEOPLE,
            example="320",
        ),
        Column(
            name="separately_metered",
            header=_("独立计量"),
            synonyms=("是否独立计量", "单独计量", "是否单独计量"),
            type=Type.BOOLEAN,
            default=False,
            example="是",
            width=10,
        ),
        Column(
            name="active_from",
            header=_("纳入日期"),
            synonyms=("纳入时间", "纳入统计日期", "起始日期"),
            type=Type.DATE,
            required=True,
            minimum=_FIRST_DAY,
            maximum=_LAST_DAY,
            example="2020-01-01",
        ),
        Column(
            name="active_to",
            header=_("退出日期"),
            synonyms=("退出时间", "退出统计日期", "终止日期"),
            type=Type.DATE,
            minimum=_FIRST_DAY,
            maximum=_LAST_DAY,
            help=_("仍在纳入的不填"),
        ),
    ),
)


def institutions_of(unit: str) -> Register:
    """The register as somebody with one unit (by its code) fills it in: who writes no unit means their own."""
    columns = (
        replace(column, required=False, default=unit) if column.name == "unit" else column
        for column in INSTITUTIONS.columns
    )
    return replace(INSTITUTIONS, columns=tuple(columns))
