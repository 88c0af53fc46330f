"""What is said of a register's cells: half-sentences behind the row, the column and before what was read."""


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


BAD_DATE = _("看不出是哪一天，请写成 2023-05-15 或 2023年5月15日")
SERIAL_DATE = _("是一个数，不是日期，请把单元格格式改为“日期”，或写成 2023-05-15")
NO_SUCH_CHOICE = _("应为%(choices)s之一")
NOT_YES_OR_NO = _("应填“是”或“否”")
WHOLE_NUMBER = _("只能填整数")
PLACES = _("最多 %(places)s 位小数")
AT_LEAST = _("不能小于 %(minimum)s")
AT_MOST = _("不能大于 %(maximum)s")
TOO_LARGE = _("超出可以存储的范围，请核对位数和计量单位")
NOT_BEFORE = _("不能早于 %(minimum)s")
NOT_AFTER = _("不能晚于 %(maximum)s")
TOO_LONG = _("最多 %(limit)s 个字")
DIGITS_LOST = _("是数字格式，超过 15 位的数字已经丢失末尾几位，请把单元格格式改为“文本”后重填")
DATE_IN_TEXT = _("变成了日期，请把单元格格式改为“文本”后重填")
DIRECTION = _("含有看不见的方向控制符，请重新输入")
MISSING = _("请填写")
WRONG_TYPE = _("不是这一列应填的内容")
CANNOT_CLEAR = _("不能清空，请填写新的内容")
AMBIGUOUS = _("名单里有几个同名的，请改填代码")

# Help: what to write in a column of each type.
SAY_TEXT = _("文字，最多 %(limit)s 个字")
SAY_CODE = _("代码，最多 %(limit)s 位；单元格格式须为“文本”")
SAY_WHOLE = _("整数")
SAY_NUMBER = _("数字，最多 %(places)s 位小数")
SAY_MEASURED = _("%(said)s，单位：%(unit)s")
SAID_AND_HELP = _("%(said)s；%(help)s")
LIST = _("、")
SAY_DATE = _("日期，例如 2023-05-15")
SAY_CHOICE = _("%(choices)s之一")
SAY_BOOLEAN = _("是或否")
SAY_NAME = _("名单中的名称")

# The sheet of help in a form.
COLUMN, REQUIRED, HOW, EXAMPLE = _("列名"), _("必填"), _("怎么填"), _("举例")
YES, NO = _("是"), _("否")
KEEPS = _("已登记的行，留空的格子保持不变；可以不填的格子填“清空”表示删去原有内容。")
ALL_OR_NOTHING = _("全部正确才会导入；有错误时一行也不导入，并列出每一处错误。")
STARRED = _("带 * 的列，新登记时必填。不要改动表头。")
ROWS_ARE_TOLD_APART = _("按“%(columns)s”判断是新登记还是更改：已登记的更改，没有登记的新增；文件里没有的行保持不变。")
EVERY_ROW_IS_NEW = _("每一行都作为新的一条登记。")
