"""Makes the Word and PDF files of this folder: ``python tests/files/make.py`` (needs LibreOffice and Noto Serif CJK).

The tests read what is in the repository; they need neither. The sentences are made up. Made by hand: the shipped
report (a DOCX with a paragraph a line, a header and a page number, converted by ``soffice --convert-to``), and
``spaces.pdf`` (of a DOCX whose Latin font is another than its Chinese one).
"""

import subprocess
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
REPORT = "\n".join(
    (
        "云岭县关于全面推进乡村卫生工作的报告",
        "——全县卫生工作回顾之二",
        "去年以来，全县新建卫生室十四个，改造危房二百余户，乡村工作全面推进，全县卫生工作取得新成效。"
        "各乡镇结合工作实际，新建危房改造工作室，去年全年改造工作取得成效。",
        "一、全面推进卫生工作",
        "全县各乡镇新建卫生室，改造二百余户。“一乡一室”工作全面推进，各乡镇卫生室(wèi shēng shì)去年全面改造，"
        "全县乡村卫生取得新成效，各乡村危房全面改造。全县以卫生工作推进乡村工作，以乡村工作推进全县工作。",
        "二、改造乡村危房",
        "去年改造危房214户，各乡镇取得新成效。",
        "云岭县卫生工作室",
    )
)
SENTENCES = (
    "全县新建卫生室十四个，改造危房二百余户，乡村工作全面推进。",
    "去年以来，各乡镇结合工作实际，全面推进乡村卫生工作，取得新成效。",
    "云岭县以卫生工作推进乡村工作，新建乡镇卫生室，全面改造危房，各乡村取得实际成效，全县工作取得新成效。",
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FONT = '<w:rFonts w:ascii="Noto Serif CJK SC" w:hAnsi="Noto Serif CJK SC" w:eastAsia="Noto Serif CJK SC"/>'


def paragraph(text: str, size: int = 24, properties: str = "") -> str:
    """A paragraph in half points."""
    return (
        f'<w:p><w:pPr>{properties}<w:spacing w:after="0"/></w:pPr><w:r><w:rPr>{FONT}<w:sz w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def docx(path: Path, body: str, header: str = "", footer: str = "") -> None:
    """A DOCX of these paragraphs on A5."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    named = {"header": header, "footer": footer}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}.document.main+xml"/>'
            + "".join(f'<Override PartName="/word/{n}.xml" ContentType="{kind}.{n}+xml"/>' for n in named)
            + "</Types>",
        )
        links = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
        package.writestr(
            "_rels/.rels",
            f'<Relationships {links}><Relationship Id="r" Type="{relation}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        package.writestr(
            "word/_rels/document.xml.rels",
            f"<Relationships {links}>"
            + "".join(f'<Relationship Id="{n}" Type="{relation}/{n}" Target="{n}.xml"/>' for n in named)
            + "</Relationships>",
        )
        for name, content in named.items():
            package.writestr(
                f"word/{name}.xml",
                f"<w:{name[:1]}{'dr' if name == 'header' else 'tr'} {W}>{content}"
                f"</w:{name[:1]}{'dr' if name == 'header' else 'tr'}>",
            )
        references = "".join(f'<w:{n}Reference w:type="default" r:id="{n}"/>' for n in named)
        columns = '<w:cols w:num="2" w:space="500"/>' if "columns" in path.name else ""
        package.writestr(
            "word/document.xml",
            f'<w:document {W} xmlns:r="{relation}"><w:body>{body}<w:sectPr>{references}'
            '<w:pgSz w:w="8391" w:h="11906"/><w:pgMar w:top="1200" w:bottom="1200" w:left="1000" w:right="1000" '
            f'w:header="600" w:footer="600" w:gutter="0"/>{columns}</w:sectPr></w:body></w:document>',
        )


def convert(path: Path, form: str) -> None:
    """Convert with LibreOffice into this folder."""
    subprocess.run(["soffice", "--headless", "--convert-to", form, "--outdir", HERE, path], check=True)


def main() -> None:
    """Make every file."""
    centred, indented = '<w:jc w:val="center"/>', '<w:ind w:firstLine="480"/>'
    number = "".join(f'<w:r><w:fldChar w:fldCharType="{t}"/></w:r>' for t in ("begin", "end"))
    number = number.replace("</w:r><w:r>", "</w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r>")
    header = paragraph("云岭县卫生工作", 18, centred)
    footer = (
        f'<w:p><w:pPr>{centred}</w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r>{number}'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    )
    title, series, *rest = REPORT.split("\n")
    body = paragraph(title, 48, centred) + paragraph(series, 32, centred)
    body += "".join(paragraph(text, 36, indented.replace("480", "720")) for text in rest)
    with tempfile.TemporaryDirectory() as folder:
        report, columns = Path(folder) / "report.docx", Path(folder) / "columns.docx"
        docx(report, body, header, footer)
        docx(columns, "".join(paragraph(text, 21, indented.replace("480", "420")) for text in SENTENCES * 6))
        for path, form in ((report, "pdf"), (report, "doc"), (report, "docx"), (columns, "pdf")):
            convert(path, form)
        short = Path(folder) / "encrypted.docx"
        docx(short, paragraph("全县"))
        convert(
            short,
            'pdf:writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},'
            '"DocumentOpenPassword":{"type":"string","value":"mountain"}}',
        )


if __name__ == "__main__":
    main()
