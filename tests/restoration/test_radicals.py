"""Radicals that makers of PDF files write for characters."""

import pytest

from pipeline.restoration.core import restore


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("会议由\u2ed3江局主持，\u2ec5证\u2edb\u2ed7。", "会议由长江局主持，见证风雨。"),
        ("\u2f00定要为\u2f08\u2ea0服务。", "一定要为人民服务。"),
        ("\u2f00、总则\n（\u2f06）分则", "一、总则\n（二）分则"),
        ("\uf914观的估计", "樂观的估计"),
    ],
)
def test_a_radical_in_a_word_becomes_its_character(raw, text):
    restored = restore(raw)
    assert restored.text == text
    assert {edit.rule for edit in restored.edits} == {"radical"}


@pytest.mark.parametrize(
    "raw", ["\u2ec5字旁的字有“观”。", "部首\u2ec5在右边。", "\u2ec5", "\u2f00 \u2f06", "a\u2f00b", "\ufb01nal"]
)
def test_a_radical_that_is_meant_stays(raw):
    assert restore(raw).text == raw


def test_a_text_that_was_mended_is_not_changed_again():
    once = restore("\u2ee2\u2ef0村\u2ed4前，\u2f00、二。").text
    assert restore(once).text == once
