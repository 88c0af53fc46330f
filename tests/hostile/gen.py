"""Generate hostile and messy Excel/CSV files for testing an importer.

Needs only openpyxl and the standard library.  Output is deterministic (fixed zip times): the same
openpyxl, with or without lxml beside it, gives the same bytes on every run.

    python gen.py                 # writes ./files/* and ./manifest.json
    python gen.py --out DIR       # somewhere else
    python gen.py --only REGEX    # a subset
    python gen.py --heavy         # also the slow ones (dense 300,000-row sheet, 1 GiB bomb)
    python gen.py --list

Generic layout of the sheet: 地区, 季度, 指标, 完成值, 备注   (one header row, data from row 2).

manifest.json says for every file what a good importer does:

  expect       "accept"               every row is stored, values as in `rows`
               "accept_with_warnings" as accept, and each item of `warnings` is shown to the user
               "reject_rows"          the file is readable; `row_errors` are all listed at once to
                                      the user; NOTHING is stored (all or nothing)
               "reject_file"          one clear reason (`reason`); NOTHING is stored
               "either"               accept or a clear rejection are both right, a crash is not
  also_ok                other outcomes that are right too (a reader may refuse the whole file)
  rows         canonical values (季度 as 2023Q1, 完成值 as a decimal string)
  must_not     what may never happen with this file
  max_seconds / max_rss_mb            bound for the parsing process on a 2-core machine

Rules that hold for every file: no HTTP 5xx, no traceback shown, no partial write, no network
access, no file written outside the upload area, an audit record of the attempt, and the bounds
in `defaults`.
"""
import argparse
import hashlib
import io
import json
import random
import re
import struct
import sys
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

# ----------------------------------------------------------------------------- world

HEADER = ["地区", "季度", "指标", "完成值", "备注"]
REGIONS = ["海州区", "连云区", "赣榆区", "东海县", "灌云县",
           "灌南县", "徐圩新区", "云台山景区", "高新区", "开发区"]
INDICATORS = {
    "人均综合能耗下降率": {"unit": "%", "min": "-100", "max": "100", "decimals": 2},
    "单位面积能耗下降率": {"unit": "%", "min": "-100", "max": "100", "decimals": 2},
    "人均用水下降率": {"unit": "%", "min": "-100", "max": "100", "decimals": 2},
    "节约型机关建成数": {"unit": "个", "min": "0", "max": "1000000", "decimals": 0},
    "光伏装机容量": {"unit": "千瓦", "min": "0", "max": "10000000", "decimals": 3},
}
OPEN_QUARTER = "2023Q1"
Q = "2023年第1季度"
IND_PCT = "人均综合能耗下降率"
IND_CNT = "节约型机关建成数"
IND_KW = "光伏装机容量"

POLICY = "P1 to P16"
DEFAULTS = {"max_seconds": 10, "max_rss_mb": 400}

CASES = []


def case(file, category, expect, **kw):
    """Register a generator function; it returns the bytes of the file."""
    def deco(fn):
        CASES.append({"fn": fn, "file": file, "category": category, "expect": expect,
                      "about": (fn.__doc__ or "").strip().replace("\n", " "), **kw})
        return fn
    return deco


def row(region="海州区", value="1.5", ind=IND_PCT, q=OPEN_QUARTER, note=""):
    return {"地区": region, "季度": q, "指标": ind, "完成值": value, "备注": note}


def err(r, code, col="完成值"):
    return {"row": r, "column": col, "code": code}


# ----------------------------------------------------------------------------- xlsx helpers

FIXED = (1980, 1, 1, 0, 0, 0)


def repack(data, replace=None, add=None, drop=(), level=6):
    """Rewrite a zip with fixed timestamps, replacing / adding / dropping members."""
    replace, add = replace or {}, add or {}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as zin, \
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as zout:
        for info in zin.infolist():
            if info.filename in drop:
                continue
            body = replace.get(info.filename, zin.read(info.filename))
            if isinstance(body, str):
                body = body.encode()
            put(zout, info.filename, body)
        for name, body in add.items():
            put(zout, name, body.encode() if isinstance(body, str) else body)
    return out.getvalue()


def put(z, name, body):
    zi = zipfile.ZipInfo(name, FIXED)
    zi.compress_type = zipfile.ZIP_DEFLATED
    zi.external_attr = 0o600 << 16
    z.writestr(zi, body)


def save(wb):
    wb.properties.created = datetime(2023, 4, 1)
    wb.properties.modified = datetime(2023, 4, 1)
    wb.properties.creator = "gen"
    buf = io.BytesIO()
    wb.save(buf)
    # openpyxl stamps `modified` at save time: pin it
    data = buf.getvalue()
    core = zipfile.ZipFile(io.BytesIO(data)).read("docProps/core.xml").decode()
    core = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", r"\g<1>2023-04-01T00:00:00Z", core)
    return repack(data, replace={"docProps/core.xml": core})


def book(rows, header=HEADER, title="填报表"):
    wb = Workbook()
    ws = wb.active
    ws.title = title
    if header:
        ws.append(header)
    for r in rows:
        ws.append(list(r))
    return wb, ws


def simple(rows, header=HEADER, title="填报表"):
    return save(book(rows, header, title)[0])


NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006"
XMLDECL = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def esc(s):
    return str(s).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def istr(ref, text):
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{esc(text)}</t></is></c>'


def num(ref, v):
    return f'<c r="{ref}"><v>{v}</v></c>'


def xml_row(n, values, start=1):
    cells = []
    for i, v in enumerate(values):
        ref = f"{get_column_letter(start + i)}{n}"
        if v is None:
            continue
        cells.append(num(ref, v) if isinstance(v, (int, float)) else istr(ref, v))
    return f'<row r="{n}">{"".join(cells)}</row>'


def sheet_xml(body, dim="", extra="", pre=""):
    d = f'<dimension ref="{dim}"/>' if dim else ""
    return f'{XMLDECL}{pre}<worksheet xmlns="{NS}" xmlns:r="{RNS}">{d}<sheetData>{body}</sheetData>{extra}</worksheet>'


def raw_parts(sheet, shared=None, sheet_name="填报表", ct_main=None, decl=XMLDECL):
    """A minimal package by hand; returns an ordered dict of parts."""
    ct_main = ct_main or "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    parts = {
        "[Content_Types].xml":
            f'{decl}<Types xmlns="{PKG}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{ct_main}"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
            f'officedocument.spreadsheetml.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
            f'officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        "_rels/.rels":
            f'{decl}<Relationships xmlns="{PKG}/relationships"><Relationship Id="rId1" '
            f'Type="{RNS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml":
            f'{decl}<workbook xmlns="{NS}" xmlns:r="{RNS}"><sheets><sheet name="{esc(sheet_name)}" '
            f'sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels":
            f'{decl}<Relationships xmlns="{PKG}/relationships"><Relationship Id="rId1" '
            f'Type="{RNS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
            f'Type="{RNS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": shared or f'{decl}<sst xmlns="{NS}" count="0" uniqueCount="0"/>',
    }
    return parts


def raw(sheet, shared=None, extra=None, **kw):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, body in {**raw_parts(sheet, shared, **kw), **(extra or {})}.items():
            put(z, name, body.encode() if isinstance(body, str) else body)
    return out.getvalue()


def good_body(n=2):
    rows = [xml_row(1, HEADER)]
    for i in range(n):
        rows.append(xml_row(2 + i, [REGIONS[i], Q, IND_PCT, 1.5 + i, ""]))
    return "".join(rows)


def bomb(member, head, unit, times, tail, base_sheet=None):
    """A package whose one member is head + unit*times + tail, written as a stream."""
    out = io.BytesIO()
    parts = raw_parts(base_sheet or sheet_xml(good_body()))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for name, body in parts.items():
            if name != member:
                put(z, name, body.encode())
        zi = zipfile.ZipInfo(member, FIXED)
        zi.compress_type = zipfile.ZIP_DEFLATED
        chunk = unit * max(1, (1 << 20) // len(unit))
        total, size = len(unit) * times, 0
        with z.open(zi, "w", force_zip64=True) as f:
            f.write(head)
            while size < total:
                f.write(chunk)
                size += len(chunk)
            f.write(tail)
    return out.getvalue()


# ----------------------------------------------------------------------------- OLE2 / BIFF8

def cfb(streams):
    """A minimal OLE2 compound file (version 3, 512-byte sectors, no mini stream)."""
    SS, END, FREE, FATSECT = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    names = sorted(streams, key=lambda n: (len(n), n.upper()))
    sectors, fat, starts = [], [], {}

    def add(blob):
        first = len(sectors)
        n = max(1, -(-len(blob) // SS))
        for i in range(n):
            sectors.append(blob[i * SS:(i + 1) * SS].ljust(SS, b"\0"))
            fat.append(first + i + 1 if i < n - 1 else END)
        return first

    sizes = {}
    for n in names:
        blob = streams[n]
        if len(blob) < 4096:
            blob = blob.ljust(4096, b"\0")
        sizes[n] = len(blob)
        starts[n] = add(blob)

    def entry(name, typ, right, child, start, size):
        u = name.encode("utf-16-le") + b"\0\0" if name else b""
        return (u.ljust(64, b"\0") + struct.pack("<HBB", len(u), typ, 1)
                + struct.pack("<III", FREE, right, child) + b"\0" * 16 + b"\0" * 4
                + b"\0" * 16 + struct.pack("<IQ", start, size))

    ents = [entry("Root Entry", 5, FREE, 1 if names else FREE, END, 0)]
    for i, n in enumerate(names):
        ents.append(entry(n, 2, i + 2 if i + 1 < len(names) else FREE, FREE, starts[n], sizes[n]))
    while len(ents) % 4:
        ents.append(b"\0" * 68 + struct.pack("<III", FREE, FREE, FREE) + b"\0" * 48)
    dir_start = add(b"".join(ents))
    nfat = 1
    while nfat * 128 < len(sectors) + nfat:
        nfat += 1
    fat_ids = list(range(len(sectors), len(sectors) + nfat))
    fat += [FATSECT] * nfat
    fat += [FREE] * (nfat * 128 - len(fat))
    head = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
            + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
            + struct.pack("<IIIIIIIII", 0, nfat, dir_start, 0, 4096, END, 0, END, 0))
    difat = fat_ids + [FREE] * (109 - len(fat_ids))
    head += struct.pack("<109I", *difat)
    return head + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)


def biff8(rows, name="Sheet1"):
    def rec(op, body=b""):
        return struct.pack("<HH", op, len(body)) + body

    def ustr8(s):
        return struct.pack("<BB", len(s), 1) + s.encode("utf-16-le")

    def ustr16(s):
        return struct.pack("<HB", len(s), 1) + s.encode("utf-16-le")

    bof_g = rec(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6))
    cp = rec(0x42, struct.pack("<H", 1200))
    font = rec(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + ustr8("Arial"))
    xf = rec(0xE0, struct.pack("<HHHBBBBIIH", 0, 0, 0xFFF5, 0x20, 0, 0, 0, 0, 0, 0x20C0))
    blen = 4 + 6 + len(ustr8(name))
    pos = len(bof_g) + len(cp) + len(font) + len(xf) + blen + 4
    glob = (bof_g + cp + font + xf
            + rec(0x85, struct.pack("<IBB", pos, 0, 0) + ustr8(name)) + rec(0x0A))
    sh = rec(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    sh += rec(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for r, values in enumerate(rows):
        for c, v in enumerate(values):
            if v is None:
                continue
            if isinstance(v, (int, float)):
                sh += rec(0x203, struct.pack("<HHHd", r, c, 0, float(v)))
            else:
                sh += rec(0x204, struct.pack("<HHH", r, c, 0) + ustr16(v))
    return glob + sh + rec(0x0A)


# ============================================================================= controls

@case("ok_plain.xlsx", "control", "accept",
      rows=[row(r, str(1.5 + i)) for i, r in enumerate(REGIONS)])
def _():
    """The plain good file: ten regions, one percent indicator."""
    return simple([[r, Q, IND_PCT, 1.5 + i, ""] for i, r in enumerate(REGIONS)])


@case("ok_all_indicators.xlsx", "control", "accept",
      rows=[row("海州区", v, i) for i, v in zip(INDICATORS, ["1.25", "2", "-0.5", "12", "1234.567"])])
def _():
    """Every indicator once, with a negative rate and three decimals."""
    return simple([["海州区", Q, i, v, ""] for i, v in zip(INDICATORS, [1.25, 2, -0.5, 12, 1234.567])])


@case("ok_inline_no_styles.xlsx", "control", "accept", rows=[row("海州区", "1.5"), row("连云区", "2.5")])
def _():
    """Smallest legal package: inline strings, no styles part, as some report tools write it."""
    return raw(sheet_xml(good_body()))


@case("ok_no_cell_refs.xlsx", "control", "accept", rows=[row("海州区", "1.5"), row("连云区", "2.5")])
def _():
    """Cells and rows without the optional r= attribute (legal)."""
    return raw(sheet_xml(re.sub(r' r="[A-Z]*\d+"', "", good_body())))


@case("ok_rich_text_comments.xlsx", "control", "accept", rows=[row("海州区", "1.5", note="备注说明")])
def _():
    """Cell comments, fonts, fills, rich text in shared strings: still plain data."""
    wb, ws = book([["海州区", Q, IND_PCT, 1.5, "备注说明"]])
    ws["D2"].comment = Comment("请核实", "审核人")
    ws["D2"].font = Font(bold=True)
    ws["D2"].fill = PatternFill("solid", fgColor="FFFF00")
    return save(wb)


# ============================================================================= containers

@case("zip_bomb_whitespace.xlsx", "container", "reject_file", reason="unpacked_too_large",
      must_not=["unpack more than the limit"], max_rss_mb=250)
def _():
    """Sheet part unpacks to 512 MiB of blanks between rows; about 0.5 MB on disk."""
    head = (XMLDECL + f'<worksheet xmlns="{NS}"><sheetData>' + good_body()).encode()
    return bomb("xl/worksheets/sheet1.xml", head, b" " * 1024, 512 * 1024, b"</sheetData></worksheet>")


@case("zip_bomb_rows.xlsx", "container", "reject_file", reason="unpacked_too_large",
      must_not=["unpack more than the limit"], max_rss_mb=250)
def _():
    """Sheet part unpacks to 256 MiB of real rows (about 5 million); about 1 MB on disk."""
    head = (XMLDECL + f'<worksheet xmlns="{NS}"><sheetData>' + good_body()).encode()
    unit = b'<row><c><v>1</v></c><c><v>2</v></c></row>'
    return bomb("xl/worksheets/sheet1.xml", head, unit, (256 << 20) // len(unit), b"</sheetData></worksheet>")


@case("zip_bomb_shared_string.xlsx", "container", "reject_file", reason="unpacked_too_large", max_rss_mb=250)
def _():
    """One shared string of 256 MiB, used by no cell: readers that load all strings first die."""
    head = (XMLDECL + f'<sst xmlns="{NS}" count="1" uniqueCount="1"><si><t>').encode()
    return bomb("xl/sharedStrings.xml", head, b"A" * 1024, 256 * 1024, b"</t></si></sst>")


@case("zip_bomb_many_shared_strings.xlsx", "container", "reject_file", reason="unpacked_too_large", max_rss_mb=250)
def _():
    """About 6 million tiny shared strings (128 MiB unpacked)."""
    head = (XMLDECL + f'<sst xmlns="{NS}">').encode()
    unit = b"<si><t>a</t></si>  "
    return bomb("xl/sharedStrings.xml", head, unit, (128 << 20) // len(unit), b"</sst>")


@case("zip_bomb_unused_part.xlsx", "container", "reject_file", reason="unpacked_too_large")
def _():
    """The bomb sits in xl/media/image1.png, which no importer reads: total size must still count."""
    return bomb("xl/media/image1.png", b"\x89PNG\r\n\x1a\n", b"\0" * 1024, 300 * 1024, b"")


@case("zip_lying_size.xlsx", "container", "reject_file", reason="damaged_or_unpacked_too_large",
      must_not=["trust the size in the directory"])
def _():
    """Directory and local header claim 2,000 bytes for the sheet, the deflate stream gives 64 MiB:
    a guard that only adds up the claimed sizes lets it through."""
    head = (XMLDECL + f'<worksheet xmlns="{NS}"><sheetData>' + good_body()).encode()
    data = bytearray(bomb("xl/worksheets/sheet1.xml", head, b" " * 1024, 64 * 1024, b"</sheetData></worksheet>"))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as z:
        real = z.getinfo("xl/worksheets/sheet1.xml").file_size
    # the central directory keeps the real 32-bit size: overwrite every copy of it
    pat = struct.pack("<I", real)
    i = data.find(pat)
    while i >= 0:
        data[i:i + 4] = struct.pack("<I", 2000)
        i = data.find(pat, i + 4)
    return bytes(data)


@case("zip_many_entries.xlsx", "container", "reject_file", reason="too_many_parts")
def _():
    """20,000 empty parts besides a good sheet."""
    return raw(sheet_xml(good_body()), extra={f"xl/media/i{n}.bin": b"" for n in range(20000)})


@case("zip_overlap.xlsx", "container", "reject_file", reason="damaged")
def _():
    """Non-recursive bomb: 2,000 directory entries all point at one local member of 1 MiB."""
    base = raw(sheet_xml(good_body()), extra={"xl/media/k.bin": b"\0" * (1 << 20)})
    eocd = base.rfind(b"PK\x05\x06")
    n, cd_size, cd_off = struct.unpack("<HII", base[eocd + 10:eocd + 20])
    cd = base[cd_off:cd_off + cd_size]
    k = cd.rfind(b"PK\x01\x02")
    rec = bytearray(cd[k:])
    add = b""
    for i in range(2000):
        r = bytearray(rec)
        nm = f"xl/media/{i:05d}".encode()[:len("xl/media/k.bin")].ljust(len("xl/media/k.bin"), b"x")
        r[46:46 + len(nm)] = nm
        add += bytes(r)
    cd2 = cd + add
    tail = bytearray(base[eocd:])
    tail[8:12] = struct.pack("<HH", n + 2000, n + 2000)
    tail[12:20] = struct.pack("<II", len(cd2), cd_off)
    return base[:cd_off] + cd2 + bytes(tail)


@case("zip_slip.xlsx", "container", "either", reason="bad_part_name", rows=[row("海州区", "1.5"), row("连云区", "2.5")],
      must_not=["write outside the temporary directory"])
def _():
    """Extra parts named with .., with a leading slash and with a drive letter."""
    return raw(sheet_xml(good_body()), extra={"../../../../pwned.txt": "pwned", "/pwned.txt": "x",
                                              "C:\\windows\\x.dll": "x"})


@case("zip_duplicate_part.xlsx", "container", "reject_file", reason="duplicate_part",
      must_not=["preview one value and store the other"])
def _():
    """Two parts with the same name xl/worksheets/sheet1.xml and different values (1.5 and 99):
    two readers (preview and import, or openpyxl and calamine) may see different numbers."""
    out = io.BytesIO()
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "w") as z:
            for name, body in raw_parts(sheet_xml(good_body())).items():
                put(z, name, body.encode())
            put(z, "xl/worksheets/sheet1.xml",
                sheet_xml(xml_row(1, HEADER) + xml_row(2, ["海州区", Q, IND_PCT, 99, ""])).encode())
    return out.getvalue()


@case("zip_encrypted_flag.xlsx", "container", "reject_file", reason="encrypted")
def _():
    """Classic zip encryption bit set on every member (RuntimeError in zipfile)."""
    data = bytearray(raw(sheet_xml(good_body())))
    for sig, off in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        i = data.find(sig)
        while i >= 0:
            data[i + off] |= 1
            i = data.find(sig, i + 4)
    return bytes(data)


@case("zip_unknown_method.xlsx", "container", "reject_file", reason="damaged")
def _():
    """Compression method 99 (NotImplementedError in zipfile)."""
    data = bytearray(raw(sheet_xml(good_body())))
    for sig, off in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        i = data.find(sig)
        while i >= 0:
            data[i + off:i + off + 2] = struct.pack("<H", 99)
            i = data.find(sig, i + 4)
    return bytes(data)


@case("zip_bad_crc.xlsx", "container", "reject_file", reason="damaged")
def _():
    """Wrong checksum on every member."""
    data = bytearray(raw(sheet_xml(good_body())))
    for sig, off in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        i = data.find(sig)
        while i >= 0:
            data[i + off] ^= 0xFF
            i = data.find(sig, i + 4)
    return bytes(data)


@case("zip_prefixed_html.xlsx", "container", "reject_file", reason="not_xlsx")
def _():
    """Polyglot: an HTML page with a script in front of a good workbook; zip readers open it,
    a browser that sniffs would run it."""
    return b"<html><script>alert(document.domain)</script></html>\n" + raw(sheet_xml(good_body()))


@case("trunc_half.xlsx", "container", "reject_file", reason="damaged")
def _():
    """First half of a good file (broken upload)."""
    d = simple([[r, Q, IND_PCT, 1.5, ""] for r in REGIONS])
    return d[:len(d) // 2]


@case("trunc_tail.xlsx", "container", "reject_file", reason="damaged")
def _():
    """Only the last 30 bytes are missing."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""]])[:-30]


@case("empty_0_bytes.xlsx", "container", "reject_file", reason="empty_file")
def _():
    """0 bytes."""
    return b""


@case("random_bytes.xlsx", "container", "reject_file", reason="not_xlsx")
def _():
    """50 kB of random bytes."""
    return random.Random(7).randbytes(50_000)


@case("pk_then_random.xlsx", "container", "reject_file", reason="damaged")
def _():
    """Right magic bytes PK 03 04, then random: passes a magic check only."""
    return b"PK\x03\x04" + random.Random(8).randbytes(20_000)


@case("no_workbook_part.xlsx", "container", "reject_file", reason="damaged")
def _():
    """xl/workbook.xml is missing (KeyError in openpyxl)."""
    return repack(raw(sheet_xml(good_body())), drop=("xl/workbook.xml",))


@case("no_content_types.xlsx", "container", "reject_file", reason="damaged")
def _():
    """[Content_Types].xml is missing."""
    return repack(raw(sheet_xml(good_body())), drop=("[Content_Types].xml",))


@case("sheet_target_missing.xlsx", "container", "reject_file", reason="damaged")
def _():
    """The workbook lists a sheet whose part does not exist."""
    return repack(raw(sheet_xml(good_body())), drop=("xl/worksheets/sheet1.xml",))


@case("bad_styles.xlsx", "container", "either", reason="damaged", rows=[row("海州区", "1.5")])
def _():
    """styles.xml is not well-formed: openpyxl raises, Excel repairs; say so clearly."""
    return repack(simple([["海州区", Q, IND_PCT, 1.5, ""]]), replace={"xl/styles.xml": b"<styleSheet><fonts>"})


@case("sst_index_out_of_range.xlsx", "container", "reject_file", reason="damaged")
def _():
    """A cell points at shared string 999999 (IndexError)."""
    body = xml_row(1, HEADER) + '<row r="2"><c r="A2" t="s"><v>999999</v></c></row>'
    return raw(sheet_xml(body))


@case("bad_cell_refs.xlsx", "container", "reject_file", reason="damaged")
def _():
    """Cell references ZZZZ99, A0, A-1, A99999999999 and an empty one."""
    body = xml_row(1, HEADER) + '<row r="2">' + "".join(
        f'<c r="{r}"><v>1</v></c>' for r in ("ZZZZ99", "A0", "A-1", "A99999999999", "")) + "</row>"
    return raw(sheet_xml(body))


@case("bad_number_text.xlsx", "container", "reject_rows", also_ok=["reject_file"], row_errors=[err(2, "not_a_number"), err(3, "not_a_number")])
def _():
    """Numeric cells whose <v> is 'abc' and '1.2.3' (ValueError inside some readers)."""
    body = (xml_row(1, HEADER)
            + f'<row r="2">{istr("A2", "海州区")}{istr("B2", Q)}{istr("C2", IND_PCT)}<c r="D2"><v>abc</v></c></row>'
            + f'<row r="3">{istr("A3", "连云区")}{istr("B3", Q)}{istr("C3", IND_PCT)}<c r="D3"><v>1.2.3</v></c></row>')
    return raw(sheet_xml(body))


@case("strict_ooxml.xlsx", "container", "either", reason="strict_ooxml_unsupported",
      rows=[row("海州区", "1.5"), row("连云区", "2.5")], must_not=["report an empty sheet as success"])
def _():
    """ISO 'Strict Open XML Spreadsheet': other namespaces; some readers find no sheets or no rows."""
    parts = raw_parts(sheet_xml(good_body()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for n, b in parts.items():
            b = b.replace(NS, "http://purl.oclc.org/ooxml/spreadsheetml/main")
            b = b.replace(RNS, "http://purl.oclc.org/ooxml/officeDocument/relationships")
            put(z, n, b.encode())
    return out.getvalue()


# ============================================================================= XML attacks

def laughs(levels=10, width=10):
    d = '<!DOCTYPE x [<!ENTITY a0 "ha">'
    for i in range(1, levels):
        d += f'<!ENTITY a{i} "{"&a%d;" % (i - 1) * width}">'
    return d + "]>"


@case("xml_billion_laughs_sheet.xlsx", "xml", "reject_file", reason="dtd_forbidden", max_rss_mb=250)
def _():
    """Billion laughs in the sheet part: 10 levels of 10 in a cell."""
    body = xml_row(1, HEADER) + f'<row r="2"><c r="A2" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    return raw(sheet_xml(body, pre=laughs()))


@case("xml_billion_laughs_shared.xlsx", "xml", "reject_file", reason="dtd_forbidden", max_rss_mb=250)
def _():
    """Billion laughs in sharedStrings.xml."""
    return raw(sheet_xml(good_body()), shared=f'{XMLDECL}{laughs()}<sst xmlns="{NS}"><si><t>&a9;</t></si></sst>')


@case("xml_billion_laughs_content_types.xlsx", "xml", "reject_file", reason="dtd_forbidden", max_rss_mb=250)
def _():
    """Billion laughs in [Content_Types].xml, read before any sheet (also by type sniffers)."""
    p = raw_parts(sheet_xml(good_body()))
    ct = p["[Content_Types].xml"].replace(XMLDECL, XMLDECL + laughs()).replace("</Types>", "&a9;</Types>")
    return raw(sheet_xml(good_body()), extra={"[Content_Types].xml": ct})


@case("xml_quadratic_blowup.xlsx", "xml", "reject_file", reason="dtd_forbidden", max_rss_mb=250)
def _():
    """Quadratic blow-up: one 100 kB entity used 2,000 times (200 MB), no nesting to detect."""
    dtd = f'<!DOCTYPE x [<!ENTITY a "{"A" * 100_000}">]>'
    body = xml_row(1, HEADER) + f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"&a;" * 2000}</t></is></c></row>'
    return raw(sheet_xml(body, pre=dtd))


@case("xml_small_entity.xlsx", "xml", "reject_file", reason="dtd_forbidden")
def _():
    """A harmless internal entity: refused too, since no real Excel writes a DTD."""
    body = xml_row(1, HEADER) + f'<row r="2"><c r="A2" t="inlineStr"><is><t>&r;</t></is></c></row>'
    return raw(sheet_xml(body, pre='<!DOCTYPE x [<!ENTITY r "海州区">]>'))


@case("xml_xxe_file.xlsx", "xml", "reject_file", reason="dtd_forbidden", must_not=["show or store a line of /etc/passwd"])
def _():
    """External entity file:///etc/passwd in a shared string used as 备注."""
    sst = (f'{XMLDECL}<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
           f'<sst xmlns="{NS}"><si><t>&e;</t></si></sst>')
    body = (xml_row(1, HEADER) + f'<row r="2">{istr("A2", "海州区")}{istr("B2", Q)}{istr("C2", IND_PCT)}'
            f'{num("D2", 1.5)}<c r="E2" t="s"><v>0</v></c></row>')
    return raw(sheet_xml(body), shared=sst)


@case("xml_xxe_http.xlsx", "xml", "reject_file", reason="dtd_forbidden", must_not=["connect to 127.0.0.1:9"])
def _():
    """External entity http://127.0.0.1:9/ (a listener there in the test must see nothing)."""
    body = xml_row(1, HEADER) + '<row r="2"><c r="A2" t="inlineStr"><is><t>&e;</t></is></c></row>'
    return raw(sheet_xml(body, pre='<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/xxe">]>'))


@case("xml_external_dtd_workbook.xlsx", "xml", "reject_file", reason="dtd_forbidden", must_not=["connect to 127.0.0.1:9"])
def _():
    """External DTD and a parameter entity in workbook.xml."""
    p = raw_parts(sheet_xml(good_body()))
    w = p["xl/workbook.xml"].replace(XMLDECL, XMLDECL + '<!DOCTYPE workbook SYSTEM "http://127.0.0.1:9/d.dtd" '
                                     '[<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.ent"> %p;]>')
    return raw(sheet_xml(good_body()), extra={"xl/workbook.xml": w})


@case("xml_xxe_utf16.xlsx", "xml", "reject_file", reason="dtd_forbidden")
def _():
    """The sheet part in UTF-16 with a DTD: a byte search for '<!DOCTYPE' does not see it."""
    body = xml_row(1, HEADER) + '<row r="2"><c r="A2" t="inlineStr"><is><t>&e;</t></is></c></row>'
    s = sheet_xml(body, pre='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    return raw(s.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"))


@case("xml_deep_nesting.xlsx", "xml", "reject_file", reason="damaged")
def _():
    """200,000 nested elements inside a row (stack depth)."""
    n = 200_000
    return raw(sheet_xml(xml_row(1, HEADER) + "<row>" + "<a>" * n + "</a>" * n + "</row>"))


@case("xml_many_attributes.xlsx", "xml", "either", reason="damaged")
def _():
    """One element with 200,000 attributes (hash flooding shape)."""
    at = " ".join(f'a{i}="1"' for i in range(200_000))
    return raw(sheet_xml(good_body() + f'<row r="4" {at}></row>'))


@case("xml_not_well_formed.xlsx", "xml", "reject_file", reason="damaged", must_not=["store the rows before the break"])
def _():
    """Good rows, then the XML breaks off: a streaming reader has already yielded rows 2 to 6."""
    body = xml_row(1, HEADER) + "".join(xml_row(2 + i, [REGIONS[i], Q, IND_PCT, 1.5, ""]) for i in range(5))
    return raw(XMLDECL + f'<worksheet xmlns="{NS}"><sheetData>{body}<row r="7"><c r="A7"><v>1</v></row></sheetData>')


@case("xml_control_chars.xlsx", "xml", "either", reason="control_characters", rows=[row("海州区", "1.5", note="ab")],
      must_not=["HTTP 500 from PostgreSQL: NUL in text"])
def _():
    """备注 holds _x0000_ and _x0008_ escapes: calamine decodes them to NUL and BS (openpyxl 3.1.5 keeps the
    text); PostgreSQL refuses NUL in text, openpyxl refuses BS on export."""
    body = xml_row(1, HEADER) + xml_row(2, ["海州区", Q, IND_PCT, 1.5, "a_x0000_b_x0008_"])
    return raw(sheet_xml(body))


@case("xml_lone_surrogate.xlsx", "xml", "either", reason="control_characters", rows=[row("海州区", "1.5", note="ab")],
      must_not=["UnicodeEncodeError on save or on rendering the preview"])
def _():
    """备注 holds _xD83D_ alone: a reader that decodes it gets a lone surrogate that cannot be encoded as UTF-8."""
    body = xml_row(1, HEADER) + xml_row(2, ["海州区", Q, IND_PCT, 1.5, "a_xD83D_b"])
    return raw(sheet_xml(body))


# ============================================================================= wrong formats

XLS_ROWS = [HEADER] + [[r, Q, IND_PCT, 1.5 + i, ""] for i, r in enumerate(REGIONS[:3])]
HTML = ("<html><head><meta charset='utf-8'></head><body><table border=1><tr>"
        + "".join(f"<th>{h}</th>" for h in HEADER) + "</tr>"
        + "".join(f"<tr><td>{r}</td><td>{Q}</td><td>{IND_PCT}</td><td>{1.5 + i}</td><td></td></tr>"
                  for i, r in enumerate(REGIONS[:3])) + "</table></body></html>")


@case("real.xls", "format", "either", reason="old_xls", rows=[row(r, str(1.5 + i)) for i, r in enumerate(REGIONS[:3])])
def _():
    """A true BIFF8 .xls (still common in offices). Accept, or say: 请另存为 .xlsx."""
    return cfb({"Workbook": biff8(XLS_ROWS)})


@case("xls_renamed.xlsx", "format", "reject_file", reason="old_xls")
def _():
    """BIFF8 .xls renamed to .xlsx."""
    return cfb({"Workbook": biff8(XLS_ROWS)})


@case("xls_with_macro_stream.xls", "format", "reject_file", reason="old_xls_or_macro")
def _():
    """.xls with a _VBA_PROJECT stream."""
    return cfb({"Workbook": biff8(XLS_ROWS), "_VBA_PROJECT": b"\xcc\x61" + b"\0" * 5000})


@case("html_renamed.xls", "format", "reject_file", reason="html_file", must_not=["serve it inline as HTML"])
def _():
    """An HTML table named .xls (many office systems export this)."""
    return HTML.encode()


@case("html_renamed.xlsx", "format", "reject_file", reason="html_file")
def _():
    """An HTML table named .xlsx."""
    return HTML.encode()


@case("xml2003_renamed.xls", "format", "reject_file", reason="xml_2003")
def _():
    """SpreadsheetML 2003 named .xls."""
    cells = "".join(f'<Cell><Data ss:Type="String">{h}</Data></Cell>' for h in HEADER)
    return (f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
            f'xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            f'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>'
            f'<Row>{cells}</Row></Table></Worksheet></Workbook>').encode()


@case("mht_renamed.xls", "format", "reject_file", reason="not_xlsx")
def _():
    """A MIME 'single file web page' named .xls."""
    return ("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\n"
            "Content-Type: text/html; charset=\"utf-8\"\r\n\r\n" + HTML + "\r\n--b--\r\n").encode()


@case("docx_renamed.xlsx", "format", "reject_file", reason="not_xlsx")
def _():
    """A .docx renamed to .xlsx: a zip with [Content_Types].xml, but of another kind."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        put(z, "[Content_Types].xml", (f'{XMLDECL}<Types xmlns="{PKG}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
            'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>').encode())
        put(z, "_rels/.rels", (f'{XMLDECL}<Relationships xmlns="{PKG}/relationships"><Relationship Id="rId1" '
            f'Type="{RNS}/officeDocument" Target="word/document.xml"/></Relationships>').encode())
        put(z, "word/document.xml", (XMLDECL + '<w:document xmlns:w="http://schemas.openxmlformats.org/'
            'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>报告</w:t></w:r></w:p></w:body></w:document>').encode())
    return out.getvalue()


@case("plain_zip_renamed.xlsx", "format", "reject_file", reason="not_xlsx")
def _():
    """A zip of two good .xlsx files renamed to .xlsx (people zip all counties' files)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        put(z, "海州区.xlsx", simple([["海州区", Q, IND_PCT, 1.5, ""]]))
        put(z, "连云区.xlsx", simple([["连云区", Q, IND_PCT, 1.5, ""]]))
    return out.getvalue()


@case("ods_renamed.xlsx", "format", "reject_file", reason="not_xlsx")
def _():
    """An OpenDocument sheet renamed to .xlsx."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        zi = zipfile.ZipInfo("mimetype", FIXED)
        z.writestr(zi, "application/vnd.oasis.opendocument.spreadsheet")
        put(z, "content.xml", b"<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'/>")
    return out.getvalue()


@case("xlsb_renamed.xlsx", "format", "reject_file", reason="not_xlsx")
def _():
    """Binary workbook (.xlsb content type) renamed to .xlsx."""
    return raw(sheet_xml(good_body()), ct_main="application/vnd.ms-excel.sheet.binary.macroEnabled.main")


@case("pdf_renamed.xlsx", "format", "reject_file", reason="not_xlsx")
def _():
    """A PDF renamed to .xlsx (a scan of the stamped report)."""
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@case("jpeg_renamed.xlsx", "format", "reject_file", reason="not_xlsx")
def _():
    """A JPEG renamed to .xlsx."""
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + b"\0" * 200 + b"\xff\xd9"


@case("csv_renamed.xlsx", "format", "reject_file", reason="not_xlsx")
def _():
    """CSV text renamed to .xlsx."""
    return (",".join(HEADER) + f"\r\n海州区,{Q},{IND_PCT},1.5,\r\n").encode("utf-8-sig")


@case("xlsx_renamed.csv", "format", "either", reason="not_csv", rows=[row("海州区", "1.5")],
      must_not=["store rows of binary garbage"])
def _():
    """A good .xlsx renamed to .csv."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""]])


@case("encrypted_workbook.xlsx", "format", "reject_file", reason="encrypted")
def _():
    """Password-protected workbook: an OLE2 file with EncryptionInfo and EncryptedPackage streams
    (zipfile says only 'File is not a zip file': the user needs to hear 请取消密码)."""
    info = struct.pack("<HHI", 4, 4, 0x40) + (
        b'<?xml version="1.0"?><encryption xmlns="http://schemas.microsoft.com/office/2006/encryption">'
        b'<keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES"/></encryption>')
    return cfb({"EncryptionInfo": info,
                "EncryptedPackage": struct.pack("<Q", 9000) + random.Random(3).randbytes(9008)})


@case("macro.xlsm", "format", "reject_file", reason="macro_file", must_not=["keep the macro in a file others download"])
def _():
    """Macro-enabled workbook with vbaProject.bin."""
    return raw(sheet_xml(good_body()), ct_main="application/vnd.ms-excel.sheet.macroEnabled.main+xml",
               extra={"xl/vbaProject.bin": cfb({"VBA": b"Attribute VB_Name" + b"\0" * 5000})})


@case("macro_renamed.xlsx", "format", "reject_file", reason="macro_file")
def _():
    """The same, renamed to .xlsx."""
    return raw(sheet_xml(good_body()), ct_main="application/vnd.ms-excel.sheet.macroEnabled.main+xml",
               extra={"xl/vbaProject.bin": cfb({"VBA": b"Attribute VB_Name" + b"\0" * 5000})})


@case("embedded_ole.xlsx", "format", "either", reason="embedded_object", rows=[row("海州区", "1.5"), row("连云区", "2.5")])
def _():
    """An embedded OLE object holding an .exe (harmless bytes)."""
    return raw(sheet_xml(good_body()), extra={"xl/embeddings/oleObject1.bin": cfb({"\x01Ole10Native": b"MZ" + b"\0" * 5000})})


@case("external_link.xlsx", "format", "accept_with_warnings", rows=[row("海州区", "7.5")],
      warnings=["formula_used:row 2"], must_not=["open the linked file or address"])
def _():
    """完成值 is a link into another workbook on a share, with a cached value 7.5."""
    body = (xml_row(1, HEADER) + f'<row r="2">{istr("A2", "海州区")}{istr("B2", Q)}{istr("C2", IND_PCT)}'
            '<c r="D2"><f>[1]Sheet1!$B$2</f><v>7.5</v></c></row>')
    p = raw_parts(sheet_xml(body))
    wb = p["xl/workbook.xml"].replace("</sheets>", '</sheets><externalReferences><externalReference r:id="rId9"/>'
                                      "</externalReferences>")
    rel = p["xl/_rels/workbook.xml.rels"].replace("</Relationships>",
        f'<Relationship Id="rId9" Type="{RNS}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>')
    return raw(sheet_xml(body), extra={
        "xl/workbook.xml": wb, "xl/_rels/workbook.xml.rels": rel,
        "xl/externalLinks/externalLink1.xml": f'{XMLDECL}<externalLink xmlns="{NS}" xmlns:r="{RNS}">'
        f'<externalBook r:id="rId1"><sheetNames><sheetName val="Sheet1"/></sheetNames></externalBook></externalLink>',
        "xl/externalLinks/_rels/externalLink1.xml.rels": f'{XMLDECL}<Relationships xmlns="{PKG}/relationships">'
        f'<Relationship Id="rId1" Type="{RNS}/externalLinkPath" Target="file://127.0.0.1/share/x.xlsx" '
        f'TargetMode="External"/></Relationships>'})


# ============================================================================= scale

@case("scale_last_row.xlsx", "scale", "reject_file", reason="too_many_rows", max_rss_mb=250)
def _():
    """Two good rows, then one value in row 1,048,576: readers that fill the gap build 1M rows."""
    return raw(sheet_xml(good_body() + xml_row(1048576, ["开发区", Q, IND_PCT, 9.5, ""])))


@case("scale_corner_cell.xlsx", "scale", "reject_file", reason="too_many_columns", max_rss_mb=250)
def _():
    """One value in XFD1048576: a dense reader wants 17 billion cells (calamine aborts the process)."""
    return raw(sheet_xml(good_body() + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
                         dim="A1:XFD1048576"))


@case("scale_dimension_lies_big.xlsx", "scale", "accept", rows=[row("海州区", "1.5"), row("连云区", "2.5")], max_rss_mb=250)
def _():
    """<dimension> says A1:XFD1048576, there are three rows: common after formatting whole columns."""
    return raw(sheet_xml(good_body(), dim="A1:XFD1048576"))


@case("scale_dimension_lies_small.xlsx", "scale", "accept", rows=[row(r, "1.5") for r in REGIONS],
      must_not=["read only one row and report success"])
def _():
    """<dimension> says A1, there are eleven rows: openpyxl read_only stops early unless
    reset_dimensions() is called."""
    body = xml_row(1, HEADER) + "".join(xml_row(2 + i, [r, Q, IND_PCT, 1.5, ""]) for i, r in enumerate(REGIONS))
    return raw(sheet_xml(body, dim="A1"))


@case("scale_16384_columns.xlsx", "scale", "reject_file", reason="too_many_columns")
def _():
    """Header row and one data row with 16,384 columns."""
    cells1 = "".join(istr(f"{get_column_letter(i)}1", HEADER[i - 1] if i <= 5 else f"列{i}") for i in range(1, 16385))
    cells2 = "".join(num(f"{get_column_letter(i)}2", i) for i in range(1, 16385))
    return raw(sheet_xml(f'<row r="1">{cells1}</row><row r="2">{cells2}</row>'))


@case("scale_10mb_cell.xlsx", "scale", "reject_rows", also_ok=["reject_file"], row_errors=[err(2, "text_too_long", "备注")])
def _():
    """备注 with 10 million characters (Excel's own limit is 32,767)."""
    return raw(sheet_xml(xml_row(1, HEADER) + xml_row(2, ["海州区", Q, IND_PCT, 1.5, "长" * 10_000_000])))


@case("scale_40000_char_cell.xlsx", "scale", "reject_rows", row_errors=[err(2, "text_too_long", "备注")])
def _():
    """备注 with 40,000 characters: just above Excel's limit; an export of it would be repaired by Excel."""
    return raw(sheet_xml(xml_row(1, HEADER) + xml_row(2, ["海州区", Q, IND_PCT, 1.5, "长" * 40_000])))


@case("scale_20001_rows.xlsx", "scale", "reject_file", reason="too_many_rows", max_seconds=20)
def _():
    """One row more than the limit (limit 20,000)."""
    body = [xml_row(1, HEADER)] + [xml_row(2 + i, [REGIONS[i % 10], Q, IND_PCT, 1.5, ""]) for i in range(20001)]
    return raw(sheet_xml("".join(body)))


@case("scale_styled_blank_rows.xlsx", "scale", "accept", rows=[row("海州区", "1.5"), row("连云区", "2.5")], max_seconds=20)
def _():
    """Two data rows and 60,000 blank but styled rows (borders drawn to the bottom): blank rows do
    not count as data."""
    body = good_body() + "".join(f'<row r="{n}"><c r="A{n}"/><c r="B{n}"/><c r="C{n}"/><c r="D{n}"/></row>'
                                 for n in range(4, 60004))
    return raw(sheet_xml(body))


@case("scale_many_merges.xlsx", "scale", "either", reason="too_many_merges", rows=[row("海州区", "1.5"), row("连云区", "2.5")],
      max_seconds=20)
def _():
    """50,000 merged ranges and one that covers the whole sheet: readers that expand merges in
    memory create a cell object for each."""
    m = '<mergeCell ref="F1:XFD1048576"/>' + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(10, 50010))
    return raw(sheet_xml(good_body(), extra=f'<mergeCells count="50001">{m}</mergeCells>'))


@case("scale_1000_sheets.xlsx", "scale", "either", reason="too_many_sheets", rows=[row("海州区", "1.5"), row("连云区", "2.5")],
      max_seconds=20)
def _():
    """1,000 sheets, data on the first."""
    p = raw_parts(sheet_xml(good_body()))
    sheets = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, 1001))
    rels = "".join(f'<Relationship Id="rId{n}" Type="{RNS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                   for n in range(1, 1001))
    extra = {f"xl/worksheets/sheet{n}.xml": sheet_xml("") for n in range(2, 1001)}
    extra["xl/workbook.xml"] = f'{XMLDECL}<workbook xmlns="{NS}" xmlns:r="{RNS}"><sheets>{sheets}</sheets></workbook>'
    extra["xl/_rels/workbook.xml.rels"] = f'{XMLDECL}<Relationships xmlns="{PKG}/relationships">{rels}</Relationships>'
    ov = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-'
                 f'officedocument.spreadsheetml.worksheet+xml"/>' for n in range(2, 1001))
    extra["[Content_Types].xml"] = p["[Content_Types].xml"].replace("</Types>", ov + "</Types>")
    return raw(sheet_xml(good_body()), extra=extra)


@case("scale_row_numbers_backwards.xlsx", "scale", "either", reason="damaged", rows=[row("海州区", "1.5"), row("连云区", "2.5")])
def _():
    """Rows in the order 3, 2, 1 and row 2 given twice."""
    b = xml_row(3, ["连云区", Q, IND_PCT, 2.5, ""]) + xml_row(2, ["海州区", Q, IND_PCT, 1.5, ""]) + xml_row(1, HEADER)
    return raw(sheet_xml(b + xml_row(2, ["海州区", Q, IND_PCT, 88, ""])))


@case("scale_dense_300k.xlsx", "scale", "reject_file", reason="too_many_rows", heavy=True, max_seconds=30)
def _():
    """300,000 dense rows (a real but far too large export)."""
    wb = Workbook(write_only=True)
    ws = wb.create_sheet("填报表")
    ws.append(HEADER)
    for i in range(300_000):
        ws.append([REGIONS[i % 10], Q, IND_PCT, i / 100, ""])
    buf = io.BytesIO()
    wb.save(buf)
    return repack(buf.getvalue())


@case("zip_bomb_1gib.xlsx", "container", "reject_file", reason="unpacked_too_large", heavy=True, max_rss_mb=250)
def _():
    """As zip_bomb_whitespace, 1 GiB."""
    head = (XMLDECL + f'<worksheet xmlns="{NS}"><sheetData>' + good_body()).encode()
    return bomb("xl/worksheets/sheet1.xml", head, b" " * 1024, 1024 * 1024, b"</sheetData></worksheet>")


# ============================================================================= layout

@case("layout_zero_rows.xlsx", "layout", "reject_file", reason="no_data_rows")
def _():
    """Header only."""
    return simple([])


@case("layout_blank_sheet.xlsx", "layout", "reject_file", reason="no_header")
def _():
    """An empty sheet."""
    return save(Workbook())


@case("layout_no_header.xlsx", "layout", "reject_file", reason="no_header")
def _():
    """Data without a header row."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""]], header=None)


@case("layout_title_rows.xlsx", "layout", "accept", rows=[row("海州区", "1.5")])
def _():
    """Title, unit line and a blank row above the header (header in row 4)."""
    wb, ws = book([["2023年第1季度绿色指标完成情况表"], ["单位：%", None, None, None, "填报单位：海州区机关事务中心"], [], HEADER,
                   ["海州区", Q, IND_PCT, 1.5, ""]], header=None)
    ws.merge_cells("A1:E1")
    return save(wb)


@case("layout_merged_header.xlsx", "layout", "either", reason="no_header", rows=[row("海州区", "1.5")])
def _():
    """Two-row header: 基本信息 over 地区/季度/指标, 填报 over 完成值/备注, merged."""
    wb, ws = book([["基本信息", None, None, "填报", None], HEADER, ["海州区", Q, IND_PCT, 1.5, ""]], header=None)
    ws.merge_cells("A1:C1")
    ws.merge_cells("D1:E1")
    return save(wb)


@case("layout_merged_header_vertical.xlsx", "layout", "either", reason="no_header", rows=[row("海州区", "1.5")])
def _():
    """Header cells merged over two rows (A1:A2 ...): the second header row is empty."""
    wb, ws = book([HEADER, [], ["海州区", Q, IND_PCT, 1.5, ""]], header=None)
    for c in "ABCDE":
        ws.merge_cells(f"{c}1:{c}2")
    return save(wb)


@case("layout_merged_region.xlsx", "layout", "accept",
      rows=[row("海州区", "1.5"), row("海州区", "3", IND_CNT), row("连云区", "2.5"), row("连云区", "4", IND_CNT)],
      must_not=["drop rows 3 and 5 because 地区 is empty", "fill down without a merge"])
def _():
    """地区 merged down over two rows: the value stands only in the first cell of the merge."""
    wb, ws = book([["海州区", Q, IND_PCT, 1.5, ""], [None, Q, IND_CNT, 3, ""],
                   ["连云区", Q, IND_PCT, 2.5, ""], [None, Q, IND_CNT, 4, ""]])
    ws.merge_cells("A2:A3")
    ws.merge_cells("A4:A5")
    return save(wb)


@case("layout_empty_region_not_merged.xlsx", "layout", "reject_rows", row_errors=[err(3, "required", "地区")])
def _():
    """地区 empty in the second row and not merged: do not guess."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""], [None, Q, IND_CNT, 3, ""]])


@case("layout_merged_value.xlsx", "layout", "reject_rows", row_errors=[err(3, "required")],
      must_not=["give the merged 完成值 to both regions"])
def _():
    """完成值 merged over two regions: one number for two rows is not data for the second."""
    wb, ws = book([["海州区", Q, IND_PCT, 1.5, ""], ["连云区", Q, IND_PCT, None, ""]])
    ws.merge_cells("D2:D3")
    return save(wb)


@case("layout_header_spaces.xlsx", "layout", "accept", rows=[row("海州区", "1.5")])
def _():
    """Headers with spaces, a line break, full-width brackets and a star: '地 区', '完成\\n值', '备注（选填）', '*指标'."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""]], header=["地 区", "季度 ", "*指标", "完成\n值", "备注（选填）"])


@case("layout_reordered_columns.xlsx", "layout", "accept", rows=[row("海州区", "1.5", note="说明")],
      must_not=["read by position"])
def _():
    """Columns in another order: 指标, 完成值, 备注, 地区, 季度."""
    return simple([[IND_PCT, 1.5, "说明", "海州区", Q]], header=["指标", "完成值", "备注", "地区", "季度"])


@case("layout_missing_column.xlsx", "layout", "reject_file", reason="missing_column:完成值")
def _():
    """The 完成值 column is missing."""
    return simple([["海州区", Q, IND_PCT, ""]], header=["地区", "季度", "指标", "备注"])


@case("layout_duplicate_column.xlsx", "layout", "reject_file", reason="duplicate_column:完成值")
def _():
    """Two columns 完成值 with different numbers."""
    return simple([["海州区", Q, IND_PCT, 1.5, 9.9, ""]], header=["地区", "季度", "指标", "完成值", "完成值", "备注"])


@case("layout_extra_columns.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "1.5")],
      warnings=["column_ignored:排名", "column_ignored:is_published"], must_not=["mass assignment of is_published"])
def _():
    """Unknown columns 排名 and is_published (a try at mass assignment)."""
    return simple([["海州区", Q, IND_PCT, 1.5, "", 1, "TRUE"]], header=HEADER + ["排名", "is_published"])


@case("layout_second_sheet.xlsx", "layout", "either", reason="no_header", rows=[row("海州区", "1.5")])
def _():
    """First sheet is 填表说明 (instructions), data on the second."""
    wb = Workbook()
    wb.active.title = "填表说明"
    wb.active.append(["请按要求填写"])
    ws = wb.create_sheet("填报表")
    ws.append(HEADER)
    ws.append(["海州区", Q, IND_PCT, 1.5, ""])
    return save(wb)


@case("layout_sheet_per_county.xlsx", "layout", "reject_file", reason="several_data_sheets",
      must_not=["import the first sheet and say success"])
def _():
    """Three sheets, one per county, each with the right header."""
    wb = Workbook()
    for i, r in enumerate(REGIONS[:3]):
        ws = wb.active if i == 0 else wb.create_sheet()
        ws.title = r
        ws.append(HEADER)
        ws.append([r, Q, IND_PCT, 1.5 + i, ""])
    return save(wb)


@case("layout_hidden_sheet.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "1.5")],
      warnings=["hidden_sheet_ignored:旧数据"])
def _():
    """A hidden sheet 旧数据 with other numbers before the visible one (sheet index 0 is hidden)."""
    wb = Workbook()
    wb.active.title = "旧数据"
    wb.active.append(HEADER)
    wb.active.append(["海州区", Q, IND_PCT, 77, ""])
    wb.active.sheet_state = "hidden"
    ws = wb.create_sheet("填报表")
    ws.append(HEADER)
    ws.append(["海州区", Q, IND_PCT, 1.5, ""])
    wb.active = 1
    return save(wb)


@case("layout_very_hidden_sheet.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "1.5")],
      warnings=["hidden_sheet_ignored:字典"])
def _():
    """A veryHidden sheet (cannot be shown from Excel's menus)."""
    wb, _ws = book([["海州区", Q, IND_PCT, 1.5, ""]])
    h = wb.create_sheet("字典")
    h.append(["secret"])
    h.sheet_state = "veryHidden"
    return save(wb)


@case("layout_hidden_rows.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "1.5"), row("连云区", "2.5"), row("赣榆区", "3.5")],
      warnings=["hidden_row:3"], must_not=["skip the hidden row in silence"])
def _():
    """Row 3 is hidden."""
    wb, ws = book([["海州区", Q, IND_PCT, 1.5, ""], ["连云区", Q, IND_PCT, 2.5, ""], ["赣榆区", Q, IND_PCT, 3.5, ""]])
    ws.row_dimensions[3].hidden = True
    return save(wb)


@case("layout_filtered_rows.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "1.5"), row("连云区", "2.5")],
      warnings=["hidden_row:3"])
def _():
    """An autofilter shows only 海州区."""
    wb, ws = book([["海州区", Q, IND_PCT, 1.5, ""], ["连云区", Q, IND_PCT, 2.5, ""]])
    ws.auto_filter.ref = "A1:E3"
    ws.auto_filter.add_filter_column(0, ["海州区"])
    ws.row_dimensions[3].hidden = True
    return save(wb)


@case("layout_hidden_columns.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "1.5")],
      warnings=["hidden_column:季度"])
def _():
    """Column 季度 is hidden."""
    wb, ws = book([["海州区", Q, IND_PCT, 1.5, ""]])
    ws.column_dimensions["B"].hidden = True
    return save(wb)


@case("layout_total_row.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "3", IND_CNT), row("连云区", "4", IND_CNT)],
      warnings=["skipped_total:4"], must_not=["store 合计 as a region", "count the total twice"])
def _():
    """A 合计 row at the end."""
    return simple([["海州区", Q, IND_CNT, 3, ""], ["连云区", Q, IND_CNT, 4, ""], ["合计", None, None, 7, ""]])


@case("layout_subtotals.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "3", IND_CNT), row("连云区", "4", IND_CNT)],
      warnings=["skipped_total:3", "skipped_total:5", "skipped_total:6"])
def _():
    """小计, 总 计 (with a space) and 平均值 rows between the data."""
    return simple([["海州区", Q, IND_CNT, 3, ""], ["小计", None, None, 3, ""], ["连云区", Q, IND_CNT, 4, ""],
                   ["总  计", None, None, 7, ""], ["平均值", None, None, 3.5, ""]])


@case("layout_notes_below.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "1.5")],
      warnings=["skipped_note:4", "skipped_note:5", "skipped_note:6"])
def _():
    """Notes and signature lines below the table."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""], [], ["注：1.数据来源于统计台账"],
                   ["    2.下降率为同比"], ["填表人：张三", None, "审核人：李四", None, "日期：2023年4月5日"]])


@case("layout_blank_rows_between.xlsx", "layout", "accept", rows=[row("海州区", "1.5"), row("连云区", "2.5")],
      must_not=["stop at the first blank row"])
def _():
    """Three blank rows between two data rows, one of them with only spaces."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""], [], [" ", None, "　", None, None], [], ["连云区", Q, IND_PCT, 2.5, ""]])


@case("layout_repeated_header.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "1.5"), row("连云区", "2.5")],
      warnings=["skipped_header:3"])
def _():
    """The header is repeated in the middle (page break pasted)."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""], HEADER, ["连云区", Q, IND_PCT, 2.5, ""]])


@case("layout_wide_pivot.xlsx", "layout", "reject_file", reason="no_quarter")
def _():
    """Matrix without any quarter: the layout is known, the quarter is not."""
    return simple([["海州区", 1.5, 2.0, 0.5], ["连云区", 2.5, 1.0, 0.2]], header=["县区"] + list(INDICATORS)[:3])


@case("layout_template_example_row.xlsx", "layout", "accept_with_warnings", rows=[row("海州区", "1.5")],
      warnings=["skipped_example:2"])
def _():
    """The template's own example row (示例) left in."""
    return simple([["示例：海州区", "2023年第1季度", "（选择指标）", "12.34", "请删除本行"], ["海州区", Q, IND_PCT, 1.5, ""]])


@case("layout_chartsheet_first.xlsx", "layout", "either", reason="no_header", rows=[row("海州区", "1.5")])
def _():
    """The first tab is a chart sheet, which has no cells (AttributeError in careless code)."""
    wb, _ws = book([["海州区", Q, IND_PCT, 1.5, ""]])
    wb.create_chartsheet("图表", 0)
    return save(wb)


@case("layout_table_of_other_year_template.xlsx", "layout", "reject_file", reason="wrong_template_version")
def _():
    """The template of another year: a hidden version mark and a renamed column (实际完成)."""
    wb, ws = book([["海州区", Q, IND_PCT, 1.5, ""]], header=["地区", "季度", "指标", "实际完成", "备注"])
    ws["Z1"] = "template:2021-v1"
    return save(wb)


# ============================================================================= formulas and errors

def formula_case(formula, cached, t=""):
    tt = f' t="{t}"' if t else ""
    v = f"<v>{cached}</v>" if cached is not None else ""
    return raw(sheet_xml(xml_row(1, HEADER) + f'<row r="2">{istr("A2", "海州区")}{istr("B2", Q)}{istr("C2", IND_PCT)}'
                         f'<c r="D2"{tt}><f>{esc(formula)}</f>{v}</c></row>'))


@case("formula_cached.xlsx", "formula", "accept_with_warnings", rows=[row("海州区", "7.5")], warnings=["formula_used:row 2"])
def _():
    """=SUM(1,6.5) with cached value 7.5."""
    return formula_case("SUM(1,6.5)", 7.5)


@case("formula_no_cache.xlsx", "formula", "reject_rows", row_errors=[err(2, "formula_without_value")],
      must_not=["store 0 or NULL as the result", "store the text =SUM(1,2)"])
def _():
    """A formula never calculated (file written by a program): cached value missing."""
    return simple([["海州区", Q, IND_PCT, "=SUM(1,2)", ""]])


@case("formula_region.xlsx", "formula", "accept_with_warnings", rows=[row("海州区", "1.5")], warnings=["formula_used:row 2"])
def _():
    """地区 comes from a formula with a cached string."""
    return raw(sheet_xml(xml_row(1, HEADER) + '<row r="2"><c r="A2" t="str"><f>"海州"&amp;"区"</f><v>海州区</v></c>'
                         f'{istr("B2", Q)}{istr("C2", IND_PCT)}{num("D2", 1.5)}</row>'))


@case("formula_webservice.xlsx", "formula", "accept_with_warnings", rows=[row("海州区", "1.5")],
      warnings=["formula_used:row 2"], must_not=["fetch anything"])
def _():
    """=WEBSERVICE(\"http://127.0.0.1:9/\") with a cached number."""
    return formula_case('WEBSERVICE("http://127.0.0.1:9/")', 1.5)


@case("formula_dde.xlsx", "formula", "accept_with_warnings", rows=[row("海州区", "1.5")], warnings=["formula_used:row 2"],
      must_not=["write the formula back into an export"])
def _():
    """=cmd|' /C calc'!A0 as a real formula with a cached number."""
    return formula_case("cmd|' /C calc'!A0", 1.5)


@case("error_values.xlsx", "formula", "reject_rows", also_ok=["reject_file"],
      row_errors=[err(2 + i, "excel_error") for i in range(8)], must_not=["store '#DIV/0!' as text or as 0"])
def _():
    """Cached errors #DIV/0! #N/A #REF! #VALUE! #NAME? #NUM! #NULL! #SPILL! in 完成值 (python-calamine 0.9.1
    refuses the whole file at #SPILL!; openpyxl gives them as ordinary strings)."""
    errs = ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"]
    body = xml_row(1, HEADER)
    for i, e in enumerate(errs):
        n = 2 + i
        body += (f'<row r="{n}">{istr(f"A{n}", REGIONS[i])}{istr(f"B{n}", Q)}{istr(f"C{n}", IND_PCT)}'
                 f'<c r="D{n}" t="e"><f>1/0</f><v>{e}</v></c></row>')
    return raw(sheet_xml(body))


@case("error_as_text.xlsx", "formula", "reject_rows", row_errors=[err(2, "excel_error"), err(3, "not_a_number")])
def _():
    """The texts '#DIV/0!' and '######'."""
    return raw(sheet_xml(xml_row(1, HEADER) + xml_row(2, ["海州区", Q, IND_PCT, "#DIV/0!", ""])
                         + xml_row(3, ["连云区", Q, IND_PCT, "######", ""])))


# ============================================================================= values

def values(vals, ind=IND_PCT, fmt=None):
    wb, ws = book([[REGIONS[i % 10], Q, ind, None, ""] for i in range(len(vals))])
    for i, v in enumerate(vals):
        c = ws.cell(2 + i, 4)
        c.value = v
        if isinstance(v, str):
            c.data_type = "s"
        if fmt:
            c.number_format = fmt
    return save(wb)


@case("value_fullwidth.xlsx", "value", "accept", rows=[row("海州区", "12"), row("连云区", "12.5"), row("赣榆区", "-3.4"), row("东海县", "50")])
def _():
    """Full-width digits: １２, １２．５, －３．４, ５０％."""
    return values(["１２", "１２．５", "－３．４", "５０％"])


@case("value_percent_text.xlsx", "value", "accept", rows=[row("海州区", "50"), row("连云区", "5.25"), row("赣榆区", "-1.5")])
def _():
    """Percent as text: '50%', ' 5.25 % ', '-1.5%'."""
    return values(["50%", " 5.25 % ", "-1.5%"])


@case("value_percent_format.xlsx", "value", "accept_with_warnings", rows=[row("海州区", "50"), row("连云区", "1.5")],
      warnings=["percent_scaled:row 2", "percent_scaled:row 3"], must_not=["store 0.5 for a cell that shows 50%"])
def _():
    """Numbers 0.5 and 0.015 with number format 0.0%: the user sees 50.0% and 1.5%."""
    return values([0.5, 0.015], fmt="0.0%")


@case("value_percent_on_count.xlsx", "value", "reject_rows", row_errors=[err(2, "unit_mismatch")])
def _():
    """'50%' for an indicator counted in 个."""
    return values(["50%"], ind=IND_CNT)


@case("value_thousands.xlsx", "value", "accept", rows=[row(r, "1234.5", IND_KW) for r in REGIONS[:6]])
def _():
    """Numbers as text with separators: '1,234.5', ' 1234.5 ', '1 234.5', '1，234.5', NBSP and narrow NBSP."""
    return values(["1,234.5", " 1234.5 ", "1 234.5", "1，234.5", "1\u00a0234.5", "1\u202f234.5"], ind=IND_KW)


@case("value_bad_thousands.xlsx", "value", "reject_rows",
      row_errors=[err(2, "not_a_number"), err(3, "not_a_number"), err(4, "not_a_number")], must_not=["read 1,5 as 15"])
def _():
    """'1,5' (decimal comma), '12,34,56', '1.234,5'."""
    return values(["1,5", "12,34,56", "1.234,5"], ind=IND_KW)


@case("value_chinese_numerals.xlsx", "value", "either", reason="not_a_number",
      rows=[row("海州区", "12"), row("连云区", "12.5"), row("赣榆区", "120")], must_not=["store 0"])
def _():
    """Chinese numerals 十二, 十二点五, 壹佰贰拾."""
    return values(["十二", "十二点五", "壹佰贰拾"])


@case("value_with_own_unit.xlsx", "value", "accept_with_warnings", rows=[row("海州区", "12.5", IND_KW), row("连云区", "1200", IND_KW)],
      warnings=["unit_in_cell:row 2", "unit_in_cell:row 3"])
def _():
    """'12.5千瓦' and '1,200 千瓦' for an indicator counted in 千瓦."""
    return values(["12.5千瓦", "1,200 千瓦"], ind=IND_KW)


@case("value_with_units.xlsx", "value", "reject_rows", row_errors=[err(2 + i, "not_a_number") for i in range(6)],
      must_not=["take the first digits of the text"])
def _():
    """'1.2万', '约12', '≥12', '12~15', '12(预计)', '12/15'."""
    return values(["1.2万", "约12", "≥12", "12~15", "12(预计)", "12/15"], ind=IND_KW)


@case("value_other_unit.xlsx", "value", "reject_rows", row_errors=[err(2, "unit_mismatch"), err(3, "unit_mismatch")],
      must_not=["read 12个 as 12 kilowatts"])
def _():
    """'12个' and '12平方米' for an indicator counted in 千瓦."""
    return values(["12个", "12平方米"], ind=IND_KW)


@case("value_missing_marks.xlsx", "value", "reject_rows", row_errors=[err(2 + i, "not_a_number") for i in range(8)],
      must_not=["store 0 as a reported value", "store text"])
def _():
    """'-', '—', '——', '/', '无', '暂无', 'N/A', '空' (refused), and an ideographic space (blank: no change)."""
    return values(["-", "—", "——", "/", "无", "暂无", "N/A", "空", "　"])


@case("value_extremes.xlsx", "value", "reject_rows", row_errors=[err(2 + i, "out_of_range") for i in range(5)])
def _():
    """1e308, -1e308, 1e20, 100.01 and -100.01 for a rate of -100..100."""
    return values([1e308, -1e308, 1e20, 100.01, -100.01])


@case("value_nan_inf.xlsx", "value", "reject_rows", row_errors=[err(2 + i, "not_a_number") for i in range(8)],
      must_not=["Decimal('NaN') or Infinity in the database", "a comparison that is always false"])
def _():
    """The texts NaN, nan, Infinity, -inf, 1e400, sNaN, 1_000, 0x1A: Python's float() or Decimal()
    takes most of them."""
    return values(["NaN", "nan", "Infinity", "-inf", "1e400", "sNaN", "1_000", "0x1A"])


@case("value_nan_numeric_cell.xlsx", "value", "reject_rows", also_ok=["reject_file"], row_errors=[err(2, "not_a_number"), err(3, "not_a_number")])
def _():
    """Numeric cells whose raw <v> is NaN and INF (some programs write this)."""
    b = xml_row(1, HEADER)
    for n, v in ((2, "NaN"), (3, "INF")):
        b += (f'<row r="{n}">{istr(f"A{n}", REGIONS[n])}{istr(f"B{n}", Q)}{istr(f"C{n}", IND_PCT)}'
              f'<c r="D{n}"><v>{v}</v></c></row>')
    return raw(sheet_xml(b))


@case("value_overflow_numeric_cell.xlsx", "value", "reject_rows", also_ok=["reject_file"], row_errors=[err(2, "out_of_range"), err(3, "out_of_range")])
def _():
    """Raw <v>1e400</v> (becomes inf as a float) and a 4,000-digit integer."""
    b = xml_row(1, HEADER)
    for n, v in ((2, "1e400"), (3, "9" * 4000)):
        b += (f'<row r="{n}">{istr(f"A{n}", REGIONS[n])}{istr(f"B{n}", Q)}{istr(f"C{n}", IND_PCT)}'
              f'<c r="D{n}"><v>{v}</v></c></row>')
    return raw(sheet_xml(b))


@case("value_huge_int_text.xlsx", "value", "reject_rows", row_errors=[err(2, "out_of_range")],
      must_not=["ValueError: Exceeds the limit (4300 digits)", "seconds of CPU in Decimal power"])
def _():
    """A text of 30,000 digits (int() refuses above 4,300 digits; Decimal('1e999999') to int never ends)."""
    return values(["9" * 30_000], ind=IND_KW)


@case("value_exponent_text.xlsx", "value", "reject_rows", row_errors=[err(2, "not_a_number"), err(3, "not_a_number")],
      max_seconds=5)
def _():
    """The texts 1e999999 and 1e-999999: legal Decimals whose quantize or int() explodes."""
    return values(["1e999999", "1e-999999"], ind=IND_KW)


@case("value_binary_noise.xlsx", "value", "accept", rows=[row("海州区", "0.3"), row("连云区", "1.1"), row("赣榆区", "2.68")],
      must_not=["store 0.30000000000000004"])
def _():
    """0.1+0.2, 1.1 and 2.675+0.005 as stored doubles (0.30000000000000004 ...)."""
    return values([0.1 + 0.2, 1.1, 2.675 + 0.005])


@case("value_too_many_decimals.xlsx", "value", "reject_rows", row_errors=[err(2, "too_many_decimals"), err(3, "too_many_decimals")],
      must_not=["round in silence"])
def _():
    """1.005 and 12.3456 for an indicator with two decimals."""
    return values([1.005, 12.3456])


@case("value_display_rounded.xlsx", "value", "reject_rows", row_errors=[err(2, "too_many_decimals")])
def _():
    """0.125 shown as 0.13 by number format 0.00: what the user sees is not what is stored."""
    return values([0.125], fmt="0.00")


@case("value_count_fraction.xlsx", "value", "reject_rows", row_errors=[err(2, "too_many_decimals"), err(3, "out_of_range")])
def _():
    """2.5 and -1 for a count of institutions."""
    return values([2.5, -1], ind=IND_CNT)


@case("value_negative_zero.xlsx", "value", "accept", rows=[row("海州区", "0"), row("连云区", "0")], must_not=["show -0"])
def _():
    """-0.0 and the text '-0'."""
    return values([-0.0, "-0"])


@case("value_boolean.xlsx", "value", "reject_rows", row_errors=[err(2, "not_a_number"), err(3, "not_a_number")],
      must_not=["store TRUE as 1"])
def _():
    """TRUE and FALSE as 完成值 (bool is an int in Python)."""
    return values([True, False], ind=IND_CNT)


@case("value_date_instead_of_number.xlsx", "value", "reject_rows", row_errors=[err(2, "date_not_number"), err(3, "date_not_number")],
      must_not=["store the serial number 44990"])
def _():
    """Excel turned '3-5' into a date: 完成值 is 2023-03-05; and a time 12:30."""
    return values([datetime(2023, 3, 5), datetime(1900, 1, 1, 12, 30)])


@case("value_1904_dates.xlsx", "value", "either", reason="bad_quarter", rows=[row("海州区", "1.5")],
      must_not=["read the quarter four years off"])
def _():
    """季度 is a true date 2023-03-31 in a workbook with the 1904 date system."""
    wb, ws = book([["海州区", datetime(2023, 3, 31), IND_PCT, 1.5, ""]])
    from openpyxl.utils.datetime import CALENDAR_MAC_1904
    wb.epoch = CALENDAR_MAC_1904
    return save(wb)


@case("value_invisible_chars.xlsx", "value", "accept", rows=[row(r, "1.5") for r in REGIONS[:6]])
def _():
    """地区 with NBSP, BOM, zero-width space, ideographic space, trailing newline and soft hyphen."""
    names = ["\u00a0海州区", "\ufeff连云区", "赣\u200b榆区", "　东海县　", "灌云县\n", "灌\u00ad南县"]
    return simple([[n, Q, IND_PCT, 1.5, ""] for n in names])


@case("value_text_number_formats.xlsx", "value", "accept", rows=[row("海州区", "1.5"), row("连云区", "1500", IND_KW), row("赣榆区", "1.5")])
def _():
    """'1.50' (trailing zero), '1.5E+03' (text in scientific form) and '+1.5'."""
    wb, ws = book([["海州区", Q, IND_PCT, "1.50", ""], ["连云区", Q, IND_KW, "1.5E+03", ""], ["赣榆区", Q, IND_PCT, None, ""]])
    ws["D4"].value = "+1.5"
    ws["D4"].data_type = "s"
    return save(wb)


# ============================================================================= semantics

QFORMS = ["2023年第1季度", "2023年第一季度", "2023Q1", "2023-Q1", "2023年1季度", "2023年一季度", "2023年1-3月", "２０２３年第１季度"]


@case("quarter_spellings.xlsx", "semantic", "accept", rows=[row(REGIONS[i], "1.5") for i in range(len(QFORMS))])
def _():
    """Eight common spellings of 2023Q1."""
    return simple([[REGIONS[i], q, IND_PCT, 1.5, ""] for i, q in enumerate(QFORMS)])


@case("quarter_ambiguous.xlsx", "semantic", "reject_rows", row_errors=[err(2 + i, "bad_quarter", "季度") for i in range(8)],
      must_not=["guess the year or the quarter"])
def _():
    """'2023年3月', '2023.1', 'Q1', '一季度', '2023', '23Q1', '2023Q5', '上半年'."""
    vals = ["2023年3月", "2023.1", "Q1", "一季度", "2023", "23Q1", "2023Q5", "上半年"]
    return simple([[REGIONS[i], q, IND_PCT, 1.5, ""] for i, q in enumerate(vals)])


@case("quarter_number_2023_1.xlsx", "semantic", "reject_rows", row_errors=[err(2, "bad_quarter", "季度")])
def _():
    """季度 as the number 2023.1: is it Q1 or October (2023.10)?"""
    return simple([["海州区", 2023.1, IND_PCT, 1.5, ""]])


@case("quarter_date_cell.xlsx", "semantic", "either", reason="bad_quarter", rows=[row("海州区", "1.5")])
def _():
    """季度 as a date cell 2023-03-31 (last day of Q1; must not slip to another day by time zone)."""
    return simple([["海州区", datetime(2023, 3, 31), IND_PCT, 1.5, ""]])


@case("wrong_year.xlsx", "semantic", "reject_rows", row_errors=[err(2, "quarter_not_open", "季度"), err(3, "quarter_not_open", "季度")])
def _():
    """2022Q1 (closed) and 2032Q1 (future)."""
    return simple([["海州区", "2022年第1季度", IND_PCT, 1.5, ""], ["连云区", "2032年第1季度", IND_PCT, 1.5, ""]])


@case("mixed_quarters.xlsx", "semantic", "reject_rows", row_errors=[err(3, "quarter_not_open", "季度")],
      must_not=["store row 2"])
def _():
    """One row of the open quarter, one of a closed one: nothing is stored."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""], ["连云区", "2022年第4季度", IND_PCT, 1.5, ""]])


@case("duplicate_rows_same.xlsx", "semantic", "reject_rows", row_errors=[err(2, "duplicate_key", "地区"), err(3, "duplicate_key", "地区")])
def _():
    """The same region, quarter and indicator twice with the same value."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""], ["海州区", Q, IND_PCT, 1.5, ""]])


@case("duplicate_rows_conflict.xlsx", "semantic", "reject_rows", row_errors=[err(2, "duplicate_key", "地区"), err(3, "duplicate_key", "地区")],
      must_not=["let the last row win"])
def _():
    """The same key twice with different values, once with a trailing space in 地区."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""], ["海州区 ", "2023Q1", IND_PCT, 9.5, ""]])


@case("unknown_region.xlsx", "semantic", "reject_rows", row_errors=[err(2, "unknown_region", "地区"), err(3, "unknown_region", "地区"), err(4, "unknown_region", "地区")],
      must_not=["create a region", "take the nearest name"])
def _():
    """火星县, 海州 (suffix missing) and 贛榆區 (traditional characters)."""
    return simple([["火星县", Q, IND_PCT, 1.5, ""], ["海州", Q, IND_PCT, 1.5, ""], ["贛榆區", Q, IND_PCT, 1.5, ""]])


@case("lookalike_region.xlsx", "semantic", "reject_rows", row_errors=[err(2, "unknown_region", "地区"), err(3, "unknown_region", "地区")])
def _():
    """Look-alike characters: 海⼟州区 with a Kangxi radical U+2F1F, and 高新区 behind a right-to-left override U+202E."""
    return simple([["海⼟州区", Q, IND_PCT, 1.5, ""], ["\u202e高新区", Q, IND_PCT, 1.5, ""]])


@case("compat_ideograph_region.xlsx", "semantic", "accept", rows=[row("海州区", "1.5")])
def _():
    """海州区 with the compatibility ideograph U+FA45 (海), as some input methods and
    PDFs give: NFC maps it to the plain character."""
    return simple([["\ufa45州区", Q, IND_PCT, 1.5, ""]])


@case("unknown_indicator.xlsx", "semantic", "reject_rows", row_errors=[err(2, "unknown_indicator", "指标")])
def _():
    """An indicator that is not in the list."""
    return simple([["海州区", Q, "人均快乐指数", 1.5, ""]])


@case("other_county_rows.xlsx", "semantic", "reject_rows", row_errors=[err(3, "region_not_yours", "地区")],
      uploader="海州区", must_not=["store any row", "reveal whether 连云区 already has a value"])
def _():
    """Uploaded by 海州区 staff: row 3 is 连云区's."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""], ["连云区", Q, IND_PCT, 99, ""]])


@case("late_error_row_145.xlsx", "semantic", "reject_rows", row_errors=[err(145, "unknown_region", "地区")],
      must_not=["store rows 2 to 144"])
def _():
    """143 good rows (eleven units x thirteen tracked indicators), then a wrong one: all or nothing."""
    units = REGIONS + ["市本级"]
    names = ["食堂全电厨房改造试点", "既有建筑节能节水改造项目", "空调柔性调控和灯具智慧控制应用机构", "绿色数据中心建设", "能源管理体系认证",
             "新增新能源汽车", "节约型机关建成数", "申报国家级示范单位和领跑者", "报送节约示范案例（2023-2024年度）", "光伏装机容量",
             "人均综合能耗下降率", "单位面积能耗下降率", "人均用水下降率"]
    rows = [[u, Q, i, 1, ""] for u in units for i in names] + [["火星县", Q, IND_PCT, 1.5, ""]]
    return simple(rows)


# ============================================================================= injection

@case("inject_formula_text.xlsx", "injection", "accept",
      rows=[row(REGIONS[i], "1.5", note=t) for i, t in enumerate(
          ["=1+2", "+1+2", "-1+2", "@SUM(1,2)", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://127.0.0.1:9/\"&A2,\"点我\")",
           "\t=1+2", "＝1+2", "\"=1+2", "'=1+2"])],
      must_not=["a cell of type formula in any .xlsx export", "an unquoted leading = + - @ TAB CR LF in any .csv export",
                "a negative number turned into text in exports"])
def _():
    """备注 with formula injection strings stored as text (also TAB, full-width ＝ and quotes)."""
    notes = ["=1+2", "+1+2", "-1+2", "@SUM(1,2)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://127.0.0.1:9/"&A2,"点我")',
             "\t=1+2", "＝1+2", '"=1+2', "'=1+2"]
    body = xml_row(1, HEADER) + "".join(xml_row(2 + i, [REGIONS[i], Q, IND_PCT, 1.5, t]) for i, t in enumerate(notes))
    return raw(sheet_xml(body))


@case("inject_html.xlsx", "injection", "accept",
      rows=[row(REGIONS[i], "1.5", note=t) for i, t in enumerate(
          ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "javascript:alert(1)",
           "{{7*7}}{% debug %}", "<div hx-get=/logout hx-trigger=load>", "&lt;b&gt;", "</textarea><script>1</script>"])],
      must_not=["run in the preview, the list, the PDF, the mail or the admin", "49 on the page"])
def _():
    """备注 with HTML, template and htmx injection."""
    notes = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "javascript:alert(1)",
             "{{7*7}}{% debug %}", "<div hx-get=/logout hx-trigger=load>", "&lt;b&gt;", "</textarea><script>1</script>"]
    return simple([[REGIONS[i], Q, IND_PCT, 1.5, t] for i, t in enumerate(notes)])


@case("inject_html_region.xlsx", "injection", "reject_rows", row_errors=[err(2, "unknown_region", "地区")],
      must_not=["the error message itself shows the text unescaped"])
def _():
    """地区 is a script: the error message quotes it."""
    return simple([["<script>alert(1)</script>", Q, IND_PCT, 1.5, ""]])


@case("inject_sql.xlsx", "injection", "reject_rows", row_errors=[err(2, "unknown_region", "地区"), err(3, "not_a_number")])
def _():
    """SQL strings in 地区 and 完成值."""
    return simple([["海州区'; DROP TABLE app_report;--", Q, IND_PCT, 1.5, ""], ["连云区", Q, IND_PCT, "1 OR 1=1", ""]])


@case("inject_log.xlsx", "injection", "accept", rows=[row("海州区", "1.5", note="ok\n2023-04-01 INFO 管理员已批准 ${jndi:ldap://127.0.0.1:9/a} %s%n")],
      must_not=["a forged line in the log file"])
def _():
    """备注 with CR LF and a forged log line, format strings and a lookup string."""
    return simple([["海州区", Q, IND_PCT, 1.5, "ok\r\n2023-04-01 INFO 管理员已批准 ${jndi:ldap://127.0.0.1:9/a} %s%n"]])


@case("inject_sheet_name.xlsx", "injection", "accept", rows=[row("海州区", "1.5"), row("连云区", "2.5")],
      must_not=["show the sheet name unescaped"])
def _():
    """Sheet name <b onclick=1>&'"."""
    return raw(sheet_xml(good_body()), sheet_name="<b onclick=1>&'")


@case("inject_file_name.xlsx", "injection", "accept", rows=[row("海州区", "1.5")],
      upload_as=["../../etc/passwd.xlsx", "<img src=x onerror=alert(1)>.xlsx", "a\r\nSet-Cookie: x=1.xlsx", "x.xlsx.html",
                 "报表\u202excod.xlsx", "名" * 200 + ".xlsx", ".htaccess", "nul.xlsx", "a;b=\"c\".xlsx", "x.xlsx\u0000.html"],
      must_not=["use the given name as a path", "break Content-Disposition", "HTTP 500 for a name over 100 characters"])
def _():
    """A good file to be uploaded under each hostile name of `upload_as`."""
    return simple([["海州区", Q, IND_PCT, 1.5, ""]])


@case("inject_emoji_4byte.xlsx", "injection", "accept", rows=[row("海州区", "1.5", note="😀𠮷𪚥 张𬀪")])
def _():
    """备注 with 4-byte characters (emoji, rare surnames)."""
    return simple([["海州区", Q, IND_PCT, 1.5, "😀𠮷𪚥 张𬀪"]])


# ============================================================================= CSV

CSV_ROWS = [HEADER] + [[r, Q, IND_PCT, str(1.5 + i), "备注,含逗号"] for i, r in enumerate(REGIONS[:3])]
CSV_EXPECT = [row(r, str(1.5 + i), note="备注,含逗号") for i, r in enumerate(REGIONS[:3])]


def csv_text(rows=CSV_ROWS, sep=",", nl="\r\n"):
    def f(v):
        v = "" if v is None else str(v)
        return '"' + v.replace('"', '""') + '"' if any(c in v for c in (sep, '"', "\n", "\r")) else v
    return nl.join(sep.join(f(v) for v in r) for r in rows) + nl


for _name, _enc, _doc in [
    ("csv_utf8.csv", "utf-8", "UTF-8 without BOM."),
    ("csv_utf8_bom.csv", "utf-8-sig", "UTF-8 with BOM: the first header must not become '\\ufeff地区'."),
    ("csv_gb18030.csv", "gb18030", "GB18030, as Chinese Excel saves CSV."),
    ("csv_utf16_le_bom.csv", "utf-16", "UTF-16 LE with BOM (Excel 'Unicode text')."),
]:
    def _mk(enc=_enc, doc=_doc):
        def fn():
            return csv_text().encode(enc)
        fn.__doc__ = doc
        return fn
    case(_name, "csv", "accept", rows=CSV_EXPECT)(_mk())


@case("csv_gb18030_rare.csv", "csv", "accept", rows=[row("海州区", "1.5", note="𠮷㐂€")])
def _():
    """GB18030 with four-byte characters (not in GBK)."""
    return csv_text([HEADER, ["海州区", Q, IND_PCT, "1.5", "𠮷㐂€"]]).encode("gb18030")


@case("csv_utf16_be_nobom.csv", "csv", "either", reason="unknown_encoding", rows=CSV_EXPECT)
def _():
    """UTF-16 BE without BOM."""
    return csv_text().encode("utf-16-be")


@case("csv_big5.csv", "csv", "reject_file", reason="unknown_encoding_or_no_header", must_not=["store mojibake"])
def _():
    """Big5 with traditional headers: decodes 'without error' as GB18030 into nonsense."""
    return "地區,季度,指標,完成值,備註\r\n東城縣,2023年第1季度,人均綜合能耗下降率,1.5,\r\n".encode("big5")


@case("csv_mixed_encoding.csv", "csv", "reject_file", reason="unknown_encoding", must_not=["replacement characters in the database"])
def _():
    """First lines UTF-8, last line GB18030 (two files pasted together)."""
    return csv_text(CSV_ROWS[:3]).encode() + csv_text(CSV_ROWS[3:]).encode("gb18030")


@case("csv_tab.csv", "csv", "accept", rows=CSV_EXPECT)
def _():
    """Tab-separated text named .csv (UTF-16 exports of Excel look like this)."""
    return csv_text(sep="\t").encode("utf-16")


@case("csv_semicolon.csv", "csv", "either", reason="no_header", rows=CSV_EXPECT)
def _():
    """Semicolons."""
    return csv_text(sep=";").encode()


@case("csv_sep_line.csv", "csv", "either", reason="no_header", rows=CSV_EXPECT)
def _():
    """First line 'sep=,' (an Excel habit)."""
    return ("sep=,\r\n" + csv_text()).encode("utf-8-sig")


@case("csv_fullwidth_comma.csv", "csv", "reject_file", reason="no_header")
def _():
    """Full-width commas ， as separators."""
    return "，".join(HEADER).encode() + b"\r\n" + f"海州区，{Q}，{IND_PCT}，1.5，\r\n".encode()


@case("csv_cr_only.csv", "csv", "accept", rows=CSV_EXPECT)
def _():
    """Old Mac line ends (CR only): csv.reader raises 'new-line character seen in unquoted field'."""
    return csv_text(nl="\r").encode()


@case("csv_quoted_newline.csv", "csv", "accept", rows=[row("海州区", "1.5", note="第一行\n第二行"), row("连云区", "2.5")])
def _():
    """A line break inside quotes."""
    return csv_text([HEADER, ["海州区", Q, IND_PCT, "1.5", "第一行\n第二行"], ["连云区", Q, IND_PCT, "2.5", ""]], nl="\n").encode()


@case("csv_unclosed_quote.csv", "csv", "reject_file", reason="damaged", must_not=["swallow the rest of the file as one cell"])
def _():
    """An opening quote without a closing one."""
    return (",".join(HEADER) + f'\n海州区,{Q},{IND_PCT},1.5,"没有结束\n连云区,{Q},{IND_PCT},2.5,\n').encode()


@case("csv_nul_bytes.csv", "csv", "reject_file", reason="damaged")
def _():
    """NUL bytes inside (csv: line contains NUL, and PostgreSQL refuses them)."""
    return csv_text().encode().replace(b"1.5", b"1\x00.5")


@case("csv_ragged.csv", "csv", "reject_rows", also_ok=["reject_file"], row_errors=[err(2, "wrong_column_count", ""), err(3, "wrong_column_count", "")])
def _():
    """A row with too few and a row with too many fields (an unquoted comma in the number 1,234)."""
    return (",".join(HEADER) + f"\n海州区,{Q},{IND_PCT}\n连云区,{Q},{IND_KW},1,234.5,备注\n").encode()


@case("csv_huge_field.csv", "csv", "reject_rows", also_ok=["reject_file"], row_errors=[err(2, "text_too_long", "备注")])
def _():
    """One field of 2 MB (csv.field_size_limit is 131,072: _csv.Error)."""
    return csv_text([HEADER, ["海州区", Q, IND_PCT, "1.5", "长" * 700_000]]).encode()


@case("csv_one_line_8mb.csv", "csv", "reject_file", reason="no_header")
def _():
    """8 MB of 'a,' in one line: four million columns."""
    return b"a," * 4_000_000


@case("csv_only_bom.csv", "csv", "reject_file", reason="empty_file")
def _():
    """A BOM and nothing else."""
    return b"\xef\xbb\xbf"


@case("csv_formula.csv", "csv", "accept", rows=[row("海州区", "1.5", note="=1+2"), row("连云区", "-2.5", note="@x")],
      must_not=["an unquoted = in a later export"])
def _():
    """Formula strings in a CSV, and a negative number that must stay a number."""
    return csv_text([HEADER, ["海州区", Q, IND_PCT, "1.5", "=1+2"], ["连云区", Q, IND_PCT, "-2.5", "@x"]]).encode()


@case("csv_leading_zero_codes.csv", "csv", "accept", rows=[row("海州区", "1.5", note="001234567890123456789")],
      must_not=["1.23457E+20", "drop the leading zeros"])
def _():
    """备注 holds a long code with leading zeros (credit codes of institutions)."""
    return csv_text([HEADER, ["海州区", Q, IND_PCT, "1.5", "001234567890123456789"]]).encode()


# ----------------------------------------------------------------------------- main

def main():
    ap = argparse.ArgumentParser()
    here = Path(__file__).resolve().parent
    ap.add_argument("--out", default=str(here / "files"))
    ap.add_argument("--manifest", default=None)
    ap.add_argument("--only", default=None)
    ap.add_argument("--heavy", action="store_true")
    ap.add_argument("--list", action="store_true")
    a = ap.parse_args()
    out = Path(a.out)
    entries, seen = [], set()
    for c in CASES:
        if a.only and not re.search(a.only, c["file"]):
            continue
        if c.get("heavy") and not a.heavy:
            continue
        assert c["file"] not in seen, c["file"]
        seen.add(c["file"])
        if a.list:
            print(f'{c["file"]:45} {c["expect"]:22} {c["about"][:90]}')
            continue
        out.mkdir(parents=True, exist_ok=True)
        data = c["fn"]()
        (out / c["file"]).write_bytes(data)
        e = {k: v for k, v in c.items() if k not in ("fn", "heavy")}
        e["bytes"], e["sha256"] = len(data), hashlib.sha256(data).hexdigest()
        entries.append(e)
    if a.list:
        print(len(seen), "files")
        return
    man = {
        "layout": {"columns": HEADER, "header_row": 1},
        "world": {"regions": REGIONS, "indicators": INDICATORS, "open_quarter": OPEN_QUARTER,
                  "uploader": "an officer, who may enter all units, unless a case names another"},
        "policy": POLICY, "defaults": DEFAULTS,
        "always": ["no HTTP 5xx", "no traceback shown to the user", "no partial write", "no network access",
                   "no file outside the upload area", "one audit record per attempt"],
        "files": entries,
    }
    mp = Path(a.manifest) if a.manifest else out.parent / "manifest.json"
    mp.write_text(json.dumps(man, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    by = {}
    for e in entries:
        by[e["expect"]] = by.get(e["expect"], 0) + 1
    print(f"{len(entries)} files, {sum(e['bytes'] for e in entries):,} bytes, {by} -> {mp}")


if __name__ == "__main__":
    sys.exit(main())
