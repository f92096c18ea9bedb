"""Days and months as Chinese pages write them: 2026-02-09, 2026年2月, 二〇二六年一月二十七日; for folded views."""

import re
from datetime import date

_DIGITS = {char: value for value, chars in enumerate(("〇○零O0", *"一二三四五六七八九")) for char in chars}
_YEAR = rf"(?:19|20)\d\d|[一二][{''.join(_DIGITS)}]{{3}}"
_MONTH = "[01]?\\d|十[一二]?|[一二三四五六七八九]"
_OF_MONTH = "[0-3]?\\d|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九]"
DAY_PATTERN = (
    rf"(?P<day>(?P<y>{_YEAR})\s*[年./-]\s*(?P<m>{_MONTH})(?!\d)"
    rf"(?:\s*[月./-]\s*(?P<d>{_OF_MONTH})(?!\d)(?:\s*[日号])?|\s*月))"
)
"""With groups ``day``, ``y``, ``m`` and, where the day is given, ``d``."""
TIME_PATTERN = r"(?:\d{1,2}\s*[:时点]\s*\d{1,2}(?:\s*[:分]\s*(?:\d{1,2}(?:\.\d+)?\s*秒?)?)?(?:Z|[+-]\d\d:?\d\d)?)"
WEEKDAY_PATTERN = r"(?:\s*+\(?(?:星期|周)[一二三四五六日天]\)?)"
DAY = re.compile(DAY_PATTERN)
DAY_AND_TIME = re.compile(rf"{DAY_PATTERN}{WEEKDAY_PATTERN}?+\s*+T?\s*+{TIME_PATTERN}")


def iso(match: re.Match[str]) -> str:
    """The day or month of a match of ``DAY_PATTERN`` in ISO 8601; empty if the calendar has no such day."""
    year, month, day = match["y"], match["m"], match["d"]
    try:
        number = int("".join(str(_DIGITS.get(char, char)) for char in year))
        whole = date(number, _number(month), _number(day) if day else 1).isoformat()
    except ValueError:
        return ""
    return whole if day else whole[:7]


def _number(text: str) -> int:
    """0 to 39 in either kind of numerals."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.replace("廿", "二十").rpartition("十")
    return (_DIGITS[tens] if tens else 1) * 10 * bool(ten) + (_DIGITS[ones] if ones else 0)
