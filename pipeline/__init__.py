"""baogao (报告): from scraped Chinese public reports to datasets a researcher can cite.

``restore(raw)`` gives a document as its author wrote it, with every edit; ``load()`` a spaCy ``Language`` for Chinese
public reports; ``annotate(raw)`` both at once, as a dictionary. Each is imported when first used, so that restoring
needs no spaCy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.annotation import annotate
    from pipeline.language import load
    from pipeline.restoration.core import restore

__all__ = ["annotate", "load", "restore"]

_HOMES = {"annotate": "pipeline.annotation", "load": "pipeline.language", "restore": "pipeline.restoration.core"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
