from typing import get_args

import pytest

from pipeline import tables
from pipeline.tables import PUBLISHED, Table, Type

EVERY = [value for value in vars(tables).values() if isinstance(value, Table)]


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_a_table_says_what_it_is_and_its_key_is_among_its_columns(table):
    assert table.meaning.strip()
    assert table.key
    assert set(table.key) <= set(table.names)
    assert len(set(table.key)) == len(table.key)


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_every_column_has_one_name_a_known_type_and_a_meaning(table):
    assert len(set(table.names)) == len(table.names)
    for column in table.columns:
        assert column.name.isidentifier()
        assert column.type in get_args(Type)
        assert len(column.meaning.split()) > 1
        assert column.meaning.strip() == column.meaning
        assert "\n" not in column.meaning


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_ids_codes_and_parents_are_strings(table):
    for column in table.columns:
        if column.name in ("doc_id", "entity", "parent", "region_code", "scope"):
            assert column.type == "string"


def test_a_foreign_key_points_to_a_key_of_one_column_of_a_published_table():
    for table in PUBLISHED.values():
        for column, other in table.refers:
            assert column in table.names
            assert len(PUBLISHED[other].key) == 1


def test_every_published_table_with_documents_refers_to_them():
    for table in PUBLISHED.values():
        if "doc_id" in table.names and table is not tables.DOCUMENTS:
            assert ("doc_id", "documents") in table.refers


def test_names_are_unique_and_lead_to_their_table():
    assert len({table.name for table in EVERY}) == len(EVERY)
    assert all(PUBLISHED[name].name == name for name in PUBLISHED)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("documents", "doc_id title series byline date issuer region_code encoding script pollution n_chars n_edits"),
        ("documents", "text raw_text"),
        ("sources", "doc_id path row"),
        ("edits", "doc_id start end raw_start raw_end before after rule confidence"),
        ("sentences", "doc_id para sent start end text"),
        ("tokens", "doc_id sent token start end text pos upos is_stop"),
        ("entities", "doc_id sent entity start end raw_start raw_end text label subtype parent canonical"),
        ("entities", "region_code level kind source score"),
        ("keywords", "scope method rank term score tf df"),
        ("term_groups", "group value term rate low high g2 effect"),
        ("term_dispersion", "term measure value"),
        ("coword_nodes", "term community centrality density"),
        ("coword_edges", "source target weight"),
        ("topics", "topic label coherence exclusivity stability"),
        ("topic_terms", "topic rank term weight frex"),
        ("topic_units", "doc_id unit topic weight"),
        ("rejects", "path row stage reason detail"),
    ],
)
def test_the_columns_that_users_were_promised_are_there(name, columns):
    assert set(columns.split()) <= set(PUBLISHED[name].names)
