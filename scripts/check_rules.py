"""The project's own few rules, over the files that git tracks or would: `python -m scripts.check_rules`."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scripts.steps import ROOT, complain

FUNCTION_LINES = 40
FILE_LINES = 300
TEMPLATE_LINES = 150
DATA_FOLDERS = ("targets/data", "assessments/data")
# Where codes of one city may stand: its data, tests, documents.
DATA_TESTS_DOCS = re.compile(r"^(tests|docs)/|(^|/)data/|\.md$|\.po$")
CELL = re.compile(r"^[A-Z]\d$")  # criterion codes that are cell addresses too; before "(" a code is a function
WORKBOOK_CODE = re.compile(r"(^|/)(excel|exports)(/|\.py$)|workbook")
HARMLESS_HOSTS = re.compile(
    r"^(localhost|127\.0\.0\.1|\[::1\]|www\.w3\.org|schemas\.[a-z]+\.(org|com)|purl\.(org|oclc\.org)"
    r"|([a-z0-9-]+\.)*(example(\.(com|org|net|cn))?|invalid|test)|testserver)(:\d*)?$"
)
URL = re.compile(r"\b(?:https?|git|ssh)://([^\s/\"'`<>)}{,，。；]+)")
IMAGE = re.compile(r"^\s*(?:image:|FROM)\s+(\S+)", re.MULTILINE)
INLINE = (
    (re.compile(r"<style\b", re.IGNORECASE), "inline <style>"),
    (re.compile(r"\sstyle\s*=\s*[\"']", re.IGNORECASE), "style attribute"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE), "event handler attribute"),
    (re.compile(r"\bhx-on\b", re.IGNORECASE), "hx-on, which needs eval"),
    (re.compile(r"javascript:", re.IGNORECASE), "javascript: address"),
    (re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json)", re.IGNORECASE), "inline <script>"),
    (re.compile(r"\b(?:src|href)=[\"']https?://", re.IGNORECASE), "asset or link of another host"),
)

Problems = Iterator[str]


def tracked_files() -> list[str]:
    """The files git tracks, and those it would take with the next add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted(name for name in set(listed) if (ROOT / name).is_file())


def line_of(text: str, position: int) -> int:
    """The line, from 1, of a position in a text."""
    return text.count("\n", 0, position) + 1


def too_long(name: str, text: str) -> Problems:
    """Files over their limit; tests, data and migrations apart."""
    if DATA_TESTS_DOCS.search(name) or "/migrations/" in name:
        return
    limit = TEMPLATE_LINES if name.endswith(".html") else FILE_LINES
    lines = text.count("\n")
    if name.endswith((".py", ".js", ".html")) and lines > limit:
        yield f"{name}: {lines} lines, at most {limit}: split it along meaning"


def long_functions(name: str, text: str) -> Problems:
    """Functions over the limit; tests and migrations apart."""
    if not name.endswith(".py") or name.startswith("tests/") or "/migrations/" in name:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {lines} lines, at most {FUNCTION_LINES}"


def codes_in(value: Any) -> Iterator[str]:
    """Every value of a key `code`, anywhere in a data file."""
    if isinstance(value, dict):
        if "code" in value:
            yield str(value["code"])
        for part in value.values():
            yield from codes_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from codes_in(part)


def known_codes() -> frozenset[str]:
    """The codes of units, indicators and criteria in the data files; single letters are left out."""
    import yaml

    files = [path for folder in DATA_FOLDERS for path in (ROOT / folder).glob("*.yaml")]
    found = (code for path in files for code in codes_in(yaml.safe_load(path.read_text(encoding="utf-8"))))
    return frozenset(code for code in found if len(code) > 1)


def strings_in_python(text: str) -> Iterator[tuple[int, str]]:
    """Line and value of every string constant that is not a docstring."""
    tree = ast.parse(text)
    loose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in loose:
            yield node.lineno, node.value


def quoted_strings(text: str) -> Iterator[tuple[int, str]]:
    """Line and value of everything in quotes in a template or script."""
    for match in re.finditer(r"\"([^\"\n]*)\"|'([^'\n]*)'", text):
        yield line_of(text, match.start()), match[1] if match[1] is not None else match[2]


def codes_in_code(codes: frozenset[str]) -> Callable[[str, str], Problems]:
    """The rule that code knows no unit, indicator or criterion of one city."""

    word = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, codes), key=len, reverse=True))})(?!\w)")

    def rule(name: str, text: str) -> Problems:
        if DATA_TESTS_DOCS.search(name) or not name.endswith((".py", ".js", ".html")):
            return
        strings = strings_in_python(text) if name.endswith(".py") else quoted_strings(text)
        for line, value in strings:
            for found in word.finditer(value):
                code, follows = found[0], value[found.end() : found.end() + 1]
                if not (WORKBOOK_CODE.search(name) and (CELL.match(code) or follows == "(")):
                    yield f"{name}:{line}: the code {code!r} belongs in a data file"

    return rule


def foreign_hosts(name: str, text: str) -> Problems:
    """Addresses of other hosts: what is installed or shown comes from where the site says, not from us."""
    if name == "package-lock.json":
        if '"resolved"' in text:
            yield f"{name}: names where packages were fetched from; see omit-lockfile-registry-resolved in .npmrc"
        return
    for match in URL.finditer(text):
        if not HARMLESS_HOSTS.match(match[1].rpartition("@")[2]):
            yield f"{name}:{line_of(text, match.start())}: address of another host: {match[0]}"
    for match in IMAGE.finditer(text) if Path(name).name.startswith(("docker-compose", "Dockerfile")) else ():
        if "." in match[1].split("/")[0] and "/" in match[1]:
            yield f"{name}:{line_of(text, match.start())}: image with a host name: {match[1]}"


def inline_code(name: str, text: str) -> Problems:
    """What a strict content security policy forbids in a page."""
    if not name.endswith(".html") or "templates/" not in name:
        return
    for pattern, what in INLINE:
        for match in pattern.finditer(text):
            yield f"{name}:{line_of(text, match.start())}: {what}: put it into static/"


def problems() -> Problems:
    """Every breach of a rule, as FILE:LINE: what."""
    rules = (too_long, long_functions, codes_in_code(known_codes()), foreign_hosts, inline_code)
    for name in tracked_files():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures and workbooks
        for rule in rules:
            yield from rule(name, text)


def main() -> int:
    """Print every breach; 0 when there is none."""
    found = list(problems())
    for problem in found:
        complain(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
