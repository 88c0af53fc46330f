"""Django's admin shows the registers and changes nothing."""

import pytest

from accounts.models import User
from progress.ledgers import LEDGERS, Ledger
from targets.models import Institution
from tests.factories import sign_in
from tests.progress.ledgers.builders import make_item


@pytest.mark.parametrize("register", LEDGERS, ids=lambda each: each.code)
def test_officer_looks_items_up_and_can_change_nothing(
    register: Ledger, officer: User, institution: Institution
) -> None:
    item = make_item(register.code, institution if register.has_institution else institution.unit)
    browser, table = sign_in(officer), f"/admin/progress/{register.model._meta.model_name}/"

    listed = browser.get(table)

    assert listed.status_code == 200
    assert "名称" in listed.text.split("<tbody>")[0]
    assert item.name in listed.text
    assert "13900001234" not in listed.text + browser.get(f"{table}{item.pk}/change/").text
    assert browser.get(f"{table}add/").status_code == 403
    assert browser.post(f"{table}{item.pk}/delete/", {"post": "yes"}).status_code in (302, 403)
    assert register.model.objects.filter(pk=item.pk).exists()
