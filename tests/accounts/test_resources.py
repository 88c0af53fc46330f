"""Many accounts from one sheet, through Django's admin: all of them or none, passwords given out once."""

import base64
import io
import json
import re
from urllib.parse import quote

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.excel.accounts import ROLES
from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from files.models import StoredFile
from targets.models import Plan, Unit
from tests.admin_imports import Answer, confirm, csv_file, problems_of, send, send_and_confirm, xlsx_file
from tests.factories import make_user, sign_in

TABLE = "accounts/user"
HEADER = ("用户名", "姓名", "角色", "单位")


@pytest.fixture
def admin_user(plan: Plan) -> User:
    return make_user(Role.SYSADMIN, username="root")


@pytest.fixture
def admin(admin_user: User) -> Client:
    return sign_in(admin_user)


def clerks(count: int, *, name: str = "clerk") -> bytes:
    codes = list(Unit.objects.exclude(parent=None).order_by("code").values_list("code", flat=True))
    return csv_file(HEADER, [(f"{name}-{n}", f"张{n}", "填报员", codes[n % len(codes)]) for n in range(count)])


def handed_out(answer: Answer) -> dict[str, str]:
    """User name → one-time password, from the workbook on the page."""
    found = re.search(r'href="data:[^;]+;base64,([^"]+)"', answer.content.decode())
    assert found is not None
    sheet = openpyxl.load_workbook(io.BytesIO(base64.b64decode(found[1]))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    return {str(row[3]): str(row[4]) for row in rows}


def test_roster_then_accounts_whose_one_time_passwords_work_and_must_be_changed(admin: Client) -> None:
    answer = send_and_confirm(admin, TABLE, clerks(11))

    passwords = handed_out(answer)
    made = User.objects.filter(username__startswith="clerk-")
    assert len(passwords) == made.count() == 11
    assert all(user.check_password(passwords[user.username]) for user in made)
    assert all(user.must_change_password and not user.is_staff for user in made)
    clerk = Client()
    signed_in = clerk.post("/accounts/sign-in/", {"username": "clerk-3", "password": passwords["clerk-3"]})
    assert signed_in.status_code == 302
    assert clerk.get("/")["Location"] == "/accounts/password/"


def test_one_time_password_when_used_then_hashed_as_slowly_as_any(admin: Client) -> None:
    passwords = handed_out(send_and_confirm(admin, TABLE, clerks(1)))
    quick = User.objects.get(username="clerk-0").password

    Client().post("/accounts/sign-in/", {"username": "clerk-0", "password": passwords["clerk-0"]})

    assert quick.startswith("pbkdf2_sha256$1000$")
    assert User.objects.get(username="clerk-0").password.startswith("pbkdf2_sha256$1000000$")


def test_passwords_are_handed_out_once_and_kept_nowhere(admin: Client) -> None:
    preview = send(admin, TABLE, clerks(2))
    passwords = handed_out(confirm(admin, TABLE, preview))

    again = confirm(admin, TABLE, preview)

    assert again.status_code == 409
    assert "已经确认过" in again.content.decode()
    assert default_storage.listdir("waiting")[1] == []
    kept = " ".join(f"{e.before} {e.after} {e.object_name}" for e in AuditEvent.objects.all())
    assert not any(password in kept or password in again.content.decode() for password in passwords.values())


def test_lost_handout_then_accounts_never_used_get_new_passwords_and_the_others_keep_theirs(admin: Client) -> None:
    lost = handed_out(send_and_confirm(admin, TABLE, clerks(3)))
    Client().post("/accounts/sign-in/", {"username": "clerk-0", "password": lost["clerk-0"]})
    chosen = list(User.objects.exclude(username="clerk-2").values_list("pk", flat=True))

    answer = admin.post(f"/admin/{TABLE}/", {"action": "renew_passwords", "_selected_action": chosen})

    given = handed_out(answer)
    assert list(given) == ["clerk-1"]
    assert User.objects.get(username="clerk-1").check_password(given["clerk-1"])
    assert User.objects.get(username="clerk-0").check_password(lost["clerk-0"])
    assert User.objects.get(username="clerk-2").check_password(lost["clerk-2"])
    event = AuditEvent.objects.get(action="account.renew_passwords")
    assert json.loads(event.after) == {"accounts": ["clerk-1"]}


def test_nobody_to_give_a_new_password_then_a_word_and_no_event(admin: Client, admin_user: User) -> None:
    chosen = {"action": "renew_passwords", "_selected_action": [admin_user.pk]}

    answer = admin.post(f"/admin/{TABLE}/", chosen, follow=True)

    assert "密码没有改变" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="account.renew_passwords").exists()


def test_preview_then_nothing_stored(admin: Client) -> None:
    preview = send(admin, TABLE, clerks(3))

    assert preview.status_code == 200
    assert "新增 3 行" in preview.content.decode()
    assert not User.objects.filter(username__startswith="clerk-").exists()
    assert not AuditEvent.objects.filter(action="account.import").exists()


def test_same_roster_again_then_names_roles_and_units_change_and_passwords_do_not(admin: Client) -> None:
    send_and_confirm(admin, TABLE, clerks(2))
    first = User.objects.get(username="clerk-0")
    before, first_unit = first.password, first.unit_code

    changed = csv_file(HEADER, [("clerk-0", "李四", "领导", "320722"), ("clerk-1", "", "", "")])
    answer = send_and_confirm(admin, TABLE, changed)

    assert answer.status_code == 302
    user = User.objects.get(username="clerk-0")
    assert (user.display_name, user.role, user.unit_code, user.password) == ("李四", "leader", "320722", before)
    assert User.objects.get(username="clerk-1").display_name == "张1"
    event = AuditEvent.objects.filter(action="account.import").order_by("-seq")[0]
    said = json.loads(event.after)
    assert (said["created"], said["changed"], said["file"]) == ([], ["clerk-0"], "roster.csv")
    stored = StoredFile.objects.get(uuid=said["changes"]["file"], sha256=said["changes"]["sha256"])
    with stored.content.open() as kept:
        changes = json.loads(kept.read())
    assert changes == [
        {
            "username": "clerk-0",
            "before": {"name": "张0", "role": "reporter", "unit": first_unit},
            "after": {"name": "李四", "role": "leader", "unit": "320722"},
        }
    ]


def test_rows_with_a_name_only_then_read_even_below_the_last_full_row(admin: Client) -> None:
    send_and_confirm(admin, TABLE, clerks(2))

    rows = [("clerk-9", "九", "填报员", "320722"), ("clerk-0", "新名", "", ""), ("clerk-1", "", "", "")]
    preview = send(admin, TABLE, csv_file(HEADER, rows))

    assert "新增 1 行，更改 1 行，没有变化 1 行" in preview.content.decode()


def test_one_wrong_row_then_none_is_stored_and_every_problem_is_told(admin: Client) -> None:
    rows = [
        ("good", "好", "填报员", "320722"),
        ("no-unit", "张", "填报员", ""),
        ("no-role", "张", "", "320722"),
        ("bad role", "张", "皇帝", "320722"),
        ("nowhere", "张", "填报员", "999999"),
        ("twice", "张", "填报员", "320722"),
        ("twice", "李", "填报员", "320722"),
        ("ｗｉｄｅ", "张", "填报员", "320722"),
        ("root", "管理员", "审计员", ""),
        ("long", "长" * 81, "填报员", "320722"),
    ]

    said = problems_of(send(admin, TABLE, csv_file(HEADER, rows)))

    for part in (
        "第 3 行“单位”：填报员必须指定所属单位",
        "第 4 行缺少“角色”",
        "第 5 行“角色”：应为“填报员”",
        "第 5 行“用户名”：只能有字母、数字",
        "第 6 行“单位”的“999999”不在名单里",
        "第 7 行与第 8 行的“用户名”相同",
        "第 8 行与第 7 行的“用户名”相同",
        "第 9 行“用户名”：只能有字母、数字和 @ . + - _，并且都是半角",
        "第 10 行“角色”：不能更改自己的角色",
        "第 11 行“姓名”：最多 80 个字",
    ):
        assert part in said
    assert not User.objects.exclude(username="root").exists()
    assert default_storage.listdir("waiting")[1] == []


def test_refused_sheet_comes_back_with_its_problems_marked(admin: Client) -> None:
    wrong = xlsx_file(HEADER, [("zhang", "张三", "皇帝", "320722"), ("li", "李四", "填报员", "")])

    answer = send(admin, TABLE, wrong, "wrong.xlsx")

    found = re.search(r'href="data:[^;]+;base64,([^"]+)"', answer.content.decode())
    assert found is not None
    sheet = openpyxl.load_workbook(io.BytesIO(base64.b64decode(found[1]))).worksheets[0]
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert any("填报员必须指定所属单位" in text for text in said)
    assert sheet["C2"].comment is not None


def test_refused_roster_then_it_stands_in_the_trail(admin: Client) -> None:
    send(admin, TABLE, csv_file(HEADER, [("li", "李四", "皇帝", "")]), "花名册.csv")

    event = AuditEvent.objects.get(action="import.refuse")
    assert (event.actor, event.stream, event.object_name) == ("root", "system", "花名册.csv")
    assert event.reason == "account_refused、unknown_choice"
    assert json.loads(event.after)["kind"] == "accounts"


def test_confirmation_of_what_is_not_as_previewed_any_more_then_conflict_and_nothing_stored(admin: Client) -> None:
    send_and_confirm(admin, TABLE, clerks(1))
    preview = send(admin, TABLE, csv_file(HEADER, [("clerk-0", "新名", "", ""), ("clerk-9", "九", "填报员", "320722")]))
    User.objects.filter(username="clerk-0").update(display_name="别人改的")

    answer = confirm(admin, TABLE, preview)

    assert answer.status_code == 409
    assert "预览之后数据有了变化" in answer.content.decode()
    assert User.objects.get(username="clerk-0").display_name == "别人改的"
    assert not User.objects.filter(username="clerk-9").exists()
    assert AuditEvent.objects.filter(outcome="refused", actor="root").exists()


def test_name_taken_between_preview_and_confirmation_then_conflict(admin: Client, plan: Plan) -> None:
    preview = send(admin, TABLE, clerks(2))
    make_user(Role.LEADER, username="clerk-1")

    answer = confirm(admin, TABLE, preview)

    assert answer.status_code == 409
    assert User.objects.filter(username__startswith="clerk-").count() == 1


def test_other_administrators_preview_cannot_be_confirmed(admin: Client) -> None:
    preview = send(admin, TABLE, clerks(1))
    other = sign_in(make_user(Role.SYSADMIN))

    assert confirm(other, TABLE, preview).status_code == 409
    assert not User.objects.filter(username="clerk-0").exists()


@pytest.mark.parametrize("said", [{}, {"token": "x", "digest": "x"}, {"token": "../../etc/passwd", "digest": ""}])
def test_made_up_confirmation_then_refused(said: dict[str, str], admin: Client) -> None:
    assert admin.post(f"/admin/{TABLE}/process_import/", said).status_code == 409


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SYSADMIN])
def test_only_the_system_administrator_sends_or_takes_accounts(role: str, admin: Client) -> None:
    preview = send(admin, TABLE, clerks(1))
    person = sign_in(make_user(role))

    for path in ("", "import/", "export/", "blank/"):
        assert person.get(f"/admin/{TABLE}/{path}", follow=True).status_code == 403
    assert send(person, TABLE, clerks(1)).status_code in (302, 403)
    assert confirm(person, TABLE, preview).status_code in (302, 403)
    assert not User.objects.filter(username="clerk-0").exists()


def test_officer_refused_then_it_stands_in_the_trail(admin: Client, plan: Plan) -> None:
    officer = make_user(Role.OFFICER)

    send(sign_in(officer), TABLE, clerks(1))

    assert AuditEvent.objects.filter(outcome="refused", actor=officer.username).count() == 1


def test_queries_of_preview_and_import_are_the_same_for_10_and_1000_rows(admin: Client) -> None:
    counts = []
    send_and_confirm(admin, TABLE, clerks(1))  # the trail's stream begins
    for number in (10, 1_000):
        content = clerks(number, name=f"many{number}")
        with CaptureQueriesContext(connection) as previewing:
            preview = send(admin, TABLE, content)
        with CaptureQueriesContext(connection) as importing:
            confirm(admin, TABLE, preview)
        counts.append((len(previewing), len(importing)))

    assert counts == [(14, 20), (14, 20)]


def test_change_of_1000_accounts_takes_as_many_queries_as_of_10(admin: Client) -> None:
    counts = []
    for number in (10, 1_000):
        send_and_confirm(admin, TABLE, clerks(number, name=f"old{number}"))
        moved = csv_file(HEADER, [(f"old{number}-{n}", "新名", "领导", "320722") for n in range(number)])
        preview = send(admin, TABLE, moved)
        with CaptureQueriesContext(connection) as importing:
            confirm(admin, TABLE, preview)
        counts.append(len(importing))
        assert User.objects.filter(display_name="新名", role="leader").count() == number
        User.objects.filter(display_name="新名").update(display_name="")

    assert counts == [20, 20]


def test_export_sent_back_then_nothing_changes(admin: Client, plan: Plan) -> None:
    for unit in ("320722", "320723"):
        make_user(Role.REPORTER, unit)
    make_user(Role.AUDITOR)

    taken = admin.get(f"/admin/{TABLE}/export/")
    preview = send(admin, TABLE, taken.content, "accounts.xlsx")

    assert quote("账号_") in taken["Content-Disposition"]
    assert "新增 0 行，更改 0 行，没有变化 4 行" in preview.content.decode()


def test_export_of_texts_that_look_like_formulas_then_texts_and_no_password(admin: Client, plan: Plan) -> None:
    person = make_user(Role.LEADER)
    for number, text in enumerate(("=1+1", "+1", "-1", "@SUM(A1)")):
        User.objects.create(username=f"x{number}", display_name=text, role="leader", unit=person.unit)

    content = admin.get(f"/admin/{TABLE}/export/").content

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"=1+1", "+1", "-1", "@SUM(A1)"} <= {str(cell.value) for cell in cells}
    assert {cell.data_type for cell in cells} == {"s"}
    assert "pbkdf2" not in " ".join(str(cell.value) for cell in cells)


def test_blank_form_filled_in_then_read(admin: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(admin.get(f"/admin/{TABLE}/blank/").content))
    sheet = book.worksheets[0]
    for place, value in enumerate(("zhang", "张三", "填报员", "东海县"), start=1):
        sheet.cell(4, place, value)
    filled = io.BytesIO()
    book.save(filled)

    handed = handed_out(send_and_confirm(admin, TABLE, filled.getvalue(), "filled.xlsx"))

    assert list(handed) == ["zhang"]
    assert User.objects.get(username="zhang").unit_code == "320722"


def test_pages_show_no_hash(admin: Client, admin_user: User) -> None:
    listed = admin.get(f"/admin/{TABLE}/").content.decode()
    shown = admin.get(f"/admin/{TABLE}/{admin_user.pk}/change/").content.decode()

    assert "root" in listed
    assert "pbkdf2" not in listed + shown
    assert 'name="_save"' not in shown


def test_choices_of_the_sheet_are_the_roles() -> None:
    assert [(option.code, option.label) for option in ROLES] == Role.choices


def test_names_that_are_scripts_then_shown_as_texts(admin: Client) -> None:
    name = "<script>alert(1)</script>"

    preview = send(admin, TABLE, xlsx_file(HEADER, [("zhang", name, "填报员", "320722")]), "names.xlsx")
    answer = confirm(admin, TABLE, preview)

    for page in (preview, answer):
        assert name not in page.content.decode()
        assert "&lt;script&gt;alert(1)" in page.content.decode()
