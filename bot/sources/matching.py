"""Which of our models a source means: only when it is sure, and never one of another maker."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.catalog.entities import Model, Value
from bot.catalog.names.index import Found, NameIndex, Reason
from bot.catalog.names.setting import SERVED as WAYS
from bot.catalog.names.spelling import OPTIONAL, Speller, canonical
from bot.catalog.names.stamps import is_stamp
from bot.sources.csvfile import unwanted
from bot.sources.offers import Offer, is_served, plain_key, tail

# A model that a source lists and we do not is news only if it came out about when our tables were made, or
# later: older ones were left out of them on purpose, or are there under another name.
NEW_WITHIN = timedelta(days=180)
# Becomes part of an address and an alias.
_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_SLUG = re.compile(r"[^a-z0-9]+")
# A whole number or one with a point that stands alone, and days and months, which are none.
_NUMBER = re.compile(r"(?<![\w.])\d{1,2}(?:\.\d+)?(?![\w.])")
_DATE = re.compile(r"20\d\d-\d\d(?:-\d\d)?|\d\d-20\d\d|\d\d-\d\d$")
_REVISION = re.compile(r"(?:-v?\d)?:\d$")
_TUNED = frozenset({"base", "chat", "chatgpt", "instruct", "it"})
# Words of a name that a listing leaves out.
_UNSAID = _TUNED | {"preview", "exp", "experimental", "beta", "1", "0"}
_SERVED_TUNED = frozenset({"instruct", "it"})
_LONGEST_ID, _LONGEST_NAME = 60, 100


class Unmatched(Value):
    """A listing of a source that stands for none of our models, and why."""

    source: str
    key: str
    name: str
    reason: str


@dataclass(frozen=True)
class Matched:
    """Models by the key of their listing, listings of models that we do not have, and all the others."""

    models: dict[str, Model]
    new: tuple[Offer, ...]
    unmatched: tuple[Unmatched, ...]


def match(source: str, offers: Sequence[Offer], index: NameIndex) -> Matched:
    """Every listing of a source, by the names it gives."""
    found: dict[str, Model] = {}
    new: list[Offer] = []
    unmatched: list[Unmatched] = []
    for offer in offers:
        answer = _model(offer, index)
        if isinstance(answer, Model):
            found[offer.key] = answer
        elif answer is None:
            new.append(offer)
        else:
            unmatched.append(_not(source, offer, answer))
    for several in _several(offers, found):
        kept = _plainest(several, found[several[0].key])
        for offer in several:
            if offer is not kept:
                del found[offer.key]
                reason = "another listing is nearer to that model" if kept else "several listings disagree"
                unmatched.append(_not(source, offer, reason))
    return Matched(found, tuple(new), tuple(unmatched))


def _not(source: str, offer: Offer, reason: str) -> Unmatched:
    return Unmatched(source=source, key=offer.key, name=offer.name, reason=reason)


def _model(offer: Offer, index: NameIndex) -> Model | str | None:
    """The model that is sure, why none is, or None where we have no such model."""
    if not _KEY.fullmatch(offer.key):
        return "its id cannot be shown"
    if offer.maker is None:
        return "its maker is not known"
    if offer.priced and _is_way(offer) and not _is_named(offer, index):
        return "a way to serve a model, or no certain one"
    answers = [_corrected(index.find(name)) for name in offer.names if name]
    model = _agreed(answers)
    if isinstance(model, Model):
        if _says_more(offer, model):
            return "its id says more than that model's names"
        if all(answer.reason is not Reason.EXACT for answer in answers):
            if _has_other_number(offer, model):
                return "its id has a number that is not that model's"
            if _says_less(offer, model):
                return "not sure which model it is"
        if model.provider != offer.maker:
            return f"that model is made by {model.provider}"
        if offer.priced and any(answer.setting for answer in answers) and not _is_named(offer, index):
            return "a way to serve a model, or no certain one"
        return model
    if model is None and all(a.reason in (Reason.NOT_LISTED, Reason.UNKNOWN) for a in answers):
        return None
    return model or "not sure which model it is"


def _is_way(offer: Offer) -> bool:
    """Whether the id names a way to serve a model, whose price is not the model's; no cloud's revision is."""
    return is_served(_REVISION.sub("", tail(offer.key)))


def _corrected(answer: Found) -> Found:
    """A source does not misspell: a name that had to be corrected is another one."""
    return Found(Reason.NOT_LISTED) if answer.corrected else answer


def _agreed(answers: Sequence[Found]) -> Model | str | None:
    """The model that all names of a listing mean, why they do not, or None where none is sure of one.

    One that is exact speaks for all; a name that several models share may be any of them.
    """
    exact = {a.model.model_id: a.model for a in answers if a.reason is Reason.EXACT and a.model}
    sure = exact or {a.model.model_id: a.model for a in answers if a.model}
    if len(sure) > 1:
        return "its id and its name mean different models"
    for model in sure.values():
        for answer in answers:
            if answer.model is not None and answer.model.model_id == model.model_id:
                continue
            shared = answer.reason in (Reason.FAMILY, Reason.AMBIGUOUS)
            if not shared or model.model_id not in {c.model_id for c in answer.candidates}:
                return "its id and its name do not agree"
        return model
    return None


def _names_of(model: Model) -> tuple[str, ...]:
    """What the tables call the model: its id, its name, and its aliases without their makers."""
    return (model.model_id, model.display_name, *map(tail, model.aliases))


def _says_more(offer: Offer, model: Model) -> bool:
    """Whether the id has a word for a tuned version that the model's own names lack: gpt-3.5-turbo-instruct.

    People leave such words out, so ``NameIndex`` does not mind them. What is served of open weights is tuned.
    """
    more = set(slug(tail(offer.key)).split("-")) - {
        word for name in _names_of(model) for word in slug(name).split("-")
    }
    return bool(more & (_TUNED - _SERVED_TUNED if model.open_weights else _TUNED))


def _says_less(offer: Offer, model: Model) -> bool:
    """Whether a telling word of the model's name is missing: Nova Lite is not Nova 2 Lite."""
    said = "".join(slug(text).replace("-", "") for text in (*offer.names, tail(offer.key)))
    makers = slug(model.provider).split("-")
    told = [part for part in slug(_DATE.sub(" ", model.display_name)).split("-") if part not in makers]
    return any(part not in said for part in told if part not in _UNSAID and not is_stamp(part))


def _has_other_number(offer: Offer, model: Model) -> bool:
    """Whether a version or size of the id is in none of the model's names: Gemma 2 2B is not Gemma 1 2B."""

    def numbers(text: str) -> set[str]:
        return set(_NUMBER.findall(_DATE.sub(" ", _REVISION.sub("", text))))

    own = set().union(*map(numbers, _names_of(model)))
    own |= {part for number in own for part in number.split(".")} | {f"{number}.0" for number in own}
    return not numbers(tail(offer.key)) <= own


def _is_named(offer: Offer, index: NameIndex) -> bool:
    """Whether a model is literally called so: chatgpt-4o-latest."""
    wanted = tail(offer.key).casefold()
    answer = index.find(wanted)
    model = answer.model
    named = _names_of(model) if model else ()
    return wanted in {each.casefold() for each in named}


def _several(offers: Sequence[Offer], found: dict[str, Model]) -> Iterable[list[Offer]]:
    """Listings of one model whose figures differ."""
    of_model: dict[str, list[Offer]] = {}
    for offer in offers:
        if offer.key in found:
            of_model.setdefault(found[offer.key].model_id, []).append(offer)
    return [each for each in of_model.values() if len(each) > 1]


def _plainest(offers: Sequence[Offer], model: Model) -> Offer | None:
    """The one listing with the model's own id or alias; else any if all of them say the same."""
    names = {slug(each) for each in _names_of(model)}
    own = [offer for offer in offers if slug(tail(offer.key)) in names]
    if len(own) == 1:
        return own[0]
    figures = {(o.price_input, o.price_output, o.context) for o in own or offers}
    return min(own or offers, key=lambda o: (len(o.key), o.key)) if len(figures) == 1 else None


def slug(name: str) -> str:
    """As an id of our tables: dots are hyphens."""
    return _SLUG.sub("-", name.casefold()).strip("-")


def why_not_new(offer: Offer, index: NameIndex, since: date, today: date) -> str | None:
    """Why a listing that we do not have cannot become a model; None if it can.

    ``since`` is the day of our tables. A model needs a maker, a date, and a name that can be shown.
    """
    if offer.appeared is None:
        return "no such model is listed, and it has no date"
    if offer.appeared < max(since, date.min + NEW_WITHIN) - NEW_WITHIN:
        return "no such model is listed, and it is not new"
    if offer.appeared > today + timedelta(days=1):
        return "it is dated in the future"
    if unwanted(offer.name) or len(offer.name) > _LONGEST_NAME or len(slug(tail(offer.key))) > _LONGEST_ID:
        return "its name cannot be shown"
    if not slug(tail(offer.key)):
        return "its id has no letters"
    if plain_key(offer.key) != tail(offer.key).casefold():
        return "a way to serve a model, or no certain one"
    found = index.find(offer.key)
    if found.reason not in (Reason.NOT_LISTED, Reason.UNKNOWN) and not found.corrected:
        return "not sure which model it is"
    if other := _another_makers(offer, index):
        return f"it has the name of a model made by {other.provider}"
    return None


def _another_makers(offer: Offer, index: NameIndex) -> Model | None:
    """The listed model of another maker that the name begins with, where nothing in it is the maker's own.

    "Claude Opus 4.8 (official)" by somebody else; not Llama 3.3 Nemotron: NVIDIA has such models.
    """
    for name in (offer.name, tail(offer.key)):
        others = [m for m in index.within(name) if m.provider != offer.maker]
        for model in others[:1]:
            more = set(slug(name).split("-")) - set(slug(model.display_name).split("-"))
            begins = slug(name).split("-")[0] == slug(model.display_name).split("-")[0]
            if begins and not any(index.makes(offer.maker or "", word) for word in more):
                return model
    return None


class NewNames:
    """The names of models that a source brought just now: whether a further listing is of one of them."""

    def __init__(self) -> None:
        self._speller = Speller()
        self._known: set[frozenset[str]] = set()

    def add(self, model: Model) -> None:
        """Keep the names of a model that has come in."""
        for name in (model.display_name, model.model_id, *map(tail, model.aliases)):
            self._known.add(self._bag(name))

    def has(self, offer: Offer) -> bool:
        """Whether a listing surely is one of the models that have come in."""
        return any(self._bag(name) in self._known for name in offer.names)

    def _bag(self, name: str) -> frozenset[str]:
        parts = map(canonical, self._speller.parts(slug(name)))
        return frozenset(p for p in parts if p not in OPTIONAL and p not in WAYS and not is_stamp(p))
