"""What stands below the table of our own unit form: written there, and passed over without a word when it is read."""

NOTES = (
    "注：1. 只填白色的格子；完成值只填数字，百分比填百分点，没有完成请填 0。",
    "2. 不涉及的指标，在本季完成值中填“不涉及”，并在备注中说明理由；填“清空”表示删去原有数据。",
    "3. 有基数的指标须同时填基数；灰色格子不填。",
)
SIGNATURES = ("填表人：", "审核人：", "负责人：", "填报日期：")


def is_own_foot(first: str) -> bool:
    """Whether a row that begins with this text is one of our own form's notes or its line of signatures."""
    text = first.strip()
    return text in NOTES or text.startswith(SIGNATURES[0])
