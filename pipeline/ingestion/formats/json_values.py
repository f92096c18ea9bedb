"""The values in a file of JSON: lines, a list, one object; and the records in what an interface wraps around them."""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pipeline.ingestion.formats.delimited import line_at
from pipeline.ingestion.formats.extracted import BLANK
from pipeline.mapping import Refused

MAX_WRAPPERS = 4
"""Objects and lists around the records of an answer of a web interface (``{"data": {"list": [...]}}``)."""
_SPACE = re.compile(r"[ \t\r\n\ufeff\x00]*")
_BETWEEN = re.compile(r"[ \t\r\n\ufeff\x00,\[\]]*")


def json_values(text: str) -> Iterator[Any]:
    """What a file of JSON holds, in order; ``Refused`` for a part that is none."""
    # control characters in strings are against the standard and harmless; NaN is what pandas writes for nothing
    decoder = json.JSONDecoder(strict=False, object_pairs_hook=_object, parse_constant=lambda _: None)
    start = _after(_SPACE, text, 0)
    if text[start : start + 1] == "[":
        yield from _in_turn(decoder, text, start)
    elif (
        text[start : start + 1] == "{"
        and isinstance(_parsed(decoder, line_at(text, start), 0), Refused)
        and not isinstance(_parsed(decoder, text, start), Refused)
    ):
        yield from _in_turn(decoder, text, start)  # objects over many lines
    else:
        yield from _by_line(decoder, text)


def _by_line(decoder: json.JSONDecoder, text: str) -> Iterator[Any]:
    position = 0
    for number in itertools.count(1):
        line = line_at(text, position)
        position += len(line)
        if not line:
            return
        if not line.strip(BLANK):
            continue
        value = _parsed(decoder, line, _after(_SPACE, line, 0))
        if isinstance(value, Refused):
            yield Refused("broken JSON", f"line {number}: {value.detail}")
        elif line[value[1] :].strip(BLANK + ","):
            yield Refused("broken JSON", f"line {number}: more behind its object")
        else:
            yield value[0]


def _in_turn(decoder: json.JSONDecoder, text: str, position: int) -> Iterator[Any]:
    """The values of lists, or without a list around them; what follows a broken one cannot be told."""
    depth = 0
    while True:
        start, position = position, _after(_BETWEEN, text, position)
        depth += text.count("[", start, position) - text.count("]", start, position)
        if position == len(text):
            if depth > 0:
                yield Refused("broken JSON", "its list is not closed: the file may have been cut off here")
            return
        value = _parsed(decoder, text, position)
        if isinstance(value, Refused):
            line = text.count("\n", 0, position) + 1
            yield Refused("broken JSON", f"from line {line} on nothing can be read: {value.detail}")
            return
        yield value[0]
        position = value[1]


def _parsed(decoder: json.JSONDecoder, text: str, position: int) -> tuple[Any, int] | Refused:
    try:
        return decoder.raw_decode(text, position)
    except json.JSONDecodeError as error:
        return Refused("broken JSON", f"{error.msg} at character {error.pos - position + 1}")
    except RecursionError:
        return Refused("broken JSON", "nested too deeply")
    except ValueError as error:
        return Refused("broken JSON", " ".join(str(error).split())[:300])


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without losing the first of two values under one name, as ``dict`` would."""
    return dict(zip(distinct(key for key, _ in pairs), (value for _, value in pairs), strict=True))


def records_of(value: dict[str, Any], has_text: Callable[[dict[str, Any]], bool]) -> Iterator[dict[str, Any]]:
    """The records in a JSON object: itself if it has a text, else those that it wraps, at most ``MAX_WRAPPERS`` deep.

    What stands beside a record in its wrapper belongs to it, if it is the wrapper's only one. None if none has a text.
    """
    yield from _records(value, has_text, MAX_WRAPPERS)


def _records(value: Any, has_text: Callable[[dict[str, Any]], bool], depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(value, list) and depth:
        for item in value:
            yield from _records(item, has_text, depth - 1)
    elif isinstance(value, dict) and has_text(value):
        yield value
    elif isinstance(value, dict) and depth:
        inside = {
            name: part
            for name, part in value.items()
            if isinstance(part, dict | list) and next(_records(part, has_text, depth - 1), None) is not None
        }
        for name, part in inside.items():
            if len(inside) == 1 and isinstance(part, dict) and has_text(part):
                yield part | {key: other for key, other in value.items() if key != name and key not in part}
            else:
                yield from _records(part, has_text, depth - 1)


def distinct(names: Iterable[str]) -> list[str]:
    """Names as keys: the second ``a`` is ``a_2``, and a column without a name is called by its place, from 1."""
    keys: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        name = name or f"column_{place}"
        numbered = (f"{name}_{n}" for n in itertools.count(2))
        keys[name if name not in keys else next(key for key in numbered if key not in keys)] = None
    return list(keys)
