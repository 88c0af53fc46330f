"""Deterministic mutation fuzzer for .xlsx importers (openpyxl + standard library).

    from tests.hostile.fuzz import mutants
    for name, data in mutants(seed, n): ...          # same seed, same bytes

Three levels, mixed: raw bytes of the zip; bytes of one unpacked part; cell-level changes of the
sheet XML (types, references, numbers, missing and repeated elements).
"""
import io
import random
import re
import zipfile

from tests.hostile.gen import CASES

SEEDS = ["ok_plain.xlsx", "ok_all_indicators.xlsx", "ok_inline_no_styles.xlsx", "layout_merged_region.xlsx",
         "layout_total_row.xlsx", "value_percent_format.xlsx", "error_values.xlsx", "formula_cached.xlsx",
         "value_date_instead_of_number.xlsx", "layout_hidden_sheet.xlsx"]
TOKENS = [b"", b"0", b"-1", b"1e308", b"1e400", b"NaN", b"99999999999999999999", b"A0", b"XFD1048576", b"&amp;", b"&#0;",
          b"&#x1F600;", b"<", b">", b"\x00", b"\xff\xfe", b"t=\"s\"", b"t=\"e\"", b"t=\"b\"", b"t=\"d\"", b"t=\"n\"",
          b"<c/>", b"<row/>", b"</row>", b"<v>", b"</v>", "地区".encode(), "，".encode(), b"s=\"9999\"", b"r=\"A1\""]


def zip_parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return [(i.filename, z.read(i)) for i in z.infolist()]


def build(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for n, b in parts:
            z.writestr(zipfile.ZipInfo(n, (1980, 1, 1, 0, 0, 0)), b, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def mutate_bytes(r, b, k):
    b = bytearray(b)
    for _ in range(k):
        if not b:
            return bytes(b)
        i = r.randrange(len(b))
        op = r.randrange(5)
        if op == 0:
            b[i] ^= 1 << r.randrange(8)
        elif op == 1:
            b[i] = r.randrange(256)
        elif op == 2:
            del b[i:i + r.randrange(1, 40)]
        elif op == 3:
            j = r.randrange(len(b))
            b[i:i] = b[j:j + r.randrange(1, 80)]
        else:
            b[i:i] = r.choice(TOKENS)
    return bytes(b)


def mutate_sheet(r, x):
    s = x.decode("utf-8", "replace")
    for _ in range(r.randrange(1, 4)):
        op = r.randrange(6)
        if op == 0:
            ms = list(re.finditer(r"<v>[^<]*</v>", s))
        elif op == 1:
            ms = list(re.finditer(r' r="[A-Z]+\d+"', s))
        elif op == 2:
            ms = list(re.finditer(r' t="[a-zA-Z]+"', s))
        elif op == 3:
            ms = list(re.finditer(r"<row .*?</row>", s, re.S))
        elif op == 4:
            ms = list(re.finditer(r"<c .*?(?:/>|</c>)", s, re.S))
        else:
            ms = list(re.finditer(r' ref="[^"]*"', s))
        if not ms:
            continue
        m = r.choice(ms)
        t = r.choice(TOKENS).decode("utf-8", "replace").replace("<", "").replace("\x00", "")
        new = {0: f"<v>{t}</v>", 1: f' r="{t}"', 2: f' t="{r.choice("s n b e d str inlineStr x".split())}"',
               3: m.group() * r.randrange(0, 4), 4: m.group() * r.randrange(0, 3), 5: f' ref="{t}"'}[op]
        s = s[:m.start()] + new + s[m.end():]
    return s.encode()


def mutants(seed, n):
    pool = [(c["file"], c["fn"]()) for c in CASES if c["file"] in SEEDS]
    unz = {f: zip_parts(d) for f, d in pool}
    for k in range(n):
        r = random.Random(seed * 1_000_003 + k)
        f, d = r.choice(pool)
        level = r.random()
        if level < 0.25:
            yield f"{k}-raw-{f}", mutate_bytes(r, d, r.choice([1, 1, 2, 5, 20]))
        else:
            parts = [list(p) for p in unz[f]]
            if level < 0.6:
                p = r.choice(parts)
                p[1] = mutate_bytes(r, p[1], r.choice([1, 1, 2, 3, 8]))
            else:
                p = r.choice([p for p in parts if "worksheets/sheet" in p[0] and p[0].endswith(".xml")])
                p[1] = mutate_sheet(r, p[1])
            if r.random() < 0.03:
                parts.pop(r.randrange(len(parts)))
            yield f"{k}-xml-{f}", build(parts)
