"""The tables of a folder and what the live sources say, as one: a pure function, the same at every run.

The rule for a figure: of the sources the most trusted one that states it speaks (models.dev, which relays
what makers publish, then genai-prices, then OpenRouter, then BenchLM). It fills what the folder leaves open.
It replaces a price or a context window if the folder's is older. Release dates, weights, modalities, output
limits and speeds of the folder stay; the sources only fill them in. A price that is equal keeps the folder's
source and date, one that is not in use is kept beside it as a quote. A score is added only where the folder
has none of the model on a test that is surely the same. Places on boards count in nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.catalog.entities import Benchmark, Model, Place, Price, Quote, Score, Value
from bot.catalog.names.index import NameIndex, Reason
from bot.catalog.tables import ADDED_FROM, Tables
from bot.sources.matching import Matched, NewNames, Unmatched, match, slug, why_not_new
from bot.sources.offers import Measured, Offer, tail


class Kept(Value):
    """An offer with the days from which the source states its price and its context window."""

    offer: Offer
    price_day: date
    context_day: date


class Disagreement(Value):
    """Sources that state different prices for one model: source, input and output."""

    model_id: str
    prices: tuple[tuple[str, Decimal, Decimal], ...]


@dataclass(frozen=True)
class Merged:
    """One set of tables, and what could not be used for them."""

    tables: Tables
    unmatched: tuple[Unmatched, ...]
    disagreements: tuple[Disagreement, ...]


def keep(offers: Iterable[Offer], before: Iterable[Kept], today: date) -> tuple[Kept, ...]:
    """Offers that were read now, dated: a figure that stays the same keeps its day."""
    known = {each.offer.key: each for each in before}
    kept = []
    for offer in offers:
        price_day, context_day = offer.since or today, today
        if was := known.get(offer.key):
            same = (offer.price_input, offer.price_output) == (was.offer.price_input, was.offer.price_output)
            price_day = was.price_day if same and not offer.since else price_day
            context_day = was.context_day if offer.context == was.offer.context else today
            offer = offer.model_copy(
                update={
                    "places": tuple(_since(place, was.offer.places) for place in offer.places),
                    "scores": tuple(_measured(score, was.offer.scores) for score in offer.scores),
                }
            )
        kept.append(Kept(offer=offer, price_day=price_day, context_day=context_day))
    return tuple(kept)


def _since(place: Place, before: Iterable[Place]) -> Place:
    return next((b for b in before if b.model_copy(update={"as_of": place.as_of}) == place), place)


def _measured(score: Measured, before: Iterable[Measured]) -> Measured:
    return next((b for b in before if (b.test, b.value) == (score.test, score.value)), score)


def merge(
    base: Tables,
    added: Sequence[Model],
    told: Mapping[str, Sequence[Kept]],
    today: date,
    titles: Mapping[str, str],
) -> Merged:
    """The tables of the folder with what each source says, the most trusted source first.

    ``titles`` are the names of the sources for people. ``added`` are the models that sources brought
    earlier: they keep id, number, name and date as long as a source lists them and the folder does not.
    """
    index = NameIndex(base.models)
    seeds = [_bare(m) for m in added if _is_missing(m, index)]
    models = {m.model_id: m for m in [*base.models, *seeds]}
    index = NameIndex(models.values()) if seeds else index
    since = day_of(base)
    claims: dict[str, list[tuple[str, Kept]]] = {}
    unmatched: list[Unmatched] = []
    for source, kept in told.items():
        matched = match(source, [each.offer for each in kept], index)
        unmatched += matched.unmatched
        new, refused = _new_models(source, matched, index, models, since, today)
        unmatched += refused
        of_key = {key: model.model_id for key, model in [*matched.models.items(), *new.items()]}
        for each in kept:
            if each.offer.key in of_key:
                claims.setdefault(of_key[each.offer.key], []).append((source, each))
        if new:
            models |= {m.model_id: m for m in new.values()}
            index = NameIndex(models.values())
    listed = {m.model_id for m in base.models}
    there = {
        id_: _with(model, [each for _, each in claims.get(id_, [])], since)
        for id_, model in models.items()
        if id_ in listed or id_ in claims
    }
    scores, strange = _scores(base, claims)
    tables = Tables(
        models=tuple(there.values()),
        benchmarks=base.benchmarks,
        scores=(*base.scores, *scores),
        unnumbered=frozenset(models.keys() - listed - {m.model_id for m in seeds}),
        places={
            id_: tuple(sorted(places, key=lambda place: place.board))
            for id_, each in claims.items()
            if (places := [place for _, kept in each for place in kept.offer.places])
        },
        quotes={
            id_: tuple(sorted(quotes, key=lambda quote: quote.source))
            for id_, each in claims.items()
            if (quotes := list(_quotes(there[id_].price, each, titles)))
        },
    )
    return Merged(tables, (*unmatched, *strange), tuple(_disagreements(claims)))


def day_of(tables: Tables) -> date:
    """The newest day that the tables speak of: their figures without a date are of that day."""
    days = [score.as_of for score in tables.scores] + [m.price.as_of for m in tables.models if m.price]
    return max(days, default=date.min)


def _bare(model: Model) -> Model:
    same = ("number", "model_id", "display_name", "provider", "aliases", "release_date")
    return Model(**{name: getattr(model, name) for name in same})


def _is_missing(model: Model, index: NameIndex) -> bool:
    names = (model.model_id, model.display_name, *model.aliases)
    return all(index.find(name).reason not in (Reason.EXACT, Reason.CERTAIN) for name in names)


def _new_models(
    source: str, matched: Matched, index: NameIndex, models: Mapping[str, Model], since: date, today: date
) -> tuple[dict[str, Model], list[Unmatched]]:
    """Models by the key of their listing, the plainest listing of each; the others are not matched."""
    new: dict[str, Model] = {}
    refused = []
    names = NewNames()
    free = max([ADDED_FROM - 1, *(m.number for m in models.values())]) + 1
    for offer in sorted(matched.new, key=lambda o: (len(o.key), o.key)):
        reason = why_not_new(offer, index, since, today)
        id_ = slug(tail(offer.key))
        if reason is None and (id_ in models or names.has(offer)):
            reason = "another listing is nearer to that model"
        if reason is not None:
            refused.append(Unmatched(source=source, key=offer.key, name=offer.name, reason=reason))
            continue
        new[offer.key] = Model(
            number=free + len(new),
            model_id=id_,
            display_name=offer.name,
            provider=offer.maker or "",
            aliases=(offer.key,),
            release_date=offer.appeared.isoformat() if offer.appeared else None,
        )
        names.add(new[offer.key])
    return new, refused


def _with(model: Model, told: Sequence[Kept], since: date) -> Model:
    """The model with what the sources say of it, the most trusted first; ``since``: the day of the folder."""
    changed: dict[str, object] = {}
    if priced := next((each for each in told if each.offer.priced), None):
        changed["price"] = _price(model.price, priced)
    if wide := next((each for each in told if each.offer.context is not None), None):
        held = model.context_window_tokens
        if held is None or (held != wide.offer.context and wide.context_day > since):
            changed["context_window_tokens"] = wide.offer.context
    for name, stated in (
        ("max_output_tokens", [each.offer.max_output for each in told]),
        ("open_weights", [each.offer.open_weights for each in told]),
        ("modalities", [each.offer.modalities for each in told]),
        ("speed_tps", [each.offer.speed_tps for each in told]),
        ("ttft_s", [each.offer.ttft_s for each in told]),
        ("release_date", [each.offer.released and each.offer.released.isoformat() for each in told]),
    ):
        if getattr(model, name) is None:
            changed[name] = next((each for each in stated if each is not None), None)
    return model.model_copy(update=changed) if changed else model


def _price(held: Price | None, kept: Kept) -> Price | None:
    offer = kept.offer
    if offer.price_input is None or offer.price_output is None:
        return held
    if held and (held.input, held.output) == (offer.price_input, offer.price_output):
        return held
    if held and held.as_of >= kept.price_day:
        return held
    return Price(
        input=offer.price_input, output=offer.price_output, source_url=offer.source_url, as_of=kept.price_day
    )


def _quotes(
    price: Price | None, told: Sequence[tuple[str, Kept]], titles: Mapping[str, str]
) -> Iterable[Quote]:
    """The prices that sources state and that are not the one in use."""
    for source, kept in told:
        stated = _price(None, kept)
        if stated and price and (stated.input, stated.output) != (price.input, price.output):
            yield Quote(source=titles[source], price=stated)


def _scores(
    base: Tables, claims: Mapping[str, Sequence[tuple[str, Kept]]]
) -> tuple[list[Score], list[Unmatched]]:
    """Scores of models that the folder has none of on that test, and the tests that are none of ours."""
    told: dict[tuple[str, str], list[tuple[str, Offer, Measured]]] = {}
    for id_, each in claims.items():
        for source, kept in each:
            for measured in kept.offer.scores:
                told.setdefault((source, measured.test), []).append((id_, kept.offer, measured))
    ours = {slug(benchmark.display_name): benchmark for benchmark in base.benchmarks}
    meant = {key: _meant(found[0][2].names, ours) for key, found in told.items()}
    several = Counter((source, test.benchmark_id) for (source, _), test in meant.items() if test)
    held = {(score.model_id, score.benchmark_id) for score in base.scores}
    scores: dict[tuple[str, str], Score] = {}
    strange = []
    for (source, name), found in told.items():
        values = [measured.value for _, _, measured in found]
        test = meant[source, name]
        if test is None:
            reason = "no test of ours is surely that one"
        elif several[source, test.benchmark_id] > 1:
            reason = "several tests there have the name of one of ours"
        elif not (test.is_percent and min(values) >= 0 and 1 < max(values) <= 100):
            reason = "its scores are no percentages"
        else:
            for id_, offer, measured in found:
                if (id_, test.benchmark_id) not in held:
                    scores.setdefault((id_, test.benchmark_id), _score(id_, test, offer, measured))
            continue
        called = found[0][2].names[0] if found[0][2].names else name
        strange.append(Unmatched(source=source, key=f"test {name}", name=called, reason=reason))
    return list(scores.values()), strange


def _score(model_id: str, test: Benchmark, offer: Offer, measured: Measured) -> Score:
    return Score(
        model_id=model_id,
        benchmark_id=test.benchmark_id,
        value=measured.value,
        source_url=offer.source_url,
        self_reported=None,
        as_of=measured.day,
    )


def _meant(names: Sequence[str], tests: Mapping[str, Benchmark]) -> Benchmark | None:
    """The test with that whole name: an id alone does not say which version it is, or with what tools."""
    found = {b.benchmark_id: b for name in names if (b := tests.get(slug(name)))}
    return next(iter(found.values())) if len(found) == 1 else None


def _disagreements(claims: Mapping[str, Sequence[tuple[str, Kept]]]) -> Iterable[Disagreement]:
    for model_id, told in sorted(claims.items()):
        prices = tuple(
            (source, each.offer.price_input, each.offer.price_output)
            for source, each in told
            if each.offer.price_input is not None and each.offer.price_output is not None
        )
        if len({stated for _, *figures in prices for stated in [tuple(figures)]}) > 1:
            yield Disagreement(model_id=model_id, prices=prices)
