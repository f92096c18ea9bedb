import io
import sys
import zipfile
from pathlib import Path

import pytest
from damage import outcomes_of_damage

from pipeline.ingestion.formats import word
from pipeline.ingestion.formats.word import read_doc, read_docx
from pipeline.ingestion.formats.word_numbering import spelt_number
from pipeline.mapping import Refused

FILES = Path(__file__).parents[2] / "files"
sys.path.insert(0, str(FILES))
from make import REPORT  # noqa: E402

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def docx(body, main="word/document.xml", **parts):
    """A DOCX with this body; further parts of the folder word by name."""
    given = {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{OFFICE}/officeDocument" '
        f'Target="{main}"/></Relationships>',
        main: f"<w:document {SPACES}><w:body>{body}<w:sectPr/></w:body></w:document>",
    }
    for name, content in parts.items():
        given[f"word/{name}.xml"] = f"<w:{name} {SPACES}>{content}</w:{name}>"
    return packed(given)


def p(*runs, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def r(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def text_of(*paragraphs, **parts):
    return read_docx(docx("".join(paragraphs), **parts)).text


def refusal(data, read=read_docx):
    with pytest.raises(Refused) as caught:
        read(data)
    return caught.value


def listed(number, level, text):
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(r(text), properties=numbered)


def level(depth, form, text, more="", start=1):
    form = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
    return f'<w:lvl w:ilvl="{depth}">{form}{more}<w:lvlText w:val="{text}"/></w:lvl>'


def numbering(*levels, nums='<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'):
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}'


def test_paragraphs_are_lines_and_empty_ones_none():
    assert text_of(p(r("云岭县")), p(), p(r("  ")), p(r("工作"), r("报告"))) == "云岭县\n工作报告"


def test_ideographic_spaces_of_an_indent_stay():
    assert text_of(p(r("\u3000\u3000全县推进"))) == "\u3000\u3000全县推进"


def test_breaks_tabs_and_hyphens_are_as_word_shows_them():
    first = "<w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t>"
    second = "<w:br w:type='page'/><w:t>丁</w:t><w:noBreakHyphen/>"
    assert text_of(p(f"<w:r>{first}{second}</w:r>")) == "甲\n乙\t丙丁-"


def test_white_space_that_only_lays_out_the_xml_is_no_text():
    assert text_of("<w:p>\n  <w:r>\n    <w:t>\n全县\n</w:t>\n  </w:r>\n</w:p>") == "全县"


def test_tables_are_rows_with_tabs_in_their_place_among_paragraphs():
    def row(*cells):
        return f"<w:tr>{''.join(f'<w:tc>{p(r(cell))}</w:tc>' for cell in cells)}</w:tr>"

    table = f"<w:tbl>{row('指标', '数值')}{row('', '')}{row('危房', '214')}</w:tbl>"
    assert text_of(p(r("前")), table, p(r("后"))) == "前\n指标\t数值\n危房\t214\n后"


def test_paragraphs_of_a_cell_share_its_line_and_a_merged_cell_is_read_once():
    merged = f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{p(r("卫生"))}{p(r("工作"))}</w:tc>'
    first = f"<w:tr>{merged}<w:tc>{p(r('甲'))}</w:tc></w:tr>"
    second = f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{p()}</w:tc><w:tc>{p(r('乙'))}</w:tc></w:tr>"
    assert text_of(f"<w:tbl>{first}{second}</w:tbl>") == "卫生 工作\t甲\n\t乙"


def test_inserted_and_moved_text_is_kept_and_deleted_text_is_not():
    gone = f"<w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:moveFrom>{r('移')}</w:moveFrom>"
    new = f"<w:ins>{r('新')}</w:ins><w:moveTo>{r('来')}</w:moveTo>"
    assert text_of(p(r("前"), gone, new, r("后"))) == "前新来后"


def test_a_deleted_paragraph_mark_joins_two_paragraphs():
    mark = '<w:rPr><w:del w:id="1"/></w:rPr>'
    assert text_of(p(r("全县"), properties=mark), p(r("推进"))) == "全县推进"


def test_links_controls_and_fields_give_their_shown_text():
    link = "<w:hyperlink>" + r("链接") + "</w:hyperlink>"
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + r("3") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    control = f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{p(r('控件'))}</w:sdtContent></w:sdt>"
    assert text_of(p(link, field, f"<w:fldSimple>{r('4')}</w:fldSimple>"), control) == "链接34\n控件"


def test_a_text_box_is_read_once_behind_its_paragraph():
    box = f"<w:txbxContent>{p(r('框内'))}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    assert text_of(p(r("正文"), f"<w:r>{both}</w:r>", r("完"))) == "正文完\n框内"
    assert text_of(p(r("正文"), f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>")) == "正文\n框内"


def test_hidden_text_and_the_readings_of_ruby_are_left_out():
    hidden = r("隐", "<w:vanish/>") + r("显", '<w:vanish w:val="0"/>')
    ruby = f"<w:r><w:ruby><w:rt>{r('yún')}</w:rt><w:rubyBase>{r('云')}</w:rubyBase></w:ruby></w:r>"
    assert text_of(p(hidden, ruby)) == "显云"


def test_notes_stand_at_the_end_with_the_numbers_that_the_text_has():
    reference = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    footnotes = (
        f'<w:footnote w:id="7">{p(r("据县志。"))}</w:footnote><w:footnote w:id="8">{p(r("无人提及"))}</w:footnote>'
    )
    endnote = '<w:r><w:endnoteReference w:id="1"/></w:r>'
    text = text_of(
        p(r("全县"), reference, r("推进"), endnote),
        p(r("完。")),
        footnotes=footnotes,
        endnotes=f'<w:endnote w:id="1">{p(r("见年鉴。"))}</w:endnote>',
    )
    assert text == "全县[1]推进[2]\n完。\n[1] 据县志。\n[2] 见年鉴。"


def test_headings_get_the_chinese_numbers_that_word_counts():
    levels = numbering(
        level(0, "chineseCounting", "%1、"), level(1, "japaneseCounting", "（%2）"), level(2, "decimal", "%3.")
    )
    body = [
        listed(1, 0, "卫生"),
        listed(1, 1, "甲"),
        listed(1, 1, "乙"),
        listed(1, 2, "丙"),
        listed(1, 0, "农业"),
        listed(1, 1, "丁"),
    ]
    assert text_of(*body, numbering=levels) == "一、卫生\n（一）甲\n（二）乙\n1. 丙\n二、农业\n（一）丁"


def test_a_number_of_several_levels_shows_them_all_and_legal_style_makes_them_decimal():
    levels = numbering(
        level(0, "chineseCounting", "%1、"), level(1, "decimal", "%1.%2", "<w:isLgl/><w:suff w:val='space'/>")
    )
    assert (
        text_of(listed(1, 0, "甲"), listed(1, 1, "乙"), listed(1, 1, "丙"), numbering=levels)
        == "一、甲\n1.1 乙\n1.2 丙"
    )


def test_a_style_brings_its_number_and_its_level():
    levels = numbering(
        level(0, "chineseCountingThousand", "第%1章", "<w:suff w:val='nothing'/>"),
        level(1, "chineseCountingThousand", "第%2条", "<w:pStyle w:val='Article'/><w:suff w:val='space'/>"),
    )
    styles = (
        '<w:style w:styleId="Chapter"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="Article"><w:basedOn w:val="Chapter"/></w:style>'
    )

    def styled(name, text, more=""):
        return p(r(text), properties=f'<w:pStyle w:val="{name}"/>{more}')

    off = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = [
        styled("Chapter", "总则"),
        styled("Article", "目的"),
        styled("Article", "依据"),
        styled("Article", "无号", off),
    ]
    assert text_of(*body, numbering=levels, styles=styles) == "第一章总则\n第一条 目的\n第二条 依据\n无号"


def test_a_style_can_change_the_level_alone():
    levels = numbering(level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）"))
    styles = (
        '<w:style w:styleId="1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="2"><w:basedOn w:val="1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = [p(r(text), properties=f'<w:pStyle w:val="{style}"/>') for style, text in (("1", "甲"), ("2", "乙"))]
    assert text_of(*body, numbering=levels, styles=styles) == "一、甲\n（一）乙"


def test_lists_count_on_and_a_new_one_starts_where_it_says():
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    nums = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/>{again if n == 3 else ""}</w:num>' for n in (1, 2, 3)
    )
    levels = numbering(level(0, "decimal", "%1、"), nums=nums)
    body = [listed(1, 0, "甲"), p(r("间")), listed(2, 0, "乙"), listed(3, 0, "丙"), listed(3, 0, "丁")]
    assert text_of(*body, numbering=levels) == "1、甲\n间\n2、乙\n1、丙\n2、丁"


def test_bullets_and_paragraphs_without_text_take_no_number():
    levels = numbering(level(0, "bullet", "\uf06c"), level(1, "decimal", "%2、"))
    assert text_of(listed(1, 0, "甲"), listed(1, 1, ""), listed(1, 1, "乙"), numbering=levels) == "甲\n1、乙"


@pytest.mark.parametrize(
    ("number", "form", "expected"),
    [
        (1, "chineseCounting", "一"),
        (10, "chineseCounting", "十"),
        (11, "japaneseCounting", "十一"),
        (20, "chineseCountingThousand", "二十"),
        (25, "chineseCountingThousand", "二十五"),
        (100, "chineseCountingThousand", "一百"),
        (105, "chineseCountingThousand", "一百零五"),
        (110, "chineseCountingThousand", "一百一十"),
        (1001, "chineseCountingThousand", "一千零一"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (3, "decimalEnclosedCircleChinese", "③"),
        (11, "ideographTraditional", "甲"),
        (4, "upperRoman", "IV"),
        (28, "lowerLetter", "bb"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
        (5, "ordinalText", "5"),
    ],
)
def test_numbers_are_written_as_their_format_says(number, form, expected):
    assert spelt_number(number, form) == expected


def test_a_paragraph_of_a_list_that_is_not_there_keeps_its_text():
    assert text_of(listed(9, 0, "甲")) == "甲"
    assert text_of(listed(9, "x", "甲"), numbering=numbering(level(0, "decimal", "%1."))) == "甲"


def test_properties_become_metadata_and_no_more():
    parts = {
        "word/document.xml": f"<w:document {SPACES}><w:body>{p(r('全县'))}</w:body></w:document>",
        "docProps/core.xml": '<c:p xmlns:c="c" xmlns:dc="d"><dc:title> 工作 报告 </dc:title><dc:creator/></c:p>',
    }
    assert read_docx(packed(parts)).metadata == (("docx.title", "工作 报告"),)


def test_a_dangling_link_to_a_picture_costs_nothing():
    link = f'<Relationship Id="x" Type="{OFFICE}/image" Target="NULL"/>'
    links = f'<Relationships xmlns="{RELATIONS}">{link}</Relationships>'
    parts = {
        "word/document.xml": f"<w:document {SPACES}><w:body>{p(r('全县'))}</w:body></w:document>",
        "word/_rels/document.xml.rels": links,
    }
    assert read_docx(packed(parts)).text == "全县"


def test_the_main_part_may_have_another_name_and_the_strict_form_another_namespace():
    assert read_docx(docx(p(r("全县")), main="word/document2.xml")).text == "全县"
    body = f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>{p(r("全县"))}</w:body></w:document>'
    assert read_docx(packed({"word/document.xml": body})).text == "全县"


def test_a_report_saved_by_libreoffice_is_the_report_again():
    extracted = read_docx((FILES / "report.docx").read_bytes())
    assert extracted.text == REPORT
    assert extracted.furniture == ()


@pytest.mark.parametrize("part", [1, 5, 9])
def test_a_docx_cut_off_is_refused(part):
    data = (FILES / "report.docx").read_bytes()
    assert refusal(data[: len(data) * part // 10]).reason == "truncated file"


def test_a_docx_with_a_bit_turned_is_refused():
    data = bytearray((FILES / "report.docx").read_bytes())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        info = package.getinfo("word/document.xml")
    data[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0xFF
    assert refusal(bytes(data)).reason in ("truncated file", "damaged DOCX")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a DOCX file"),
        (b"%PDF-1.7", "not a DOCX file"),
        (packed({"a.txt": "甲"}), "not a DOCX file"),
        (packed({"word/document.xml": "<a/>"}), "not a DOCX file"),
        (packed({"word/document.xml": "<a>"}), "damaged DOCX"),
        (packed({"word/document.xml": ""}), "damaged DOCX"),
        (docx(p()), "no text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not a DOCX file"),
    ],
)
def test_what_is_no_readable_docx_says_why(data, reason):
    assert refusal(data).reason == reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_declaration_is_refused_before_it_is_read(encoding):
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE d [<!ENTITY e0 "甲">{entities}]><d>&e9;</d>'
    assert refusal(packed({"word/document.xml": bomb.encode(encoding)})).reason == "unsafe XML"


def test_no_file_of_the_machine_is_read_through_an_entity(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("秘密")
    entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    xml = f"{entity}<w:document {SPACES}><w:body>{p(r('&x;'))}</w:body></w:document>"
    assert refusal(packed({"word/document.xml": xml})).reason == "unsafe XML"


def test_a_zip_bomb_is_refused_by_what_it_declares(monkeypatch):
    monkeypatch.setattr(word, "MAX_UNPACKED", 100_000)
    assert refusal(packed({"word/document.xml": "<a/>", "word/media/x": bytes(200_000)})).reason == "too large"


def test_a_part_too_large_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(word, "MAX_XML", 1_000)
    assert refusal(docx(p(r("甲" * 2_000)))).reason == "too large"


def test_elements_nested_beyond_reason_are_refused():
    deep = "<w:smartTag>" * 50_000 + r("甲") + "</w:smartTag>" * 50_000
    assert refusal(docx(p(deep))).reason == "damaged DOCX"


def test_a_doc_saved_by_libreoffice_is_the_report_again():
    assert read_doc((FILES / "report.doc").read_bytes()).text == REPORT


@pytest.mark.parametrize("part", [1, 5, 8])
def test_a_doc_cut_off_is_refused(part):
    data = (FILES / "report.doc").read_bytes()
    assert refusal(data[: len(data) * part // 10], read_doc).reason == "DOC cannot be read"


def test_what_is_no_doc_says_what_to_do_and_names_no_folder_of_the_machine():
    refused = refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), read_doc)
    assert "save it as DOCX" in refused.detail
    assert "/tmp" not in refused.detail


@pytest.mark.parametrize(("name", "read"), [("report.doc", read_doc), ("report.docx", read_docx)])
def test_whatever_bytes_are_changed_a_file_is_read_or_refused(name, read):
    assert outcomes_of_damage(read, (FILES / name).read_bytes()) == {"read", "refused"}
