"""Chinese letters for a notebook's page: readers without a Chinese font see the text all the same.

A part of Noto Sans CJK SC (SIL Open Font License), with the characters that the page needs and no others, travels in
the page itself.
"""

import base64
import io
from collections.abc import Iterable

from fontTools import subset

from notebooks.show import chinese_font_file

FAMILY = "baogao CJK"
_FIRST = "\u2e80"
"""Characters before this one are in every font."""
_OWN = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei")
"""Fonts that a reader may have; they are asked first."""


def style(texts: Iterable[str]) -> str:
    """A ``<style>`` element that gives a Jupyter page the Chinese characters of ``texts``; empty if there are none."""
    wanted = {character for text in texts for character in set(text) if character >= _FIRST}
    if not wanted:
        return ""
    stack = ", ".join(f"'{name}'" for name in (*_OWN, FAMILY))
    source = f"url(data:font/otf;base64,{_subset(wanted)}) format('opentype')"
    face = f"@font-face {{font-family: '{FAMILY}'; src: {source}; font-display: block;}}"
    text = f".jp-RenderedHTMLCommon, .jp-RenderedHTMLCommon * {{font-family: Helvetica, Arial, {stack}, sans-serif;}}"
    code = f".highlight pre, .highlight pre *, .cm-content, .cm-content * {{font-family: monospace, {stack};}}"
    return f"<style>{face} {text} {code}</style>"


def _subset(characters: set[str]) -> str:
    """The font cut down to some characters, in base64."""
    # outlines are all that is needed: no alternative forms, names or hints
    options = subset.Options(layout_features=[], name_IDs=[], hinting=False, notdef_outline=True)
    font = subset.load_font(str(chinese_font_file()), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(character) for character in sorted(characters)])
    cutter.subset(font)
    file = io.BytesIO()
    font.save(file)
    return base64.b64encode(file.getvalue()).decode("ascii")
