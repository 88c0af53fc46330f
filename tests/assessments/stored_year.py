"""A random year put into the database: one insert a table, the rows and their keys in any order."""

import random
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models

from accounts.models import User
from accounts.policy import Role
from assessments.models import Adjustment, Assessment, Criterion, FalsificationFlag, ManualScore, Scheme, Section
from files.models import StoredFile
from progress.models import Evidence, Line, Report
from targets.models import Extension, Indicator, Plan, PlanUnit, Quarter, Target, TargetRevision, Unit
from tests.assessments.random_scheme import Row
from tests.assessments.random_year import DUE, LATE_FOR, OPEN_FOR, YEAR, SomeReport, SomeYear

ROOT = "city"
AT = datetime.combine(DUE[1].date().replace(month=1), datetime.min.time(), tzinfo=DUE[1].tzinfo)
FIRST_KEY = 1_000_000
"""The keys given here are never those that the database will give to rows of the calculation."""


def store_year(year: SomeYear, order: random.Random) -> Plan:
    """The year's plan with everything that belongs to it, in twenty statements; the order decides the keys too."""
    return _Storing(year, order).plan


class _Storing:
    """What is stored already, by its natural key."""

    def __init__(self, year: SomeYear, order: random.Random) -> None:
        self.year, self.order, self.next_key = year, order, FIRST_KEY
        root = Unit(code=ROOT, path=f"{ROOT}/", name="市", full_name="市")
        self.insert([root])
        self.plan = Plan(owner=root, year=YEAR, name="计划", state=Plan.State.ACTIVE)
        self.insert([self.plan])
        self.plan_units = self.store_units(root)
        self.indicators = self.store_indicators()
        self.quarters = self.store_quarters()
        self.store_targets()
        self.store_reports()
        self.scheme = self.store_scheme(year.scheme)
        self.assessment = Assessment(plan=self.plan, created_at=AT)
        self.insert([self.assessment])
        self.store_what_people_gave(root)

    def insert(self, rows: Sequence[models.Model]) -> None:
        """Insert rows of one model in a random order, with keys in another: neither may say anything."""
        if not rows:
            return
        keys = self.order.sample(range(self.next_key, self.next_key + len(rows)), len(rows))
        self.next_key += len(rows)
        for row, key in zip(rows, keys, strict=True):
            row.pk = key
        type(rows[0])._base_manager.bulk_create(self.order.sample(list(rows), len(rows)))

    def store_units(self, root: Unit) -> dict[str, PlanUnit]:
        given = self.year.units
        units = [
            Unit(code=each.code, parent=root, path=f"{ROOT}/{each.code}/", name=each.code, full_name=each.code)
            for each in given
        ]
        self.insert(units)
        rows = [
            PlanUnit(
                plan=self.plan, unit=unit, name=f"单位{each.code}", kind=each.kind, order=place, groups=each.groups,
                is_reporting=each.is_reporting, assessed=each.assessed,
            )
            for place, (unit, each) in enumerate(zip(units, given, strict=True), start=1)
        ]  # fmt: skip
        city = PlanUnit(plan=self.plan, unit=root, name="市", kind="city", order=0, is_reporting=False, groups=[])
        self.insert([city, *rows])
        return {each.code: row for each, row in zip(given, rows, strict=True)}

    def store_indicators(self) -> dict[str, Indicator]:
        rows = {
            each.code: Indicator(
                plan=self.plan, code=each.code, name=f"指标{each.code}", order=place, kind=each.kind,
                accumulate=each.accumulate, value_unit="个", decimals=each.decimals, maximum=Decimal(10**11),
                pace=each.pace, pace_shares=each.shares, nature=each.nature, reported_by=each.reported_by,
            )
            for place, each in enumerate(self.year.indicators)
        }  # fmt: skip
        self.insert(list(rows.values()))
        return rows

    def store_quarters(self) -> dict[int, Quarter]:
        rows = {
            number: Quarter(
                plan=self.plan, number=number, opens=due - OPEN_FOR, due=due, closes=due + LATE_FOR,
                counts_timeliness=self.year.counted[number],
            )
            for number, due in DUE.items()
        }  # fmt: skip
        self.insert(list(rows.values()))
        extensions = [
            Extension(
                quarter=rows[each.quarter], plan_unit=self.plan_units[each.unit], due=each.due,
                closes=each.due + LATE_FOR, counts_as_late=each.counts_as_late, reason="停电", created_at=AT,
            )
            for each in self.year.extensions
        ]  # fmt: skip
        self.insert(extensions)
        return rows

    def store_targets(self) -> None:
        given = self.year.targets
        rows = [
            Target(indicator=self.indicators[each.indicator], plan_unit=self.plan_units[each.unit], origin="N")
            for each in given
        ]
        self.insert(rows)
        revisions = [
            TargetRevision(target=row, value=value, valid_from=day, reason="下达", created_at=AT)
            for row, each in zip(rows, given, strict=True)
            for day, value in each.revisions
        ]
        self.insert(revisions)

    def store_reports(self) -> None:
        given = self.year.reports
        rows = [self.report(each) for each in given]
        self.insert(rows)
        lines = [
            (each.has_evidence, Line(
                report=row, indicator=self.indicators[each.indicator], value=each.value, base=each.base,
                not_applicable=each.not_applicable, changed_at=AT,
            ))
            for row, report in zip(rows, given, strict=True)
            for each in report.lines
        ]  # fmt: skip
        self.insert([line for _has, line in lines])
        self.store_evidence([line for has, line in lines if has])

    def report(self, given: SomeReport) -> Report:
        return Report(
            plan_unit=self.plan_units[given.unit], quarter=self.quarters[given.quarter], revision=given.revision,
            state=given.state, is_effective=given.is_effective, first_submitted_at=given.first_submitted_at,
            returned_times=given.returned_times, return_reason="请核对", decided_at=given.first_submitted_at,
            created_at=AT,
        )  # fmt: skip

    def store_evidence(self, lines: Sequence[Line]) -> None:
        files = [StoredFile(sha256="0" * 64, size=1, name="照片.pdf", created_at=AT) for _ in lines]
        self.insert(files)
        pairs = zip(lines, files, strict=True)
        self.insert([Evidence(line=line, file=file, number="1", uploaded_at=AT) for line, file in pairs])

    def store_scheme(self, given: Row) -> Scheme:
        scheme = Scheme(
            plan=self.plan, version=1, name="方案", bonus_cap=given["bonus"]["cap"], bands=given["bands"],
            vetoes=given["vetoes"], rank_by=given["rank_by"], created_at=AT,
        )  # fmt: skip
        self.insert([scheme])
        sections = [
            Section(scheme=scheme, code=each["code"], name=each["name"], points=each["points"], order=place)
            for place, each in enumerate(given["sections"])
        ]
        self.insert(sections)
        parts: list[tuple[str, Section | None, Row]] = [
            ("section", section, row)
            for section, each in zip(sections, given["sections"], strict=True)
            for row in each["criteria"]
        ]
        parts += [(part, None, row) for part in ("bonus", "deduction") for row in given[part]["criteria"]]
        criteria = [
            Criterion(
                scheme=scheme, part=part, section=section, code=row["code"], name=row["name"], points=row["max"],
                rule=row["rule"], params=row["params"], order=place,
            )
            for place, (part, section, row) in enumerate(parts)
        ]  # fmt: skip
        self.insert(criteria)
        return scheme

    def store_what_people_gave(self, root: Unit) -> None:
        own: dict[str, Any] = {"assessment": self.assessment, "by_name": "审核员", "at": AT}
        units = self.plan_units
        scores = [
            ManualScore(plan_unit=units[unit], criterion_code=code, points=points, **own)
            for (unit, code), points in self.year.manual.items()
        ]
        self.insert(scores)
        adjusted = [
            Adjustment(plan_unit=units[unit], criterion_code=code, amount=amount, reason="复核", **own)
            for (unit, code), amount in self.year.adjustments.items()
        ]
        self.insert(adjusted)
        officers = [User(username=name, role=Role.OFFICER, unit=root) for name in ("张", "李")]
        self.insert(officers)
        flags = [
            FalsificationFlag(
                assessment=self.assessment, plan_unit=units[unit], reason="伪造", raised_by=officers[0], raised_at=AT,
                confirmed_by=officers[1] if is_confirmed else None, confirmed_at=AT if is_confirmed else None,
            )
            for unit, is_confirmed in self.year.flags.items()
        ]  # fmt: skip
        self.insert(flags)
