"""The ranking as a table for spreadsheets."""

from assessments.models import Assessment, UnitResult
from assessments.sheets import ranking_groups
from reporting.exports.results_csv import write_csv

HEADS = ("组别", "名次", "代码", "单位", "基本分", "加分", "扣分", "总分", "等次", "一票否决")


def results_table(assessment: Assessment) -> bytes:
    """The CSV of a calculated assessment, by group and rank; one query. Its headers are the official form's."""
    results = UnitResult.objects.filter(assessment=assessment).select_related("plan_unit__unit")
    return write_csv(
        HEADS,
        (
            (
                group.name,
                each.rank,
                each.plan_unit.unit.code,
                each.plan_unit.name,
                each.base,
                each.bonus,
                each.deduction,
                each.total,
                each.grade,
                "、".join(veto["name"] for veto in each.vetoes),
            )
            for group in ranking_groups(results, [])
            for each in (row.result for row in group.rows)
        ),
    )
