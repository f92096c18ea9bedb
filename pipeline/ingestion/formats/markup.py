"""Whether a text is a piece of a web page: tables and text files hold what scrapers took out of one, tags and all."""

import html
import re

_BLOCKS = "p|div|br|table|tbody|tr|td|ul|ol|li|h[1-6]|section|article|html|body|center|blockquote"
_TAG = re.compile(rf"<(?:/(?:{_BLOCKS})\s*|(?:br|p|div|hr)(?:[\s/][^<>]*)?)>", re.IGNORECASE)
_FIRST = re.compile(
    rf"[\ufeff\s]*(?:<!--.*?-->\s*)*<(?:{_BLOCKS}|font|span|strong|b|img|a|style|script|meta|title|link)\b[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
# what only HTML writes; &amp; and &lt; are decoded where one of these says that the text is HTML's
_ENTITY = re.compile(
    r"&(?:(?:nb|en|em|thin)sp|[lr][sd]quo|[mn]dash|hellip|middot|times|#\d{2,6}|#x[0-9a-f]{2,6});", re.I
)


def is_page(text: str) -> bool:
    """Whether a text file is a page without its head: it begins with a tag."""
    return bool(_FIRST.match(text[:4096]) and _TAG.search(text))


def is_markup(text: str) -> bool:
    """Whether a text has its paragraphs marked by tags: then its own line ends mean nothing."""
    tag = _TAG.search(text)
    return tag is not None and (len(_TAG.findall(text, tag.end())) > 0 or bool(_FIRST.match(text)))


def unescaped(text: str) -> str:
    """A text without tags in which characters stand as HTML writes them (&nbsp; &ldquo; &#12288;), decoded."""
    return html.unescape(text) if _ENTITY.search(text) else text
