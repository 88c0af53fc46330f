"""What must hold between the parts of a plan file, beyond each value being readable."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from itertools import pairwise

from common.data_file import Record
from targets.plan_entries import ALL, CITY, IndicatorEntry, PlanFile, QuarterEntry, TargetEntry, UnitEntry

HUNDRED = Decimal(100)


def check_units(records: Iterable[Record], units: tuple[UnitEntry, ...]) -> None:
    """The root comes first and is no reporting unit; parents stand above; no code or spelling means two units."""
    known: set[str] = set()
    spelled: dict[str, str] = {}
    for record, unit in zip(records, units, strict=True):
        if not known and unit.reports:
            record.refuse("reports", "第一个单位是全市汇总，不填报", "请写 reports: false")
        if known and unit.parent not in known:
            record.refuse("parent", f"上级单位“{unit.parent}”不在它前面", "请先列出上级单位，再列出下级")
        if unit.code in known:
            record.refuse("code", f"单位代码“{unit.code}”重复", "请给每个单位一个自己的代码")
        known.add(unit.code)
        for spelling in {unit.name, *unit.spellings}:
            if spelling in spelled:
                record.refuse("name", f"“{spelling}”也是 {spelled[spelling]} 的名称或别名", "请删除其中一处")
            spelled[spelling] = unit.code


def check_quarter(record: Record, quarter: QuarterEntry) -> None:
    """Opening, due day and closing day follow each other."""
    if quarter.opens >= quarter.due_before:
        record.refuse("due", "按时截止早于开始填报", "请把 due 写在 opens 之后")
    if quarter.closes < quarter.due:
        record.refuse("closes", "补报截止早于按时截止", "请把 closes 写在 due 当天或之后")


def check_indicator(record: Record, indicator: IndicatorEntry, plan: PlanFile) -> None:
    """Kind, accumulation, base, range, pace, nature and scopes of one indicator fit together and with the plan."""
    _check_names(record, indicator, plan)
    _check_arithmetic(record, indicator)
    _check_pace(record, indicator)
    _check_reporters(record, indicator, plan)
    _check_feeds(record, indicator)
    for target_record, target in zip(record.records("targets"), indicator.targets, strict=True):
        _check_target(target_record, target, indicator)
    _check_scopes(record, indicator, plan)


def _check_names(record: Record, indicator: IndicatorEntry, plan: PlanFile) -> None:
    earlier = plan.indicators[: plan.indicators.index(indicator)]
    if any(indicator.code == other.code for other in earlier):
        record.refuse("code", f"指标代码“{indicator.code}”重复", "请给每个指标一个自己的代码")
    taken = {name for other in earlier for name in (other.name, *other.aliases)}
    for name in sorted(taken.intersection((indicator.name, *indicator.aliases))):
        record.refuse("name", f"指标名称“{name}”重复", "请给每个指标一个自己的名称")
    _check_known(record, "category", [indicator.category], [category.key for category in plan.categories])
    _check_known(record, "source", indicator.sources, plan.clauses)


def _check_known(record: Record, key: str, found: Iterable[str], known: Collection[str]) -> None:
    for name in found:
        if name not in known:
            record.refuse(key, f"“{name}”没有定义", f"请从 {'、'.join(known)} 中选，或先补上它的定义")


def _check_arithmetic(record: Record, indicator: IndicatorEntry) -> None:
    if indicator.kind in ("remaining", "percent", "milestone") and indicator.accumulate == "sum":
        record.refuse("accumulate", f"{indicator.kind} 类指标不能按季相加", "请写 accumulate: latest")
    if indicator.minimum > indicator.maximum:
        record.refuse("minimum", "最小值大于最大值", "请核对 minimum 和 maximum")
    for key, bound in (("minimum", indicator.minimum), ("maximum", indicator.maximum)):
        if _places(bound) > indicator.decimals:
            record.refuse(key, f"小数位多于指标的 {indicator.decimals} 位", "请减少小数位，或加大 decimals")


def _check_pace(record: Record, indicator: IndicatorEntry) -> None:
    shares = indicator.pace_shares
    if indicator.pace == "own":
        falls = any(later < earlier for earlier, later in pairwise(shares))
        if len(shares) != 4 or falls or shares[0] < 0 or shares[-1] != 1:
            record.refuse("pace", "自定的序时进度不对", "请写四个不下降的数，从 0 起，最后一个是 1")
    if indicator.targets and indicator.pace == "none":
        record.refuse("pace", "有目标的指标要有序时进度", "请写 linear、level、due_q1 到 due_q4，或四个数")
    if bool(indicator.targets) != (indicator.nature != "none"):
        record.refuse("nature", "性质与目标不一致", "有目标的写 binding 或 anticipated，没有目标的写 none")


def _check_reporters(record: Record, indicator: IndicatorEntry, plan: PlanFile) -> None:
    groups = [group.key for group in plan.groups]
    _check_known(record, "reported_by", indicator.reported_by, [ALL, "targets", *groups])
    if not plan.reporters_of(indicator):
        record.refuse("reported_by", "没有单位填报这个指标", "请写 all、targets，或至少有一个单位的单位组")


def _check_feeds(record: Record, indicator: IndicatorEntry) -> None:
    for key, feed in (("ledger", indicator.ledger), ("base_ledger", indicator.base_ledger)):
        problem = feed.problem()
        if problem is not None:
            record.record(key).refuse(*problem)
    if indicator.base_ledger.ledger and not indicator.ledger.ledger:
        record.refuse("base_ledger", "只有基数取自台账", "请写出 ledger，或删除 base_ledger")


def _check_target(record: Record, target: TargetEntry, indicator: IndicatorEntry) -> None:
    if target.value < 0 or (target.value == 0 and indicator.kind != "remaining"):
        record.refuse("value", "目标值必须大于 0", "没有目标就删除这一条；只有 remaining 类可以为 0")
    is_counted = indicator.kind in ("count", "remaining")
    if target.value > (indicator.maximum if is_counted else HUNDRED):
        record.refuse("value", "目标值超出指标的范围", "请核对目标值和 maximum；百分数不超过 100")
    if is_counted and _places(target.value) > indicator.decimals:
        record.refuse("value", f"小数位多于指标的 {indicator.decimals} 位", "请减少小数位，或加大 decimals")
    if target.scope == CITY and indicator.kind == "percent":
        record.refuse("scope", "percent 类指标没有全市数，不能定全市目标", "请改为各单位的目标")


def _check_scopes(record: Record, indicator: IndicatorEntry, plan: PlanFile) -> None:
    groups = [group.key for group in plan.groups]
    reporting = plan.codes_in(ALL)
    scopes = [target.scope for target in indicator.targets]
    _check_known(record, "targets", scopes, [CITY, ALL, *groups, *reporting])
    if len(set(scopes)) < len(scopes):
        record.refuse("targets", "同一范围写了两个目标", "请只保留一个")
    owed = [code for scope in set(scopes) if scope in groups for code in plan.codes_in(scope)]
    for code in sorted({code for code in owed if owed.count(code) > 1}):
        record.refuse("targets", f"{code} 从两个单位组得到目标", "请为这个单位单独写一个目标范围，或调整单位组")


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
