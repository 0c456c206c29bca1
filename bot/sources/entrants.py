"""What a source lists and can be no model of ours, whatever it is called."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from bot.catalog.entities import Model
from bot.sources.offers import Offer, tail

# A new listing is news only if it came out so lately by a day that is stated.
NEWS_WITHIN = timedelta(days=60)

# Words of ids and names of what writes no text, or was made for something else.
_KINDS: Mapping[str, frozenset[str]] = {
    reason: frozenset(words.split(" "))
    for reason, words in (
        ("it draws or films", "image images imagine imagen dalle sora veo video banana lyria music seedream"),
        (
            "it is made for speech",
            "tts asr stt audio realtime speech transcribe transcription whisper voice voxtral live "
            "livetranslate stepaudio studiovoice dictation",
        ),
        ("it makes embeddings", "embed embedding embeddings rerank reranker retriever nemoretriever"),
        ("it moderates", "moderation guard safeguard safety shield"),
        ("it passes requests on", "router auto autorouter"),
    )
}
# Words for a faster, dearer or otherwise bound way to be served.
_SERVED = frozenset(
    "ultraspeed highspeed nitro prime priority flex contributor flashx global".split(" ")  # noqa: SIM905, a list of them is three lines
)
_REGION = re.compile(r"(?:^|/)(?:us|eu|jp|au|apac|global|in|ca)\.[a-z]|-(?:us|eu|jp|cn)$")
_WORD = re.compile(r"[a-z]+|[0-9]+")


def no_model(offer: Offer, owners: Mapping[str, str]) -> str | None:
    """Why a listing that is none of our models is no new one either; None if it may be one.

    ``owners`` are makers by the word that only their models begin with.
    """
    words = _words(offer.key) | _words(offer.name)
    for reason, marks in _KINDS.items():
        if words & marks:
            return reason
    if words & _SERVED or _REGION.search(offer.key):
        return "a way to serve a model, or no certain one"
    for word in words:
        if owners.get(word, offer.maker) != offer.maker:
            return f"its name is that of a model of {owners[word]}"
    return None


def makers_by_word(models: Iterable[Model]) -> dict[str, str]:
    """Makers by the first word of their models' names, where no other maker uses it."""
    found: dict[str, set[str]] = {}
    for model in models:
        for first in (_WORD.findall(name.casefold())[:1] for name in (model.display_name, model.model_id)):
            for word in first:
                found.setdefault(word, set()).add(model.provider)
    return {word: next(iter(makers)) for word, makers in found.items() if len(makers) == 1 and len(word) > 2}


def is_news(offer: Offer, today: date) -> bool:
    """Whether it is new by a day that its source states."""
    return offer.appeared is not None and today - offer.appeared <= NEWS_WITHIN


def _words(text: str) -> set[str]:
    return set(_WORD.findall(tail(text).casefold()))
