"""What someone wrote in a chat -> plain text in which names can be found: ``readable``."""

import re
import unicodedata
from collections.abc import Callable

LONGEST = 4_000
"""Characters that are read: as many as a message can have."""

# Possessive, so that no text takes longer than its length.
_LINK = re.compile(
    r"https?://(?P<host>[\w.-]*+)(?P<path>\S*)"
    r"|(?<![\w./-])(?P<bare>[\w-]++(?:\.[\w-]++)++)(?<=[a-z])(?P<page>/\S*)",
    re.I,
)
_MARKUP = re.compile(r"<(?:[@#][!&]?|a?:\w{1,40}:|/[\w -]{1,100}:|t:)[\w:]{0,40}>")
_MARKS = str.maketrans({"\u2010": "-", "\u2212": "-", "\u2019": "'", "*": None, "`": "|", "~": "|"})
_POSSESSIVE = re.compile(r"'s\b", re.I)
# fmt: off
# How names are said in other scripts, where letters do not tell it; endings of cases may follow.
_SAID = {
    "клод": "claude", "опус": "opus", "соннет": "sonnet", "сонет": "sonnet", "хайку": "haiku", "гпт": "gpt",
    "чатгпт": "chatgpt", "гемини": "gemini", "джемини": "gemini", "грок": "grok", "квен": "qwen",
    "дипсик": "deepseek", "мини": "mini", "флеш": "flash", "флэш": "flash",
    "クロード": "claude", "オーパス": "opus", "ソネット": "sonnet", "ハイク": "haiku", "ジェミニ": "gemini",
    "グロック": "grok", "ディープシーク": "deepseek", "ミニ": "mini", "フラッシュ": "flash", "プロ": "pro",
}
# fmt: on
_OTHER = "\u0400-\u04ff\u30a1-\u30fc"
_SAYING = re.compile(rf"(?<![{_OTHER}])({'|'.join(_SAID)})[\u0430-\u044f]{{0,2}}(?![{_OTHER}])", re.I)


def readable(text: str, linked: Callable[[str, str], str]) -> str:
    """The first ``LONGEST`` characters without markup; "|" stands where something was taken out.

    ``linked`` gets the host and the path of a link and gives the text in its place. Names of models in other
    scripts are put in Latin letters.
    """

    def instead(link: re.Match[str]) -> str:
        found = linked(link["host"] or link["bare"] or "", link["path"] or link["page"] or "")
        return f"|{found}|"

    text = _MARKUP.sub("|", _LINK.sub(instead, _clean(text))).translate(_MARKS)
    text = _POSSESSIVE.sub("", text)
    return text if text.isascii() else _SAYING.sub(lambda said: _SAID[said[1].casefold()], text)


def _clean(text: str) -> str:
    """At most ``LONGEST`` characters in one form, ASCII digits, nothing invisible; case stays."""
    text = text[:LONGEST]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[:LONGEST]
        text = "".join(
            str(unicodedata.decimal(c)) if c.isdecimal() else c
            for c in text
            if unicodedata.category(c) != "Cf"
        )
    return text
