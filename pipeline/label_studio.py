"""Documents and their names as Label Studio's tasks, predictions and interface (labelstud.io/guide/predictions)."""

from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

# colours that people with any colour vision can tell apart (Okabe and Ito)
CONFIG = """<View>
  <Style>.htx-text { white-space: pre-wrap; }</Style>
  <Labels name="label" toName="text">
    <Label value="ORG" background="#0072B2"/>
    <Label value="PUB" background="#CC79A7"/>
    <Label value="LOC" background="#009E73"/>
    <Label value="PER" background="#E69F00"/>
  </Labels>
  <Text name="text" value="$text" granularity="symbol"/>
</View>
"""
"""The labelling interface."""


def task(document: Row, entities: Iterable[Row], path: str, version: str) -> dict[str, Any]:
    """A task: ``document`` with its names as they were found, ``entities`` in order, by software of ``version``."""
    data = {"text": document["text"], "path": path, **{n: document[n] for n in ("doc_id", "title", "date", "issuer")}}
    result = [_region(entity) for entity in entities]
    return {"data": data, "predictions": [{"model_version": version, "result": result}]}


def _region(entity: Row) -> dict[str, Any]:
    about = [entity[name] for name in ("subtype", "canonical", "region_code") if entity[name]]
    return {
        "id": entity["entity"],
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "score": entity["score"],
        "value": {
            "start": entity["start"],
            "end": entity["end"],
            "text": entity["text"],
            "labels": [entity["label"]],
        },
        **({"parentID": entity["parent"]} if entity["parent"] else {}),
        **({"meta": {"text": about}} if about else {}),
    }
