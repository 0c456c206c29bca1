"""Text into parts: the words and the numbers that a name is made of, spelled in one way.

A part is a string without spaces. A *number* is a part with a digit in it: a version (``5.5``, ``4o``,
``k2.5``), a size (``12b``, ``a4b``, ``8x22b``), a stamp (``0613``) or a date (``2024-11-20``). Every other
part is a *word*. Letters that touch a number belong to it, because ``4o``, ``o4`` and ``4`` are three things.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

# Words that say nothing about which model is meant.
# fmt: off
FILLER = frozenset({
    "a", "about", "ai", "an", "awq", "can", "compare", "could", "did", "do", "does", "for", "free", "get",
    "gguf", "give", "good", "gptq", "how", "i", "in", "info", "is", "latest", "llm", "me", "mlx", "model",
    "models", "my", "new", "of", "on", "please", "pls", "price", "score", "scores", "show", "tell", "the",
    "to", "ver", "version", "want", "what", "whats", "which", "you",
})
# Words that makers write or leave out for the same model.
OPTIONAL = frozenset({"instruct", "preview", "exp"})
# Services that pass other makers' models on; they are written before a slash.
HOSTS = frozenset({
    "amazonbedrock", "anyscale", "azure", "azureai", "azureml", "baseten", "bedrock", "cerebras", "cf",
    "chutes", "clarifai", "cloudflare", "copilot", "dashscope", "databricks", "deepinfra", "evroc",
    "fireworks", "fireworksai", "friendli", "github", "githubcopilot", "gmi", "groq", "hf", "huggingface",
    "hyperbolic", "kilo", "lambda", "litellm", "litellmproxy", "lmstudio", "models", "nebius", "novita",
    "ollama", "opencode", "openrouter", "parasail", "replicate", "requesty", "sagemaker", "sambanova",
    "scaleway", "siliconflow", "snowflake", "together", "togetherai", "unsloth", "vercel", "vertex",
    "vertexai", "watsonx", "workersai", "zenmux",
})
# fmt: on
_ONE_SPELLING = {"experimental": "exp", "prev": "preview", "it": "instruct", "think": "thinking"}

_LANGUAGE = r"[^\W\d_]"
_PIECE = (
    r"(?P<date>(?<!\d)20\d\d(?P<sep>[-_. ]?)(?:0[1-9]|1[0-2])(?P=sep)(?:0[1-9]|[12]\d|3[01])(?!\d))"
    r"|(?P<month>(?<![\w.])(?:0[1-9]|1[0-2])-20\d\d(?!\d)|(?<!\d)20\d\d-(?:0[1-9]|1[0-2])(?!\d))"
    r"|(?P<day>(?<![\w.])(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\w.]))"
    r"|(?P<number>\d+x\d+|\d+(?:[.,]\d+)*)"
    rf"|(?P<word>{_LANGUAGE}+)"
)
_NOT_THINKING = re.compile(r"\bno[nt]?[\s_-]*(?=(?:thinking|reasoning)\b)")
_QUANTISED = re.compile(
    r"\b(?:(?:nv|mx|b)?fp\d+|b?f(?:16|32)|int\d|(?:ud[-_])?i?q\d(?:_\w+)?|[2-8][ -]?bit|w\d+a\d+|exl\d"
    r"|\d(?:\.\d+)?bpw|bnb|dwq|dynamic|qat)\b"
)
# What Bedrock puts behind an id: its own revision, not a version of the model.
_REVISION = re.compile(r"(?:-v?\d)?:\d$")
_POINT = re.compile(r"(?<=\d)p(?=\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_WORDS = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\.? (?:([0-3]?\d)(?:st|nd|rd|th)?,? )?(20\d\d)\b")
_PLUS = re.compile(r"(?<=\w)\+")
_SEPARATED = re.compile(r"(?<![\d.])(\d+)[-_ ](?=(\d+)(?![\d.]))")
_NUMBER = re.compile(r"([^\W\d_]?)(\d+(?:[.x]\d+)*)([^\W\d_]?)")
_ROUND = re.compile(r"(?<![\d.])(\d+)\.0(?!\d)")
_JOINABLE_LEFT = re.compile(r"[^\W\d_]?\d{1,2}")
_JOINABLE_RIGHT = re.compile(r"\d{1,2}[^\W\d_]?")


def plain(text: str) -> str:
    """Lower case, one form of every character, ASCII digits, nothing invisible."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(
            str(unicodedata.decimal(c)) if c.isdecimal() else c
            for c in text
            if unicodedata.category(c) != "Cf"
        )
    return text.casefold()


def is_number(part: str) -> bool:
    """Whether a part of a name is a version, a size or a date, and no word."""
    return not part.isalpha()


@lru_cache(maxsize=4096)
def number_parts(part: str) -> tuple[str, str, str]:
    """Letter before, digits and points, letter after; three empty strings for a date or a word."""
    found = _NUMBER.fullmatch(part)
    return (found[1], found[2], found[3]) if found else ("", "", "")


def canonical(part: str) -> str:
    """Spellings of one thing made equal: ``4.0`` is ``4``, ``experimental`` is ``exp``."""
    if part.isalpha():
        return _ONE_SPELLING.get(part, part)
    return _ROUND.sub(r"\1", part) if ".0" in part else part


def bag_of(parts: Iterable[str]) -> Iterable[str]:
    """The parts in one spelling; ChatGPT is the chat variant of GPT."""
    for part in parts:
        yield from ("chat", "gpt") if part == "chatgpt" else (canonical(part),)


def with_points(text: str, decimals: Collection[str]) -> str:
    """``gpt-4-1`` becomes ``gpt-4.1`` where ``4.1`` is known from another spelling of the same model."""
    if not decimals:
        return text
    return _SEPARATED.sub(lambda m: f"{m[1]}." if f"{m[1]}.{m[2]}" in decimals else m[0], text)


def date_keys(day: str) -> tuple[str, ...]:
    """The ways to shorten 2024-08-06: 2024-08, 2024, 0806, 2408, 240806; of YYYY-MM only itself."""
    if day.count("-") < 2:
        return (day,)
    year, month, date = day.split("-")
    return day, f"{year}-{month}", year, month + date, year[2:] + month, year[2:] + month + date


def _in_digits(day: re.Match[str]) -> str:
    month = f"{day[3]}-{_MONTHS.index(day[1]) + 1:02d}"
    return f"{month}-{int(day[2]):02d}" if day[2] else month


class Speller:
    """Cuts text into parts. ``known`` tells which words exist, ``solid`` are words with a digit inside."""

    def __init__(self, known: Callable[[str], bool] = lambda _: False, solid: Iterable[str] = ()) -> None:
        self._known = known
        fixed = "|".join(re.escape(s) for s in sorted(solid, key=len, reverse=True))
        self._piece = re.compile((rf"(?P<solid>\b(?:{fixed})\b)|" if fixed else "") + _PIECE)

    def parts(self, text: str) -> list[str]:
        """The parts in the order of the text, numbers as they were written."""
        text = _NOT_THINKING.sub("non", _POINT.sub(".", plain(text)))
        text = _PLUS.sub(" plus ", _QUANTISED.sub(" ", _REVISION.sub("", text)))
        text = _IN_WORDS.sub(_in_digits, text)
        pieces = [(m.lastgroup or "", m[0], m.start(), m.end()) for m in self._piece.finditer(text)]
        parts: list[str] = []
        at = 0
        while at < len(pieces):
            kind, piece, _, end = pieces[at]
            at += 1
            before = ""
            if kind == "word" and len(piece) == 1 and at < len(pieces):
                kind_after, number, start, end_after = pieces[at]
                if kind_after == "number" and start - end <= 1:
                    kind, before, piece, end = kind_after, piece, number, end_after
                    at += 1
            if kind == "number":
                after = self._letter_after(pieces, at, end)
                if after:
                    word = pieces[at][1]
                    if len(word) > 1:
                        pieces[at] = ("word", word[1:], end + 1, pieces[at][3])
                    else:
                        at += 1
                parts.append(before + piece.replace(",", ".") + after)
            elif kind == "date":
                digits = "".join(c for c in piece if c.isdecimal())
                parts.append(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
            elif kind == "month":
                first, second = piece.split("-")
                parts.append(piece if len(first) == 4 else f"{second}-{first}")
            elif kind == "day":
                parts.append(piece.replace("-", ""))
            else:
                parts.append(piece)
        return parts

    def _letter_after(self, pieces: list[tuple[str, str, int, int]], at: int, end: int) -> str:
        """The letter that belongs to the number before: ``4o``, ``12b``, ``4.5 X``, the o of ``4omini``."""
        if at == len(pieces) or pieces[at][0] != "word" or pieces[at][2] - end > 1:
            return ""
        word, start, stop = pieces[at][1], pieces[at][2], pieces[at][3]
        if start == end:
            if len(word) > 1 and (self._known(word) or not self._known(word[1:])):
                return ""
            return word[0]
        belongs_to_next = at + 1 < len(pieces) and pieces[at + 1][0] == "number" and pieces[at + 1][2] == stop
        return word if len(word) == 1 and not belongs_to_next else ""


def joinings(parts: list[str], most: int = 6) -> list[list[str]]:
    """Ways to read numbers that stand side by side: ``4 1`` may be 4.1 or 4 and 1; joined first.

    The same number twice ("5 5") is only read joined, because a name does not say a number twice.
    """
    readings: list[list[str]] = []
    open_ends: list[tuple[list[str], int]] = [([], 0)]
    while open_ends and len(readings) < most:
        done, at = open_ends.pop()
        while at < len(parts):
            part, after = parts[at], parts[at + 1] if at + 1 < len(parts) else ""
            if _JOINABLE_LEFT.fullmatch(part) and _JOINABLE_RIGHT.fullmatch(after):
                if part != after:
                    open_ends.append(([*done, part], at + 1))
                done, at = [*done, f"{part}.{after}"], at + 2
            else:
                done, at = [*done, part], at + 1
        readings.append(done)
    return readings
