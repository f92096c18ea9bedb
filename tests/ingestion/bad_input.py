"""Files that nobody wants and everybody has: each with what must become of it.

``KINDS``: name to (bytes, reasons). A reason is the one in ``rejects``; "" means that a document comes out of it.
"""

import io
import json
import struct
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq

TEXT = "云岭县春季植树活动全面展开\n昨日，活动在北山举行，二百余名干部群众参加。\n"
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Target="word/document.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(files: dict[str, bytes | str]) -> bytes:
    """A ZIP of ``files``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def docx(document: str) -> bytes:
    """A DOCX with ``document`` as its main part."""
    return zipped({"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document})


def paragraphs(*texts: str) -> str:
    """The main part of a DOCX with these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'


def pdf(content: bytes, *, encrypted: bool = False) -> bytes:
    """A PDF of one page whose content stream is ``content``; with ``encrypted`` one that nobody has the key of."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
        b"stream\n\x00\nendstream",
    ]
    if encrypted:
        key = b"<" + b"ab" * 32 + b">"
        objects.append(b"<</Filter/Standard/V 2/R 3/Length 128/P -4/O %s/U %s>>" % (key, key))
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"/Root 1 0 R" + (b"/Encrypt 6 0 R/ID[<aa><aa>]" if encrypted else b"")
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, trailer, len(out),
    )  # fmt: skip


def parquet(columns: dict[str, list[str]]) -> bytes:
    """A Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def bomb(megabytes: int) -> bytes:
    """A deflated stream of so many megabytes of spaces."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


def lying_zip(name: str, packed: bytes, declared: int) -> bytes:
    """A ZIP whose one member says that it is ``declared`` bytes long."""
    raw = name.encode()
    facts = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, 0, len(packed), declared)
    local = b"PK\x03\x04" + facts + struct.pack("<HH", len(raw), 0) + raw + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + facts + struct.pack("<HHHHHII", len(raw), 0, 0, 0, 0, 0, 0) + raw
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def flagged(archive: bytes) -> bytes:
    """A ZIP with the flag that says its members are encrypted."""
    data = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


LAUGHS = (
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE d [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
PAGE = "<html><head><title>{title}</title></head><body>{body}</body></html>"
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())

KINDS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    # nothing there
    "empty.txt": (b"", ("empty file",)),
    "empty.docx": (b"", ("empty file",)),
    "blank.txt": (" \r\n\t\u3000\n".encode(), ("no text",)),
    "mark-alone.txt": (b"\xef\xbb\xbf", ("no text",)),
    "no-body.html": (b"<html><head><title></title></head></html>", ("no text",)),
    "scripts-alone.html": (PAGE.format(title="", body="<script>var a = '县政府';</script>").encode(), ("no text",)),
    "no-paragraph.docx": (docx(paragraphs()), ("no text",)),
    "scan.pdf": (pdf(b"q 595 0 0 842 0 0 cm /I Do Q"), ("no text layer",)),
    # something else
    "picture.txt": (PICTURE, ("format not read",)),
    "picture.png": (b"\x89PNG\r\n\x1a\n" + bytes(64), ("format not read",)),
    "noise.txt": (bytes((n * n * 31 + n * 17 + 7) % 256 for n in range(3000)), ("not text",)),
    "nulls.txt": (bytes(5000), ("not text",)),
    "noise.html": (bytes((n * n * 31 + n * 17 + 7) % 256 for n in range(3000)), ("not text",)),
    "book.xlsx": (zipped({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}), ("format not read",)),
    "letter.rtf": (b"{\\rtf1\\ansi hello}", ("format not read",)),
    "old.rar": (b"Rar!\x1a\x07\x00" + bytes(30), ("format not read",)),
    "packed.gz": (b"\x1f\x8b\x08" + bytes(30), ("format not read",)),
    "unknown.xyz": (TEXT.encode(), ("format not read",)),
    # damaged
    "cut.docx": (docx(paragraphs(*TEXT.splitlines() * 50))[:-200], ("damaged file",)),
    "cut.pdf": (pdf(b"BT ET")[:300], ("truncated file",)),
    "cut.parquet": (parquet({"text": [TEXT]})[:-9], ("broken Parquet",)),
    "not-a.docx": (TEXT.encode(), ("damaged file",)),
    "not-a.pdf": (TEXT.encode(), ("damaged file",)),
    "not-a.doc": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + bytes(600),
        ("DOC cannot be read",),
    ),
    "cut.zip": (zipped({"a.txt": TEXT})[:-30], ("damaged file",)),
    # locked
    "locked.pdf": (pdf(b"BT ET", encrypted=True), ("encrypted",)),
    "locked.docx": (OLE + "EncryptedPackage".encode("utf-16-le"), ("encrypted",)),
    "locked.zip": (flagged(zipped({"a.txt": TEXT})), ("encrypted",)),
    # bombs
    "bomb.zip": (lying_zip("a.txt", bomb(120), 120_000_000), ("too large",)),
    "liar.zip": (lying_zip("a.txt", bomb(120), 100), ("damaged file", "too large")),
    "bomb.docx": (
        zipped(
            {"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": RELATIONS, "word/document.xml": b" " * 600_000_000}
        ),
        ("too large", "damaged file", "needs too much memory"),
    ),
    "laughs.docx": (docx(LAUGHS + paragraphs("&i;").split("?>", 1)[1]), ("unsafe XML",)),
    "laughs.html": (
        (LAUGHS.replace("DOCTYPE d", "DOCTYPE html") + PAGE.format(title="", body=PARAGRAPHS + "<p>&i;</p>")).encode(),
        ("",),
    ),
    "zip-in-a.zip": (zipped({"inner.zip": zipped({"a.txt": TEXT})}), ("archive in an archive",)),
    # tables
    "no-column.csv": ("标题,链接\n甲,乙\n".encode(), ("no text column",)),
    "no-column.parquet": (parquet({"标题": ["甲"]}), ("no text column",)),
    "open-quote.csv": (f'text,year\n"{TEXT}",2020\n"{TEXT},2021\n'.encode(), ("", "broken quotes")),
    "odd-row.csv": ("text,year\n春耕开始了。,2020\n多,了,一列\n".encode(), ("", "wrong number of fields")),
    "broken-line.jsonl": (b'{"text": "' + "春耕开始了。".encode() + b'"}\n{"text": \n', ("", "broken JSON")),
    "no-object.jsonl": (b'{"text": "' + "春耕开始了。".encode() + b'"}\n[1, 2]\n', ("", "no JSON object")),
    # text with something wrong in it
    "null-inside.txt": ("春耕\x00开始了。\n".encode(), ("",)),
    "controls.txt": ("春耕\x05\x06\x1b开始了。\x7f\n".encode(), ("",)),
    "surrogate.jsonl": (json.dumps({"text": "春耕\ud800开始了。"}).encode(), ("",)),
    "half-a-character.txt": (TEXT.encode()[:-2], ("",)),
    "half-a-character-gbk.txt": ((TEXT * 3).encode("gb18030")[:-2], ("",)),
    "odd-bytes-utf16.txt": (TEXT.encode("utf-16") + b"\x00", ("",)),
    "wrong-charset.html": (
        b'<html><head><meta charset="big5"><title>x</title></head><body>'
        + PARAGRAPHS.encode("gb18030")
        + b"</body></html>",
        ("",),
    ),
    "deep.html": (PAGE.format(title="", body="<div>" * 100_000 + PARAGRAPHS).encode(), ("",)),
    "unclosed.html": (PAGE.format(title="", body=PARAGRAPHS.replace("</p>", "")).encode()[:-20], ("",)),
    "page-named.txt": (PAGE.format(title="", body=PARAGRAPHS).encode(), ("",)),
    "=1+1.txt": (TEXT.encode() + "一".encode(), ("",)),
    "a%2f\nb.txt": (TEXT.encode() + "二".encode(), ("",)),
    "tricks.zip": (zipped({"../../outside.txt": TEXT + "三", "/etc/passwd.txt": TEXT + "四"}), ("", "")),
}
