"""Text from outside made fit to be shown: on one line, short, in quotation marks."""

import unicodedata
from collections.abc import Callable

# Writes a name from outside so that the face shows it as plain text.
Quote = Callable[[str], str]

LONGEST_QUOTE = 60


def one_line(text: str) -> str:
    """What somebody typed, without line breaks and characters that would turn or hide the text around it."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} else " " for c in text)
    return " ".join("".join(kept).split())


def fitted(text: str, most: int) -> str:
    """At most so many characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def plain(text: str) -> str:
    """Quoted for a terminal."""
    return framed(fitted(one_line(text), LONGEST_QUOTE))


def framed(text: str) -> str:
    """In quotation marks; text that runs from right to left is kept from turning the sentence around it."""
    turns = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
    return f"“\u2068{text}\u2069”" if turns else f"“{text}”"
