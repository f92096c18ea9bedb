"""Radicals and compatibility forms that stand for characters: what makers of PDF files write for 见, 长 or 门.

They look the same and are other code points, so no search and no dictionary finds the word.
"""

import re
import unicodedata

from pipeline.restoration.alignment import Replacement
from pipeline.restoration.characters import HAN

# Unicode's EquivalentUnifiedIdeograph.txt, those that stand as characters by themselves; NFKC does not know them
_SUPPLEMENT = str.maketrans(
    "⺁⺄⺊⺒⺓⺜⺝⺟⺠⺧⺩⺫⺬⺶⺽⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "厂乙卜巳幺日月母民牛王目示羊臼虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)
_FORM = "[\u2e80-\u2ef3\u2f00-\u2fd5\uf900-\ufad9]"
_ANY = re.compile(_FORM)
# a text about radicals names them: ⻅字旁, 部首⻅
_MEANT = re.compile(r"[\s、，“‘「（(]*(?:字?[旁底头]|部)|\s*[（(]")
# beside another character, or numbering something: ⼀、 and （⼆）; looked for from the first of a run only, or a long
# one would be read again from each
_USED = re.compile(
    rf"(?<!部首)(?<!偏旁)(?:(?<=[{HAN}])|(?<!{_FORM})(?={_FORM}+[{HAN}])|(?=[\u2f00\u2f06\u2f0b\u2f17][、)）])){_FORM}+"
)


def radicals(text: str) -> list[Replacement]:
    """Unified characters for radicals and compatibility forms beside other Chinese characters."""
    found: list[Replacement] = []
    if not _ANY.search(text):
        return found
    for match in _USED.finditer(text):
        if _MEANT.match(text, match.end()):
            continue
        after = unicodedata.normalize("NFKC", match[0].translate(_SUPPLEMENT))
        if after != match[0]:
            found.append(Replacement(match.start(), match.end(), after, "radical"))
    return found
