import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingestion.formats.encoding import decode
from pipeline.mapping import Refused

SIMPLIFIED = [
    "全县改造危房二百余户，新建卫生室十四个。好",
    "春季植树造林现场推进会昨日召开，镇长讲话布置",
    "去年以来，我县坚持稳中求进，粮食总产量达到三十二万吨，农村居民收入增长百分之七。" * 4,
    "赵明轩、钱思远、孙若彤、李浩宇、周雨欣、吴梓涵、郑凯",
]
TRADITIONAL = [
    "全縣改造危房二百餘戶，新建衛生室十四個。好呀",
    "春季植樹造林現場推進會昨日召開，鎮長講話佈置",
    "去年以來，本縣堅持穩中求進，糧食總產量達到三十二萬噸，農村居民收入增長百分之七。" * 4,
    "「組合拳」做實提案，《精準扶助，山村脫貧》等二十篇",
]
MIXED = [
    "GDP of the county grew by 7.2% (全县生产总值增长百分之七), said the report of 2021.\r\n",
    "2021年7月8日 15:30 1,234.5万元 98.6%\n2022年7月8日 15:30 2,234.5万元 97.1%\n",
]
MARKED = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("text", SIMPLIFIED + TRADITIONAL + MIXED)
def test_chinese_is_read_in_the_encoding_that_it_was_written_in(text, encoding):
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize("text", TRADITIONAL)
def test_big5_is_told_from_gb18030(text):
    assert decode(text.encode("big5")) == (text, "big5")


@pytest.mark.parametrize("encoding", MARKED)
@pytest.mark.parametrize("text", ["山", SIMPLIFIED[0], MIXED[0]])
def test_a_byte_order_mark_decides_however_short_the_text_and_is_no_character_of_it(text, encoding):
    decoded = decode(MARKED[encoding] + text.encode(encoding))
    assert decoded.text == text
    assert decoded.encoding == encoding[:6].rstrip("-")


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Z"]), max_size=60))
def test_whatever_is_utf_8_is_read_as_utf_8(text):
    assert decode(text.encode()).text == text.removeprefix("\ufeff")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("last", [-1, None])
def test_a_file_torn_inside_a_character_keeps_its_encoding_and_loses_that_character_alone(encoding, first, last):
    text = "\n".join([SIMPLIFIED[0], SIMPLIFIED[1], SIMPLIFIED[2]])
    decoded = decode(text.encode(encoding)[first:last])
    assert decoded.encoding == encoding
    assert text[10:-10] in decoded.text or encoding == "gb18030"  # GB 18030 finds back into step only at ASCII
    assert SIMPLIFIED[2][:-1] in decoded.text


def test_half_a_character_behind_a_utf_16_mark_is_one_broken_character():
    data = codecs.BOM_UTF16_LE + SIMPLIFIED[0].encode("utf-16-le")
    assert decode(data[:-1]) == (SIMPLIFIED[0][:-1] + "\ufffd", "utf-16")


@pytest.mark.parametrize("text", ["A short English note.\x00\n", SIMPLIFIED[0] + "\x00" + SIMPLIFIED[1]])
def test_a_nul_is_no_reason_to_refuse_a_text_nor_to_read_it_as_utf_16(text):
    assert decode(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_control_characters_that_mark_the_punctuation_of_a_polluted_page_are_no_reason_to_refuse_it(encoding):
    text = "山水，\x05\x06田园。" * 30
    assert decode(text.encode(encoding)).text == text


def test_a_replacement_character_that_stands_in_a_utf_8_page_is_text_and_no_broken_byte():
    text = "山水\ufffd田园\ufffd\ufffd，风景。" * 9
    assert decode(text.encode()) == (text, "utf-8")


def test_a_text_that_is_broken_all_through_is_not_passed_on_as_if_it_were_whole():
    half_pairs = b"\x00\xd8" * 9
    with pytest.raises(Refused, match="not text"):
        decode(codecs.BOM_UTF16_LE + SIMPLIFIED[0].encode("utf-16-le") + half_pairs)


def test_line_ends_stay_as_they_are():
    assert decode("一\r\n二\r三\n".encode()).text == "一\r\n二\r三\n"


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00H\x00H\x00\x00\xff\xdb\x00C\x00"


@pytest.mark.parametrize("size", [40, 200, 5000])
@pytest.mark.parametrize("head", [JPEG, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"PK\x03\x04\x14\x00\x06\x00"])
def test_pictures_and_archives_are_not_text(head, size):
    with pytest.raises(Refused, match="not text"):
        decode(head + random.Random(size).randbytes(size))


def test_nothing_but_nuls_is_not_text():
    with pytest.raises(Refused):
        decode(bytes(100))
