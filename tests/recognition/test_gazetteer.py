"""The user's gazetteer: what it finds, what it beats, what it must leave alone, and how its faults are told."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.params import ParamsError, Recognition
from pipeline.recognition.core import Name, Read, recognize
from pipeline.recognition.gazetteer import Entry, Gazetteer, load_entries, read_entries
from pipeline.recognition.tagger import Found, Reading


def reader(*names: tuple[str, str]) -> Read:
    """A tagger that knows some names, and words of one character."""

    def read(sentences: Sequence[str]) -> list[Reading]:
        return [
            Reading(
                ["n"] * len(s),
                list(range(len(s))),
                [Found(s.index(n), s.index(n) + len(n), label, 0.5) for n, label in names if n in s],
            )
            for s in sentences
        ]

    return read


def found(text: str, *entries: Entry, tagger: Sequence[tuple[str, str]] = ()) -> list[Name]:
    words = [(i, i + 1) for i, c in enumerate(text) if not c.isspace()]
    return recognize(text, [(0, len(text))], words, reader(*tagger), gazetteer=Gazetteer(entries))[0]


def shown(names: Sequence[Name]) -> list[tuple[str, str, str]]:
    """(text, label, text of the name around it) of each name."""
    by_id = {n.id: n.text for n in names}
    return [(n.text, n.label, by_id.get(n.parent, "")) for n in names]


def spans(text: str, *names: str) -> list[str]:
    return [text[m.start : m.end] for m in Gazetteer([Entry(n, "PUB") for n in names]).matches(text)]


# what is found


def test_the_longest_name_at_a_place_is_found_from_the_left() -> None:
    assert spans("云岭县花溪镇，花溪镇人", "花溪", "花溪镇", "云岭县花溪") == ["云岭县花溪", "花溪镇"]
    assert spans("大海捞针", "大海") == ["大海"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ABCD", "ABC"),
        ("ABCD", "BCD"),
        ("15G网络", "5G"),
        ("国道108线", "国道10"),
        ("3.5G", "5G"),
        ("1,000户", "000户"),
    ],
)
def test_western_words_and_numbers_are_not_cut(text: str, name: str) -> None:
    assert spans(text, name) == []
    assert spans(f"，{name}，", name) == [name]


def test_where_the_longest_name_would_cut_a_word_a_shorter_one_counts() -> None:
    assert spans("云岭ABCD公司", "云岭", "云岭ABC") == ["云岭"]


def test_a_name_beside_chinese_digits_or_a_full_stop_is_found() -> None:
    assert spans("用5G。第5G", "5G") == ["5G", "5G"]


def test_halves_of_characters_move_no_offset() -> None:
    assert spans("\ud800😀云岭", "云岭") == ["云岭"]


@given(
    st.text(alphabet="甲乙丙AB1.《》", max_size=40),
    st.sets(st.text(alphabet="甲乙丙AB1.", min_size=1, max_size=4), max_size=6),
)
def test_matches_are_their_names_in_order_without_overlaps(text: str, names: set[str]) -> None:
    gazetteer = Gazetteer([Entry(name, "ORG") for name in sorted(names)])
    matches = list(gazetteer.matches(text))
    assert all(text[m.start : m.end] == m.entry.name == gazetteer.listed(text, m.start, m.end) for m in matches)
    assert all(a.end <= b.start for a, b in pairwise(matches))


def test_a_list_of_100_000_names_costs_no_more_time_than_a_short_one_by_much() -> None:
    text = "云岭县召开花溪节筹备会议，" * 20_000
    gazetteer = Gazetteer([Entry(f"云岭{i}号", "LOC") for i in range(100_000)] + [Entry("花溪节", "ORG")])
    start = perf_counter()
    assert sum(1 for _ in gazetteer.matches(text)) == 20_000
    assert perf_counter() - start < 5


# what beats what


def test_the_users_name_beats_what_overlaps_it() -> None:
    text = "云岭花溪节筹备办召开会议"
    tagger = [("云岭", "LOC"), ("节筹备办召", "ORG")]
    (name,) = found(text, Entry("花溪节筹备办", "ORG"), Entry("云岭", "PER"), tagger=tagger)[1:]
    assert (name.text, name.label, name.source, name.score) == ("花溪节筹备办", "ORG", "gazetteer", 1.0)
    assert shown(found(text, Entry("云岭花溪节筹备办", "ORG"), tagger=tagger)) == [("云岭花溪节筹备办", "ORG", "")]
    assert shown(found(text, Entry("云岭", "PER"), tagger=[("云岭", "LOC")])) == [("云岭", "PER", "")]


def test_it_beats_the_grammar_too() -> None:
    text = "阳泉市政协智库召开会议"
    assert ("阳泉市政协", "ORG", "") in shown(found(text))
    assert shown(found(text, Entry("政协智库", "ORG"))) == [("政协智库", "ORG", "")]


def test_a_longer_name_stays_around_it() -> None:
    names = found("阳泉市政协来访", Entry("阳泉", "LOC"))
    assert shown(names) == [("阳泉市政协", "ORG", ""), ("阳泉", "LOC", "阳泉市政协")]
    assert [n.source for n in names][1] == "gazetteer"


def test_names_that_do_not_overlap_it_stay_as_they_are() -> None:
    text, tagger = "林晓岚到云岭县花溪镇", [("林晓岚", "PER"), ("云岭县", "LOC")]
    before, after = found(text, tagger=tagger), found(text, Entry("花溪镇", "LOC"), tagger=tagger)
    assert after[:2] == before and shown(after)[2:] == [("花溪镇", "LOC", "")]
    assert found(text, Entry("不在", "LOC"), tagger=tagger) == before


def test_tokens_are_split_at_its_edges() -> None:
    text = "实事求是网"
    gazetteer = Gazetteer([Entry("求是网", "PUB")])
    _, tokens = recognize(text, [(0, 5)], [(0, 4), (4, 5)], reader(), gazetteer=gazetteer)
    assert [text[t.start : t.end] for t in tokens] == ["实事", "求是", "网"]


# titles


def test_a_publication_that_is_a_whole_title_gives_it_subtype_and_canonical_name() -> None:
    (name,) = found("《求是》说", Entry("求是", "PUB", "book", "求是杂志"))
    assert (name.text, name.label, name.subtype, name.canonical) == ("求是", "PUB", "book", "求是杂志")
    assert (name.source, name.settled) == ("gazetteer", True)
    (name,) = found("《云岭日报》说", Entry("云岭日报", "PUB"))
    assert (name.subtype, name.canonical, name.settled) == ("newspaper", "", False)


@pytest.mark.parametrize("label", ["ORG", "LOC", "PER"])
def test_another_label_leaves_a_whole_title_alone(label: str) -> None:
    text = "《白毛女》上演，白毛女逃进深山"
    assert shown(found(text, Entry("白毛女", label))) == [("白毛女", "PUB", ""), ("白毛女", label, "")]


def test_a_shorter_name_is_nested_in_the_title_and_in_the_title_inside_it() -> None:
    names = found("《关于印发〈花溪镇工作规则〉的通知》", Entry("花溪镇", "LOC"), Entry("的通", "PER"))
    assert shown(names)[2:] == [("花溪镇", "LOC", "花溪镇工作规则"), ("的通", "PER", names[0].text)]


def test_a_name_that_holds_a_title_has_it_inside() -> None:
    assert shown(found("《求是》杂志社", Entry("《求是》杂志社", "ORG"))) == [
        ("《求是》杂志社", "ORG", ""),
        ("求是", "PUB", "《求是》杂志社"),
    ]


def test_a_name_written_with_its_marks_is_a_title_only() -> None:
    entries = Entry("《求是》", "PUB", "periodical"), Entry("求是", "ORG")
    text = "实事求是，读《求是》"
    names = found(text, *entries)
    assert shown(names) == [("求是", "ORG", ""), ("求是", "PUB", "")]
    assert [Gazetteer(entries).listed(text, n.start, n.end) for n in names] == ["求是", "《求是》"]
    assert found("实事求是", entries[0]) == []


def test_a_newspaper_keeps_the_region_at_its_head_unless_the_user_says_otherwise() -> None:
    def inside(*entries: Entry) -> list[tuple[str, str, str]]:
        return [(n.text, n.label, n.source) for n in found("《山西日报》", *entries) if n.parent]

    assert inside() == inside(Entry("山西日报", "PUB")) == [("山西", "LOC", "division")]
    assert inside(Entry("山西", "ORG")) == [("山西", "ORG", "gazetteer")]
    assert inside(Entry("西日", "PER")) == [("西日", "PER", "gazetteer")]


PIECES = st.sampled_from(
    ["《", "》", "〈", "〉", "云岭", "花溪", "镇", "省政协", "市委", "，", "日报", "来源：", "A1"]
)
NAMES = st.sampled_from(
    ["云岭", "花溪镇", "岭花", "政协市委", "委", "《云岭》", "《花溪》镇", "A1", "日报", "云岭日报"]
)


@given(st.lists(PIECES, max_size=14).map("".join), st.sets(NAMES), NAMES | st.just("省政协市"))
def test_whatever_stands_there_names_nest_properly_and_the_users_are_all_there(
    text: str, listed: set[str], known: str
) -> None:
    gazetteer = Gazetteer([Entry(name, "PUB") for name in sorted(listed)])
    names = found(text, *gazetteer.entries, tagger=[(known, "LOC")])
    assert all(text[n.start : n.end] == n.text for n in names)
    outer = [n for n in names if not n.parent]
    assert all(a.end <= b.start for a, b in pairwise(outer))
    by_id = {n.id: n for n in names}
    for n in names:
        if n.parent:
            parent = by_id[n.parent]
            assert parent.start <= n.start and n.end <= parent.end and len(n.text) < len(parent.text)
    assert [(n.start, n.end) for n in names if n.source == "gazetteer"] == [m[:2] for m in gazetteer.matches(text)]


# the file


def test_a_list_is_read_in_any_order_of_columns_with_blanks_blank_lines_and_a_byte_order_mark() -> None:
    data = "\ufefflabel, name ,canonical\r\nORG, 云岭办 ,云岭县办\r\n\r\n,,\r\nPER,林晓岚\r\nORG,云岭办,云岭县办\r\n"
    assert read_entries(data.encode()) == (Entry("云岭办", "ORG", "", "云岭县办"), Entry("林晓岚", "PER"))
    assert read_entries(b"name,label\n") == ()
    assert read_entries('name,label\r"甲,乙",ORG\r'.encode()) == (Entry("甲,乙", "ORG"),)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "line 1: column name is missing"),
        ("\nname,subtype\n", "line 2: column label is missing"),
        ("name,label,kind\n", "line 1: 'kind' is no column of a gazetteer, which are name, label, subtype, canonical"),
        ("name;label\n", "line 1: 'name;label' is no column"),
        ("name,label,name\n", "line 1: column name stands there twice"),
        ("name,label\n甲,ORG\n乙,Org\n", "line 3: label 'Org' is none of ORG, PUB, LOC, PER"),
        ("name,label\n甲\n", "line 2: label '' is none of"),
        ("name,label\n甲,ORG,\n", "line 2: 3 cells for 2 columns"),
        ("name,label\n ,ORG\n", "line 2: name is empty"),
        ("name,label\n《》,PUB\n", "line 2: name is empty"),
        ("name,label,subtype\n甲,LOC,newspaper\n", "line 2: subtype 'newspaper' of LOC is none of country, province,"),
        ("name,label,subtype\n甲,ORG,party\n", "line 2: subtype 'party' of ORG is too much: ORG has none"),
        ("name,label\n甲,ORG\n乙,LOC\n甲,LOC\n", "line 4: '甲' stands in line 2 with other contents"),
        ("name,label\n求是》杂志,PUB\n", "line 2: 《》 or 〈〉 do not pair in '求是》杂志'"),
        ("name,label\n《求是》,ORG\n", "line 2: '《求是》' in its 《》 is a PUB, not ORG"),
        ('name,label\n"甲,ORG\n乙,ORG\n', "line 2: unexpected end of data (a quotation mark too many"),
        ('name,label\n"甲\n乙",ORG\n', "line 2: a line break within a cell"),
        ("name,label\n甲,ORG\n".encode() + "乙,ORG".encode("gb18030"), "line 3: not UTF-8"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_fault_is_told_in_one_line_that_names_list_and_line(
    tmp_path: Path, data: str | bytes | None, said: str
) -> None:
    if data is not None:
        (tmp_path / "names.csv").write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(ParamsError) as fault:
        load_entries(Recognition(gazetteer="names.csv"), tmp_path)
    told = str(fault.value)
    assert told.startswith(f"recognition.gazetteer: names.csv {said}")
    assert "\n" not in told and str(tmp_path) not in told


def test_no_list_is_the_default() -> None:
    assert load_entries(Recognition(), Path("nowhere")) == ()
    assert list(Gazetteer(()).matches("云岭")) == []
