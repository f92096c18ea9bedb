"""Published tables from the stages' tables, the package's description and its data dictionary."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.params import Params
from pipeline.tables import DOCUMENTS, PUBLISHED, Table

Row = Mapping[str, Any]


def document(text: Row, raw: Row, home: Row, original: str) -> dict[str, Any]:
    """A row of ``documents``: a text that restoration gave, joined with what other stages say of it.

    ``home`` is empty where resolution failed, ``original`` where the document is no near duplicate.
    """
    row = {"region_code": "", "level": "", **raw, **text, **home, "near_duplicate_of": original}
    return {name: row[name] for name in DOCUMENTS.names}


def package(files: Mapping[str, tuple[int, str, int]], params: Params, software: str) -> dict[str, Any]:
    """A Frictionless data package (specs.frictionlessdata.io) for ``files``: table to (bytes, sha256, rows).

    It holds the parameters that the tables were made with and no time or place, so that it is the same everywhere.
    """
    return {
        "profile": "data-package",
        "name": params.publication.name,
        "title": params.publication.title,
        "version": params.publication.version,
        "homepage": "",
        "licenses": [],
        "baogao": {"version": software, "params": params.model_dump(mode="json")},
        "resources": [_resource(PUBLISHED[name], *facts) for name, facts in files.items()],
    }


def _resource(table: Table, size: int, digest: str, rows: int) -> dict[str, Any]:
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.parquet",
        "scheme": "file",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": table.meaning,
        # the standard keys bytes and hash would be checked by frictionless, which cannot measure them on Parquet files
        "baogao": {"bytes": size, "sha256": digest, "rows": rows},
        "schema": {
            "fields": [
                {
                    "name": c.name,
                    "type": c.type,
                    "description": c.meaning,
                    "constraints": {"required": _required(table, c.name)},
                }
                for c in table.columns
            ],
            # an empty string is a value here: it says that something was looked for and not found
            "missingValues": [],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {"fields": [column], "reference": {"resource": other, "fields": list(PUBLISHED[other].key)}}
                for column, other in table.refers
            ],
        },
    }


def _required(table: Table, column: str) -> bool:
    return column in table.key


def dictionary(rows: Mapping[str, int]) -> str:
    """The data dictionary as Markdown: every table with its columns, types and meanings, and its number of rows."""
    parts = [
        "# Data dictionary",
        "",
        "Offsets count characters (Unicode code points) from 0; an end is exclusive. An empty string says that "
        "something was not found or not decided. Numbers are rounded to six decimals. The same files, parameters and "
        "pinned packages give the same bytes on Linux x86-64.",
    ]
    for name, table in PUBLISHED.items():
        parts += ["", f"## {name}", "", f"{table.meaning} {_count(rows[name])}; key: {', '.join(table.key)}.", ""]
        parts += ["| column | type | meaning |", "|---|---|---|"]
        parts += [f"| {c.name} | {c.type} | {c.meaning.replace('|', '/')} |" for c in table.columns]
    return "\n".join(parts) + "\n"


def _count(rows: int) -> str:
    return f"{rows} row" if rows == 1 else f"{rows} rows"


def merged(tables: Sequence[Iterable[Row]]) -> list[Row]:
    """All rows of several tables of one schema, each once."""
    seen: dict[tuple[Any, ...], Row] = {}
    for rows in tables:
        for row in rows:
            seen.setdefault(tuple(row.values()), row)
    return list(seen.values())
