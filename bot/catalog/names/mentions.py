"""Running text -> the models that it names: ``mentioned``."""

import re
from dataclasses import dataclass

from bot.catalog.entities import Model
from bot.catalog.names.index import Found, NameIndex, Reason
from bot.catalog.names.messages import readable
from bot.catalog.names.spelling import HOSTS, canonical, is_number, number_parts

_LOOKUPS = 400
"""Spans that are looked up in the index; a message that a person wrote needs fewer."""
_TOKENS = 8

# Letters of other scripts end a name: Japanese and Chinese write no space after it.
_LATIN = r"a-z\u00c0-\u024f"
_TOKEN = re.compile(rf"[{_LATIN}\d]+(?:[.,]\d+[{_LATIN}\d]*)*|(?<=[{_LATIN}\d])\+(?!\w)", re.I)
_PLURAL = re.compile(r"(?<=\d)b?s$", re.I)
# What may stand between the tokens of one name.
_WITHIN = re.compile(r"[ \t]{1,2}|[-_:./]|[ \t]?\(")

# fmt: off
# Words that make another model of the one before: where such a model is not listed, none is meant.
_VARIANTS = frozenset({"flash", "lite", "max", "micro", "mini", "nano", "plus", "pro", "turbo", "ultra"})
# Words after a number that is no version: "used claude 2 days ago".
_COUNTED = frozenset({
    "bucks", "day", "days", "dollars", "euro", "euros", "fois", "gb", "hour", "hours", "jahre", "mal", "min",
    "minuten", "minutes", "months", "others", "people", "percent", "prompts", "questions", "seconds", "stars",
    "stunden", "tage", "times", "veces", "vezes", "volte", "wochen", "weeks", "x", "years",
})
# Words that say that a message is about models.
_TRADE = frozenset({
    "agentic", "ai", "anthropic", "api", "bedrock", "benchmark", "benchmarks", "chatbot", "chatgpt",
    "claude", "code", "coding", "context", "deepseek", "gpt", "huggingface", "inference", "llm", "llms",
    "local", "locally", "model", "modell", "modelle", "modello", "modelo", "modelos", "models", "modèle",
    "modèles", "ollama", "openai", "openrouter", "parameters", "prompt", "prompts", "rag", "reasoning",
    "token", "tokens", "vram",
})
_VISAS = frozenset({"visa", "visado", "visas", "visto", "visum"})
# Between two versions of a line: "opus 4.7 and 4.8", "gpt 5.4 mini/nano".
_ALSO = re.compile(
    r"\s*(?:[,/&+>\u2192]|->|[,(]?(?:\s?\b(?:against|and|als|auf|e|et|gegen|instead of|na|nicht|not|o|od|oder"
    r"|or|ou|than|to|und|versus|vs\.?|y)\b){1,2})\s*",
    re.I,
)
# fmt: on
_OR = re.compile(r"\s*(?:/|\b(?:or|versus|vs\.?)\b)\s*", re.I)
# Chips and versions of anything are written so too: M3, v3.2.
_ANYTHING = re.compile(r"[mv]\d+(?:\.\d+)*")
_WELL_KNOWN = 50
"""A word that stands in one name of so many tells by itself that a model is meant."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A name with a version that several models have, or a name of one model that may be of anything."""

    text: str
    found: Found


@dataclass(frozen=True, slots=True)
class Mentions:
    """The models that are named for certain, and the names that need a question; each once, in order."""

    models: tuple[Model, ...]
    unclear: tuple[Unclear, ...]


def mentioned(text: str, names: NameIndex) -> Mentions:
    """The models that a message names.

    A name is the longest run of words that stand in names, of which the index is sure (see ``reading``).

    - With a word that tells the family or line and a version or size it counts by itself: "opus 4.8", "4.8
      opus". Where the version is a whole number the word has to stand in many names, or it takes two words.
    - Others ("opus 5", "R1", "4o", "nova pro") count where something else in the message says that it is
      about models; another line of the same maker does too. Where nothing does, a name with a version is
      unclear, if no model is named for certain.
    - A line alone ("opus", "flash") never counts, nor a version of which a variant is named that is not
      listed ("gpt-5.5 mini").
    - After a model its line may be left out: "opus 4.7 and 4.8", "gpt 5.6 sol/terra/luna".

    Only ``messages.LONGEST`` characters are read; never raises.
    """
    return _Text(text, names).read()


@dataclass(frozen=True)
class _Token:
    """A word or number of the text; ``words`` and ``numbers`` are its parts as names have them."""

    text: str
    start: int
    end: int
    words: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def low(self) -> str:
        return self.text.casefold()


@dataclass(frozen=True)
class _Span:
    """Tokens from ``first`` up to ``last`` (excluded), what the index says.

    ``name`` are the tokens of the name in full, with those that were left out in the text.
    """

    first: int
    last: int
    found: Found
    name: tuple[_Token, ...]

    @property
    def words(self) -> list[str]:
        return [word for token in self.name for word in token.words]

    @property
    def numbers(self) -> list[str]:
        return [number for token in self.name for number in token.numbers]


class _Text:
    """One message; ``_left`` look-ups may still be made."""

    def __init__(self, text: str, names: NameIndex) -> None:
        self._names, self._table = names, names.table
        self._left = _LOOKUPS
        self._looked_up: dict[str, Found] = {}
        self._near: dict[str, list[str]] = {}
        self._text = readable(text, self._linked)
        self._tokens = [self._token(found) for found in _TOKEN.finditer(self._text)]
        # "ai" is a word of French and Italian.
        self._words = {word for t in self._tokens if t.text != "ai" for word in (t.low, *t.words)}

    def read(self) -> Mentions:
        spans: list[_Span] = []
        at = 0
        while at < len(self._tokens) and self._left > 0:
            span = self._span(at) or self._short(at, spans)
            if span:
                spans.append(span)
            at = span.last if span else at + 1
        sure = any(span.found.model and self._witnessed(span) for span in spans)
        sure = sure or self._several_lines(spans)
        models = dict.fromkeys(s.found.model for s in spans if s.found.model and self._witnessed(s, sure))
        unclear: dict[str, Unclear] = {}
        for span in spans:
            found = span.found
            if found.model and not models and span.words and span.numbers:
                found = Found(Reason.AMBIGUOUS, None, (found.model,))
            if not found.model and models.keys().isdisjoint(found.candidates):
                said = self._said(span.first, span.last)
                unclear.setdefault(said.casefold(), Unclear(said, found))
        return Mentions(tuple(models), tuple(unclear.values()))

    # Tokens

    def _linked(self, host: str, path: str) -> str:
        """The model whose page at a host of models is linked; any other link is no text."""
        if not HOSTS.isdisjoint(host.casefold().split(".")):
            page = re.split(r"[?#]", path)[0].strip("/").split("/")[:2]
            for name in ("/".join(page), page[-1]):
                found = self._look_up(name)
                if found.model and found.reason is Reason.EXACT:
                    return found.model.model_id
        return ""

    def _token(self, found: re.Match[str]) -> _Token:
        text = found[0]
        if text == "+":
            return _Token(text, found.start(), found.end(), ("plus",), ())
        parts = self._parts(text)
        if _PLURAL.search(text) and parts and parts[-1] not in self._table.numbers:
            text = text[:-1]
            parts = self._parts(text)
        words = tuple(p for p in parts if not is_number(p))
        return _Token(text, found.start(), found.start() + len(text), words, tuple(filter(is_number, parts)))

    def _parts(self, text: str) -> list[str]:
        parts = [text.casefold()] if text.isalpha() else self._table.speller.parts(text)
        return ["gpt" if part == "chatgpt" else canonical(part) for part in parts]

    def _joined(self, at: int) -> str | None:
        """What stands between a token and the next where both may be of one name, else None."""
        if at + 1 >= len(self._tokens):
            return None
        one, other = self._tokens[at : at + 2]
        between = self._text[one.end : other.start]
        if not between:
            return between if other.text == "+" else None
        if not _WITHIN.fullmatch(between):
            return None
        if between == "/" and one.low not in HOSTS and one.low not in self._table.makers:
            return None
        return between

    def _of_a_name(self, at: int) -> bool:
        """Whether all words of the token are in names, or near one and beside a number."""
        unknown = [word for word in self._tokens[at].words if not self._table.knows(word)]
        if not unknown:
            return True
        beside = [
            self._tokens[n]
            for n in range(at - 2, at + 3)
            if 0 <= n < len(self._tokens) and (n == at or self._joined(min(n, at)) is not None)
        ]
        return any(token.numbers for token in beside) and all(map(self._corrected, unknown))

    def _corrected(self, word: str) -> list[str]:
        if word not in self._near:
            self._left -= 1
            self._near[word] = self._table.near(word) if self._left > 0 else []
        return self._near[word]

    def _telling(self, word: str) -> bool:
        """Whether the word may say which family or line a model is of."""
        table = self._table
        return len(word) > 1 and table.knows(word) and (word not in table.shared or word in table.families)

    def _begins(self, at: int) -> bool:
        """Whether a name may begin here: with a family, a line, or a number with a letter."""
        token, table = self._tokens[at], self._table
        if any(map(self._telling, token.words)):
            return True
        if any(n in table.numbers and not (n[0] + n[-1]).isdecimal() for n in token.numbers):
            return True
        if not token.words and "." in token.text and self._joined(at) == " ":
            # "4.8 opus", but not the figure before another name: "4.8 opus 5".
            numbered = self._joined(at + 1) is not None and self._tokens[at + 2].numbers
            return not numbered and any(map(self._telling, self._tokens[at + 1].words))
        return bool(token.words) and not all(map(table.knows, token.words)) and self._of_a_name(at)

    # Names

    def _span(self, at: int) -> _Span | None:
        """The longest name that begins here."""
        if not self._begins(at) or not self._of_a_name(at):
            return None
        end = at + 1
        while end - at < _TOKENS and self._joined(end - 1) is not None and self._of_a_name(end):
            end += 1
        for last in range(end, at, -1):
            if self._is_count(last - 1) and last > at + 1:
                continue
            found = self._look_up(self._said(at, last))
            if not found.model and not found.candidates:
                continue
            span = _Span(at, last, found, tuple(self._tokens[at:last]))
            if not self._believable(span.words, span.numbers):
                continue
            if found.model:
                if self._varied(last, found.model):
                    return None
                if span.numbers or len(span.words) > 1 or found.reason is Reason.EXACT:
                    return span
            elif span.numbers and any(map(self._telling, span.words)) and not self._varied(last):
                return span
        return None

    def _enough(self, span: _Span) -> bool:
        """Whether nothing but a model is called so: not "Laguna 2" or "Nova Pro"."""
        if not (span.words and span.numbers):
            return span.found.reason is Reason.EXACT and len(span.words) > 2
        meant = {w if self._table.knows(w) else next(iter(self._corrected(w)), w) for w in span.words}
        if sum(map(self._telling, meant)) > 1 or any(map(self._well_known, meant)):
            return True
        return any(token.numbers and not token.text.isdecimal() for token in span.name)

    def _well_known(self, word: str) -> bool:
        return self._table.words.get(word).bit_count() * _WELL_KNOWN >= self._table.all.bit_count()

    def _several_lines(self, spans: list[_Span]) -> bool:
        """Whether one maker's lines are named side by side, with versions: "opus 5 or sonnet 5"."""
        lines = {
            (span.found.model.provider, span.words[0])
            for span in spans
            if span.found.model and span.words and span.numbers
        }
        return len(lines) > len({maker for maker, _ in lines})

    def _short(self, at: int, before: list[_Span]) -> _Span | None:
        """A version or variant that stands for the model before with it: "opus 4.7/4.8", "2.5 Flash or Pro".

        A version with a variant ("2.5 Pro") may follow later, anything else only next to it.
        """
        base = next((span for span in reversed(before) if span.found.model), None)
        if base is None:
            return None
        end = at
        while end - at < 3 and (end == at or self._joined(end - 1) is not None):
            token = self._tokens[end] if end < len(self._tokens) else None
            if token is None or not (token.numbers or all(map(self._table.knows, token.words))):
                break
            if not self._of_a_name(end):
                break
            end += 1
        between = self._text[self._tokens[base.last - 1].end : self._tokens[at].start]
        for last in range(end, at, -1):
            tokens = self._tokens[at:last]
            numbers, words = [n for t in tokens for n in t.numbers], [w for t in tokens for w in t.words]
            decimal = any("." in number for number in numbers)
            near = _ALSO if decimal or all(map(self._telling, words or [""])) else _OR
            if self._is_count(last - 1) or self._varied(last):
                continue
            if not near.fullmatch(between) and not (decimal and words):
                continue
            for size in range(len(base.name) - 1, 0, -1):
                kept = base.name[:size]
                # A variant alone goes with the version before.
                if not numbers and not any(token.numbers for token in kept):
                    break
                found = self._look_up(f"{' '.join(t.text for t in kept)} {self._said(at, last)}")
                if found.model:
                    again = found.model == base.found.model
                    return None if again else _Span(at, last, found, (*kept, *tokens))
        return None

    def _believable(self, words: list[str], numbers: list[str]) -> bool:
        """Whether corrected words are surely meant so: a short ordinary word is no misspelled name."""
        exact = [word for word in words if self._table.knows(word)]
        for word in words:
            if word in exact:
                continue
            turned = any(sorted(word) == sorted(near) for near in self._corrected(word))
            beside = len(numbers) > 1 or any(map(self._telling, exact))
            if not (turned or len(word) > 4 or (len(word) > 3 and beside)):
                return False
            if not numbers or (not exact and all(map(str.isdecimal, numbers))):
                return False
        return True

    def _is_count(self, at: int) -> bool:
        """Whether the token is a whole number of something: "gpt 5 times slower"."""
        token = self._tokens[at]
        if not token.text.replace(".", "").isdecimal():
            return False
        after = self._text[token.end : token.end + 2].strip()[:1]
        follows = self._tokens[at + 1] if at + 1 < len(self._tokens) else None
        return after in ("%", "$", "\u20ac") or (
            follows is not None and follows.low in _COUNTED and self._joined(at) == " "
        )

    def _varied(self, at: int, model: Model | None = None) -> bool:
        """Whether a variant or size follows that makes another model of the one before."""
        between = self._joined(at - 1)
        if between is None:
            return False
        token = self._tokens[at]
        if token.text == "+" or token.low in _VARIANTS:
            return True
        if between != " " and token.numbers and not token.words:
            return True
        if model is None or not any(number_parts(n)[2] == "b" for n in token.numbers):
            return False
        return any(number_parts(part)[2] == "b" for part in self._parts(model.model_id))

    def _witnessed(self, span: _Span, sure: bool = False) -> bool:
        """Whether the name itself, or else the message, speaks of models."""
        model, words = span.found.model, set(span.words)
        if model is None or self._enough(span):
            return model is not None
        first = self._tokens[span.first]
        around = self._tokens[max(0, span.first - 2) : span.first] + self._tokens[span.last : span.last + 2]
        if any(token.low in _VISAS for token in around):
            return False
        if any(w in self._table.makers and w not in self._table.rather_names for w in words):
            return True
        own = {*self._parts(model.display_name), *self._parts(model.provider)} - words
        if not self._words.isdisjoint(word for word in own if self._telling(word)):
            return True
        if not words and _ANYTHING.fullmatch(first.low):
            return False
        if span.found.reason is Reason.EXACT and not words and first.text == first.low:
            return True
        return sure or not self._words.isdisjoint(_TRADE)

    def _said(self, first: int, last: int) -> str:
        return self._text[self._tokens[first].start : self._tokens[last - 1].end]

    def _look_up(self, text: str) -> Found:
        found = self._looked_up.get(text)
        if found is None:
            self._left -= 1
            found = self._names.find(text, near=False) if self._left > 0 else Found(Reason.UNKNOWN)
            self._looked_up[text] = found
        return found
