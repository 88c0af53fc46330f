"""Each of our own rules catches its breach and lets the rest pass."""

import pytest

from scripts import check_rules as rules

CODES = frozenset({"320799", "ZZP", "Z1"})


@pytest.mark.parametrize(
    ("name", "text", "breaches"),
    [
        ("targets/x.py", 'unit = "320799"\n', 1),
        ("templates/x.html", '{% if unit.code == "320799" %}\n', 1),
        ("static/js/x.js", "const piles = 'ZZP';\n", 1),
        ("targets/x.py", '"""The unit 320799 and ZZP."""\n', 0),
        ("targets/x.py", 'heading = "ZZPX"\n', 0),
        ("targets/x.py", 'key = f"ledgers/ZZP?unit={unit}"\n', 1),
        ("reporting/exports/x.py", 'formula = "=ZZP(Z1,2)"\n', 0),
        ("reporting/x.py", 'formula = "=ZZP(2)"\n', 1),
        ("tests/x.py", 'unit = "320799"\n', 0),
        ("targets/data/x.py", 'unit = "320799"\n', 0),
        ("common/workbook/read.py", 'cell = "Z1"\n', 0),
        ("progress/models.py", 'criterion = "Z1"\n', 1),
    ],
)
def test_code_of_one_city_is_caught_outside_data_tests_and_docs(name: str, text: str, breaches: int) -> None:
    assert len(list(rules.codes_in_code(CODES)(name, text))) == breaches


@pytest.mark.parametrize(
    ("text", "breaches"),
    [
        ("http" + "://packages.somewhere.cn/simple", 1),
        ("git" + "://mirror.somewhere.cn/x", 1),
        ("http://127.0.0.1:8000/", 0),
        ('xmlns="http://www.w3.org/2000/svg"', 0),
        ("https://portal.example.cn/", 0),
    ],
)
def test_address_of_another_host_is_caught(text: str, breaches: int) -> None:
    assert len(list(rules.foreign_hosts("docs/x.md", text))) == breaches


def test_lock_file_that_says_where_from_is_caught() -> None:
    assert list(rules.foreign_hosts("package-lock.json", '{"resolved": "x"}'))
    assert not list(rules.foreign_hosts("package-lock.json", '{"integrity": "x"}'))


@pytest.mark.parametrize(("image", "breaches"), [("hub.somewhere.cn/redis:7", 1), ("redis:7", 0), ("team/redis:7", 0)])
def test_image_with_a_host_name_is_caught(image: str, breaches: int) -> None:
    assert len(list(rules.foreign_hosts("docker-compose.yml", f"  image: {image}\n"))) == breaches


@pytest.mark.parametrize(
    ("text", "breaches"),
    [
        ("<script>go()</script>", 1),
        ('<p style="color:red">', 1),
        ('<a onclick="go()">', 1),
        ('<a href="javascript:go()">', 1),
        ('<div hx-on:click="go()">', 1),
        ("<style>p{}</style>", 1),
        ('<script type="module" src="{% static \'js/x.js\' %}"></script>', 0),
        ('<script type="application/json">{}</script>', 0),
        ('<p class="style">', 0),
    ],
)
def test_inline_code_in_a_template_is_caught(text: str, breaches: int) -> None:
    assert len(list(rules.inline_code("templates/x.html", text))) == breaches


def test_long_function_file_and_template_are_caught() -> None:
    body = "    pass\n" * rules.FUNCTION_LINES

    assert list(rules.long_functions("targets/x.py", "def f():\n" + body))
    assert not list(rules.long_functions("tests/x.py", "def f():\n" + body))
    assert list(rules.too_long("targets/x.py", "\n" * (rules.FILE_LINES + 1)))
    assert not list(rules.too_long("targets/x.py", "\n" * rules.FILE_LINES))
    assert list(rules.too_long("templates/x.html", "\n" * (rules.TEMPLATE_LINES + 1)))


def test_codes_are_read_from_the_data_files() -> None:
    codes = rules.known_codes()

    assert len(codes) > 60
    assert all(len(code) > 1 for code in codes)
