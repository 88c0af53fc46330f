"""One roster confirmed twice at the same moment, on the real database."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from tests.accounts.test_resources import TABLE, clerks, handed_out
from tests.admin_imports import Answer, send
from tests.factories import load_both_plans, make_user, sign_in
from tests.progress.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


def test_roster_confirmed_twice_at_once_then_accounts_are_made_once_and_their_passwords_work() -> None:
    load_both_plans()
    user = make_user(Role.SYSADMIN)

    for number in range(ROUNDS):
        preview = send(sign_in(user), TABLE, clerks(5, name=f"round{number}"))
        said = preview.context["confirm_form"].initial

        def confirm(client: Client, said: dict[str, str] = said) -> Answer:
            return client.post(f"/admin/{TABLE}/process_import/", said)

        first, second = sign_in(user), sign_in(user)
        answers = at_once(lambda a=first: confirm(a), lambda b=second: confirm(b))

        by_status = {answer.status_code: answer for answer in answers}
        assert sorted(by_status) == [200, 409], [answer.status_code for answer in answers]
        passwords = handed_out(by_status[200])
        made = User.objects.filter(username__startswith=f"round{number}-")
        assert {user.username for user in made if user.check_password(passwords[user.username])} == passwords.keys()
    assert AuditEvent.objects.filter(action="account.import").count() == ROUNDS
