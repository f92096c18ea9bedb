"""JSON lines, as the command prints them and exports hold them."""

import json
from typing import Any


def one_line(value: Any) -> str:
    """JSON on one line for every reader: some also end a line at U+0085, U+2028 and U+2029."""
    return json.dumps(value, ensure_ascii=False).translate({0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"})
