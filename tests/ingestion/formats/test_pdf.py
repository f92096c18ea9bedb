import itertools
import sys
import zlib
from pathlib import Path

import pytest
from damage import outcomes_of_damage

from pipeline.ingestion.formats.pdf import read_pdf
from pipeline.ingestion.formats.pdf_layout import Char, is_wide
from pipeline.ingestion.formats.pdf_paragraphs import Page, paragraphs
from pipeline.mapping import Refused

FILES = Path(__file__).parents[2] / "files"
sys.path.insert(0, str(FILES))
from make import REPORT, SENTENCES  # noqa: E402

SIZE = 10.0


def line(text, x, y, *, size=SIZE, font="Song", stretch=0.0, run=0):
    """Characters of a line as a typesetter places them: Chinese ones an em wide, others half of one."""
    chars = []
    for character in text:
        width = size if is_wide(character) else size / 2
        chars.append(Char(character, x, x + width, y, size, font, run))
        x += width + stretch
    return chars


def lines(texts, x=100.0, y=100.0, step=15.0, **how):
    return [char for n, text in enumerate(texts) for char in line(text, x, y + n * step, **how)]


def page(*parts):
    return Page(tuple(char for part in parts for char in part), 410.0, 800.0)


def text_of(*pages):
    return paragraphs(pages)[0]


def without_furniture(text, spans):
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


FULL = "全县各乡镇新建卫生室十四个改造危房二百余户"  # 21 characters: the width of the column in these tests


def test_chinese_lines_broken_by_the_width_are_joined_without_a_space():
    assert text_of(page(lines([FULL, FULL, "工作取得成效。"]))) == FULL + FULL + "工作取得成效。"


def test_a_short_line_ends_its_paragraph():
    assert text_of(page(lines([FULL, "到此为止。", FULL, "又到此为止。"]))) == f"{FULL}到此为止。\n{FULL}又到此为止。"


def test_a_list_of_short_lines_stays_a_list():
    names = ["赵明轩", "钱思远", "孙若彤", "欧阳若彤", "李浩宇"]
    assert text_of(page(lines(names))) == "\n".join(names)


def test_an_indented_line_begins_a_paragraph_though_the_line_before_is_full():
    parts = [lines([FULL, FULL]), line(FULL[:19], 120, 130), lines([FULL, "完。"], y=145)]
    assert text_of(page(*parts)) == f"{FULL}{FULL}\n{FULL[:19]}{FULL}完。"


@pytest.mark.xfail(strict=True, reason="without indents or gaps a last line that fills the width shows no end")
def test_a_paragraph_whose_last_line_is_full_ends_there():
    assert text_of(page(lines([FULL, FULL[:-1] + "。", FULL, "完。"]))) == f"{FULL}{FULL[:-1]}。\n{FULL}完。"


def test_an_indented_block_is_one_paragraph():
    block = lines([FULL[:19], FULL[:19], FULL[:19], "引文完。"], x=120, y=130)
    assert text_of(page(lines([FULL, "正文："]), block, lines([FULL, FULL, "完。"], y=190))) == (
        f"{FULL}正文：\n{FULL[:19] * 3}引文完。\n{FULL}{FULL}完。"
    )


def test_a_wider_gap_parts_paragraphs():
    assert text_of(page(lines([FULL, FULL, FULL]), lines([FULL, FULL, "完。"], y=160))) == (
        f"{FULL * 3}\n{FULL * 2}完。"
    )


def test_another_font_or_size_parts_a_heading_from_the_text():
    heading = line(FULL, 100, 85, font="Hei")
    assert text_of(page(heading, lines([FULL, "完。"]))) == f"{FULL}\n{FULL}完。"
    large = line(FULL[:18], 100, 80, size=12.0)
    assert text_of(page(large, lines([FULL, "完。"]))) == f"{FULL[:18]}\n{FULL}完。"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("the county has built fourteen new public", "health stations.", "public health"),
        ("the county has built fourteen new health-", "station buildings.", "health-station"),
        ("the county has built fourteen new hea\u00adlth", "stations.", "lth stations"),
        ("the county has built fourteen new publi\u00ad", "cation offices.", "publication"),
    ],
)
def test_latin_words_at_a_break_are_parted_by_one_space_and_hyphens_kept_unless_soft(first, second, expected):
    assert expected in text_of(page(lines([first, second])))


def test_spaces_between_latin_words_that_the_file_does_not_spell_are_read_from_gaps():
    apart = [*line("GDP", 100, 100), *line("per", 118, 100), *line("capita", 136, 100)]
    assert text_of(page(apart)) == "GDP per capita"
    assert text_of(page(apart, line("a b", 100, 115))) == "GDPpercapita\na b"


def test_a_line_stretched_to_the_margin_gets_neither_spaces_nor_tabs():
    assert text_of(page(line("工作取得成效", 100, 100, stretch=12.0))) == "工作取得成效"


def test_columns_are_read_one_after_the_other_with_what_stands_across_them_before_and_after():
    left, right = ["左" * 15] * 5 + ["左完。"], ["右" * 15] * 5 + ["右完。"]
    across = "横" * 32
    both = [c for n in range(6) for c in (*line(left[n], 100, 100 + 15 * n), *line(right[n], 270, 100 + 15 * n))]
    text = text_of(page(line(across, 100, 60), both, line(across, 100, 260)))
    assert text == "\n".join([across, "左" * 75 + "左完。", "右" * 75 + "右完。", across])


def test_columns_stay_apart_where_a_mark_hangs_into_the_gutter_between_them():
    left = lines([FULL + "，", FULL, FULL + "，", FULL, "左完。"])
    right = lines([FULL, FULL, FULL, FULL, "右完。"], x=100 + 23 * SIZE)
    wide = Page((*left, *right), 640.0, 800.0)
    assert text_of(wide) == f"{FULL}，{FULL}{FULL}，{FULL}左完。\n{FULL * 4}右完。"


def test_lines_around_one_axis_are_not_joined_though_one_fills_the_page():
    assert text_of(page(line("云岭县林业局规划科", 130, 100), line("二〇二一年六月二十五日", 120, 115))) == (
        "云岭县林业局规划科\n二〇二一年六月二十五日"
    )


def test_a_subtitle_over_two_lines_is_one():
    first = "——二〇二一年一月在云岭县第十届人民代表大"
    head = [*line("政府工作报告", 150, 70, size=16.0), *line(first, 100, 100), *line("会第三次会议上", 170, 115)]
    assert (
        text_of(page(head, lines([FULL, FULL, "完。"], y=145)))
        == f"政府工作报告\n{first}会第三次会议上\n{FULL}{FULL}完。"
    )


def test_a_paragraph_goes_on_in_the_next_column():
    both = [c for n in range(6) for c in (*line("左" * 15, 100, 100 + 15 * n), *line("右" * 15, 270, 100 + 15 * n))]
    assert text_of(page(both)) == "左" * 90 + "右" * 90


def test_a_table_is_read_by_rows_with_tabs_and_is_no_set_of_columns():
    rows = [["指标", "单位", "数值"], ["危房", "户", "214"], ["卫生室", "个", "14"], ["造林", "亩", "300"]] * 2
    cells = [
        c for n, row in enumerate(rows) for k, cell in enumerate(row) for c in line(cell, 100 + 90 * k, 100 + 15 * n)
    ]
    assert text_of(page(cells)) == "\n".join("\t".join(row) for row in rows)


def test_lines_beside_a_large_title_are_not_mixed_with_each_other():
    title = line("大题", 100, 110, size=30.0)
    side = lines(["旁文甲" * 5, "旁文乙" * 5], x=250, y=95, step=12)
    text = text_of(page(title, side))
    assert "旁文甲" * 5 in text
    assert "旁文乙" * 5 in text


def test_a_title_over_two_centred_lines_is_one_and_its_subtitle_another():
    title = [*line("云岭县人民政府", 150, 40, size=16.0), *line("工作报告", 174, 62, size=16.0)]
    series = line("——之二", 180, 84, size=16.0)
    text = text_of(page(title, series, lines([FULL, FULL, FULL, "完。"], y=120)))
    assert text.split("\n")[:2] == ["云岭县人民政府工作报告", "——之二"]


def test_a_raised_figure_stays_in_its_line():
    note = [Char("①", 310, 316, 96, 6, "Song", 1)]
    assert text_of(page(line(FULL, 100, 100), note, lines(["完。"], y=115))) == FULL + "①完。"


def test_characters_drawn_twice_to_look_bold_are_read_once_and_doubled_ones_twice():
    assert text_of(page(line("县县政府", 100, 100), line("县县政府", 100.4, 100, run=1))) == "县县政府"


def numbered(number, body, title="云岭县年鉴"):
    return page(line(title, 180, 40), body, line(f"— {number} —", 190, 770))


def test_headers_and_footers_are_furniture_and_taking_them_out_leaves_the_paragraph_whole():
    pages = [numbered(n, lines([FULL] * 3)) for n in (1, 2, 3)]
    text, spans = paragraphs(pages)
    assert without_furniture(text, spans) == FULL * 9
    assert "\n— 1 —\n云岭县年鉴\n" in text
    assert [text[a:b].strip() for a, b in spans] == ["云岭县年鉴", "— 1 —\n云岭县年鉴", "— 2 —\n云岭县年鉴", "— 3 —"]


def test_furniture_between_paragraphs_leaves_one_line_end():
    pages = [numbered(n, lines([FULL, f"第{n}段完。"])) for n in (1, 2, 3)]
    text, spans = paragraphs(pages)
    assert without_furniture(text, spans) == "\n".join(f"{FULL}第{n}段完。" for n in (1, 2, 3))


def test_latin_words_on_either_side_of_a_page_number_stay_parted():
    first = page(lines(["the county has built fourteen new public"]), line("- 1 -", 190, 770))
    text, spans = paragraphs([first, page(lines(["health stations."]))])
    assert without_furniture(text, spans).endswith("public health stations.")


@pytest.mark.parametrize("number", ["12", "— 12 —", "第3页 共20页", "3/20", "-iv-", "第三页", "Page 3 of 20"])
def test_page_numbers_are_known_by_their_form_on_a_single_page(number):
    text, spans = paragraphs([page(lines([FULL, "完。"]), line(number, 190, 770))])
    assert without_furniture(text, spans) == FULL + "完。"


@pytest.mark.parametrize("last", ["2021年", "12.5", "二、改造危房", "第三章", "3/20完成"])
def test_a_last_line_that_is_no_page_number_stays(last):
    _, spans = paragraphs([page(lines([FULL, "完。"]), line(last, 190, 770))])
    assert not spans


def test_headers_of_odd_and_even_pages_are_both_found():
    titles = ["云岭县年鉴", "农业志"]
    text, spans = paragraphs([page(line(titles[n % 2], 180, 40), lines([FULL, "完。"])) for n in range(8)])
    assert without_furniture(text, spans) == "\n".join([FULL + "完。"] * 8)


def test_a_row_of_a_table_that_meets_the_top_of_distant_pages_stays():
    pages = [
        page(line("危房 214 户" if n % 4 == 0 else f"正文{'甲乙丙丁'[n % 4]}", 100, 100), lines(["完。"], y=115))
        for n in range(12)
    ]
    text, spans = paragraphs(pages)
    assert not spans
    assert text.count("危房 214 户") == 3


def test_a_footnote_stands_behind_the_paragraph_that_goes_over_the_page():
    first = page(lines([FULL] * 3), lines(["①据县志。"], y=740, size=8.0), line("— 1 —", 190, 770))
    text, spans = paragraphs([first, page(lines([FULL, "完。"]), line("— 2 —", 190, 770))])
    assert without_furniture(text, spans) == FULL * 4 + "完。\n①据县志。"


def test_spans_are_sorted_and_apart():
    _, spans = paragraphs([numbered(n, lines([FULL])) for n in range(1, 6)])
    assert all(0 <= a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in itertools.pairwise(spans))


def test_no_pages_give_no_text():
    assert paragraphs([]) == ("", ())


# --- files


def article(extracted):
    return without_furniture(extracted.text, extracted.furniture)


def refusal(data):
    with pytest.raises(Refused) as caught:
        read_pdf(data)
    return caught.value


def test_a_report_printed_by_libreoffice_is_the_report_again():
    extracted = read_pdf((FILES / "report.pdf").read_bytes())
    assert article(extracted) == REPORT
    assert "新成效" in extracted.text
    assert "\n— 1 —\n云岭县卫生工作\n" in extracted.text
    assert dict(extracted.metadata)["pdf.pages"] == "2"


def test_two_columns_printed_by_libreoffice_come_in_order():
    assert article(read_pdf((FILES / "columns.pdf").read_bytes())) == "\n".join(SENTENCES * 6)


def test_a_file_with_a_password_says_so():
    assert refusal((FILES / "encrypted.pdf").read_bytes()).reason == "encrypted"


def test_a_file_cut_off_is_refused_and_not_read_in_part():
    data = (FILES / "report.pdf").read_bytes()
    assert {refusal(data[: len(data) * part // 10]).reason for part in (1, 5, 9)} == {"truncated file"}


@pytest.mark.parametrize("data", [b"%PDF-1.7\n%%EOF", b"%PDF-1.7\nstartxref\n9\n%%EOF\n", b"\x00" * 100 + b"%%EOF"])
def test_what_is_no_pdf_inside_is_refused(data):
    assert refusal(data).reason == "damaged PDF"


def test_whatever_bytes_are_changed_a_file_is_read_or_refused():
    assert outcomes_of_damage(read_pdf, (FILES / "columns.pdf").read_bytes()) == {"read", "refused"}


def pdf(*contents):
    """A PDF of these content streams, with a font F and a picture I."""
    streams = [zlib.compress(content) for content in contents]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(streams), b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(len(streams)))),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1"
        b"/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n0\nendstream",
    ]
    for n, stream in enumerate(streams):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>>>" % (6 + 2 * n)
        )
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream))
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        data
        + head
        + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(data))
    )


PICTURE = b"q 400 0 0 600 0 0 cm /I Do Q"


def test_a_pdf_of_scans_asks_for_ocr_and_says_how_many_pages():
    refused = refusal(pdf(PICTURE, PICTURE))
    assert refused.reason == "no text layer"
    assert refused.detail == "2 pages of images: run OCR first"


def test_scans_with_nothing_but_page_numbers_are_scans():
    numbers = [PICTURE + b" BT /F 9 Tf 200 20 Td (- %d -) Tj ET" % n for n in (1, 2)]
    assert refusal(pdf(*numbers)).reason == "no text layer"


def test_pages_without_text_among_others_are_counted():
    extracted = read_pdf(pdf(b"BT /F 12 Tf 50 500 Td (Report) Tj ET", PICTURE))
    assert extracted.text == "Report"
    assert dict(extracted.metadata)["pdf.pages_without_text"] == "1"


def test_a_sheet_turned_on_its_side_is_read_along_its_lines():
    turned = (
        b"BT /F 12 Tf 0 1 -1 0 100 50 Tm (first line of the sheet) Tj ET BT /F 12 Tf 0 1 -1 0 116 50 Tm (second) Tj ET"
    )
    assert read_pdf(pdf(turned)).text == "first line of the sheet\nsecond"


def test_a_watermark_set_aslant_is_furniture():
    content = b"BT /F 12 Tf 50 500 Td (the text of the page) Tj ET BT /F 40 Tf .7 .7 -.7 .7 90 90 Tm (DRAFT) Tj ET"
    extracted = read_pdf(pdf(content))
    assert article(extracted) == "the text of the page"
    assert "DRAFT" in extracted.text


def test_the_font_size_counts_as_it_is_scaled():
    content = b"BT /F 1 Tf 12 0 0 12 50 500 Tm (first line) Tj ET BT /F 1 Tf 12 0 0 12 50 486 Tm (of text) Tj ET"
    assert read_pdf(pdf(content)).text.replace("\n", " ") == "first line of text"


def test_a_space_between_chinese_letters_that_is_drawn_by_itself_is_kept():
    # the file sets its spaces in a Latin font, as documents made by programs often do
    text = read_pdf((FILES / "spaces.pdf").read_bytes()).text
    assert text == "云岭县 春季植树活动全面展开\n去年以来，全县新建卫生室十四个（张伟民 李晓岚）"
