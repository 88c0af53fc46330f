"""What the lists of a city of full size cost: three thousand institutions, and ledgers with as many items."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from tests.bench import Measure, filed_city

INSTITUTIONS = 3_000
AT = datetime(2023, 8, 1, tzinfo=UTC)


def measures() -> Iterator[Measure]:
    """First and last pages of the register of institutions and of a ledger, a search, and the ledgers' overview."""
    from django.test import Client

    from progress.models import ChargingPile
    from reporting.demo.institutions import make_institutions
    from tests.factories import make_user, sign_in

    plan = filed_city()
    made = make_institutions(list(plan.plan_units.reporting().select_related("unit")), total=INSTITUTIONS)
    ChargingPile.objects.bulk_create(
        ChargingPile(
            institution=institution, title=f"车位 {number}", day=date(2023, 1 + number % 12, 1), piles=1 + number % 6,
            connectors=9, current="ac", power_kw=7, build="new", created_at=AT, changed_at=AT,
        )
        for number, institution in enumerate(one for some in made.values() for one in some)
    )  # fmt: skip
    officer = sign_in(make_user("officer"))
    root = f"/{plan.owner.code}/{plan.year}/ledgers/"
    last = "before=[%22龥%22,%22Z%22]"

    def get(client: Client, address: str) -> None:
        assert client.get(address).status_code == 200, address

    yield Measure("page: 3,000 institutions", bar_s=0.15, job=lambda: get(officer, "/institutions/"))
    yield Measure("page: 3,000 institutions, the last", bar_s=0.15, job=lambda: get(officer, f"/institutions/?{last}"))
    yield Measure("page: 3,000 institutions, a search", bar_s=0.15, job=lambda: get(officer, "/institutions/?q=zx"))
    yield Measure("page: a ledger of 3,000 items", bar_s=0.15, job=lambda: get(officer, f"{root}charging_piles/"))
    yield Measure("page: all ledgers of a city", bar_s=0.3, job=lambda: get(officer, root))
