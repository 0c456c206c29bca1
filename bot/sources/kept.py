"""What a source gave, as it is remembered: with the days of its figures, and which of them are in doubt."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.catalog.entities import Band, Model, Number, Place, Price, PriceKind, Value
from bot.sources.offers import Measured, Offer

LARGEST_CHANGE = Decimal(10)
"""A price that becomes so many times as much, or as little, is held until it is confirmed."""

LARGEST_CUT = 100
"""The same for a context window: thousands that were written as ones."""

LEAST_PRICE = Decimal("0.001")
"""USD per million tokens: a first price below it is one per token, or per thousand."""

SETTLED = timedelta(days=1)
"""Two readings so far apart confirm a figure in doubt, and that a listing is gone."""


class Believed(Value):
    """The figures that count while those of an offer are in doubt."""

    price_input: Number | None = None
    price_output: Number | None = None
    cached: Number | None = None
    bands: tuple[Band, ...] = ()
    context: int | None = None


class Doubt(Value):
    """Figures that were first read at ``since`` and are not believed yet, why, and those before."""

    since: datetime
    why: str
    before: Believed


class Kept(Value):
    """An offer with the days from which the source states its price and its context window.

    ``price_changed`` and ``context_changed`` say that it stated another one until that day; otherwise the day
    is only that on which it was first read. ``missing`` is since when the listing is not there any more,
    ``first`` that it came with the first reading of the source.
    """

    offer: Offer
    price_day: date
    context_day: date
    price_changed: bool = False
    context_changed: bool = False
    doubt: Doubt | None = None
    missing: datetime | None = None
    first: bool = False

    @property
    def holds_from(self) -> date | None:
        """The day from which the price holds, None where that is not known."""
        return self.offer.since or (self.price_day if self.price_changed else None)

    @property
    def believed(self) -> Offer:
        """The offer with figures that are not in doubt."""
        if self.doubt is None:
            return self.offer
        return self.offer.model_copy(update=dict(self.doubt.before))


def keep(
    offers: Iterable[Offer],
    before: Sequence[Kept],
    now: datetime,
    known: Mapping[str, Model] | None = None,
    accept: bool = False,
) -> tuple[Kept, ...]:
    """Offers that were read now, dated: a figure that stays the same keeps its day.

    What was there before and is not now stays until it has been missing for a day. ``known`` are our models
    by the key of the listing, with whose figures those of the offers are compared. ``accept`` doubts nothing.
    """
    had = {each.offer.key: each for each in before}
    models = known or {}
    kept = []
    for offer in offers:
        was = had.pop(offer.key, None)
        each = _dated(offer, was, now.date()) if was else _first(offer, now.date(), not before)
        doubt = None if accept else _doubt(offer, was, models.get(offer.key), now)
        kept.append(each.model_copy(update={"doubt": doubt}))
    for gone in had.values():
        since = gone.missing or now
        if now - since < SETTLED:
            kept.append(gone.model_copy(update={"missing": since}))
    return tuple(kept)


def _first(offer: Offer, today: date, first: bool) -> Kept:
    return Kept(offer=offer, price_day=today, context_day=today, first=first)


def _dated(offer: Offer, was: Kept, today: date) -> Kept:
    same_price, same_context = _prices(offer) == _prices(was.offer), offer.context == was.offer.context
    places = tuple(_since(place, was.offer.places) for place in offer.places)
    scores = tuple(_measured(score, was.offer.scores) for score in offer.scores)
    return Kept(
        offer=offer.model_copy(update={"places": places, "scores": scores}),
        price_day=was.price_day if same_price else today,
        context_day=was.context_day if same_context else today,
        price_changed=was.price_changed if same_price else was.offer.priced,
        context_changed=was.context_changed if same_context else was.offer.context is not None,
        first=was.first,
    )


def _doubt(offer: Offer, was: Kept | None, model: Model | None, now: datetime) -> Doubt | None:
    """Whether its figures are implausible after its own history, or beside the model as it is known."""
    held = was.believed if was else None
    if held and (_prices(offer), offer.context) == (_prices(held), held.context):
        return None
    why = _strange(offer, held, model)
    if why is None:
        return None
    if was and was.doubt and (_prices(offer), offer.context) == (_prices(was.offer), was.offer.context):
        return was.doubt if now - was.doubt.since < SETTLED else None
    figures = {name: getattr(held, name) for name in Believed.model_fields} if held else {}
    return Doubt(since=now, why=why, before=Believed(**figures))


def _strange(offer: Offer, held: Offer | None, model: Model | None) -> str | None:
    ours = model.price if model and offer.kind is not PriceKind.HOST else None
    for then in (_prices(held) if held else None, _prices(ours)):
        for what, figure, earlier in zip(
            ("input", "output"), _prices(offer), then or (None, None), strict=True
        ):
            if figure and earlier and max(figure / earlier, earlier / figure) >= LARGEST_CHANGE:
                return f"its {what} price went from {earlier:f} to {figure:f} dollars"
    if offer.priced and max(filter(None, _prices(offer))) < LEAST_PRICE and not (held and held.priced):
        return "its price looks like one per token"
    windows = (held.context if held else None, model.context_window_tokens if model and offer.own else None)
    for window in filter(None, windows):
        if offer.context and max(offer.context / window, window / offer.context) >= LARGEST_CUT:
            return f"its context window went from {window:,} to {offer.context:,} tokens"
    return None


def _prices(stated: Offer | Price | None) -> tuple[Decimal | None, Decimal | None]:
    if stated is None:
        return None, None
    if isinstance(stated, Price):
        return stated.input, stated.output
    return stated.price_input, stated.price_output


def _since(place: Place, before: Iterable[Place]) -> Place:
    return next((b for b in before if b.model_copy(update={"as_of": place.as_of}) == place), place)


def _measured(score: Measured, before: Iterable[Measured]) -> Measured:
    return next((b for b in before if (b.test, b.value) == (score.test, score.value)), score)
