"""The tables of a folder and what the live sources say, as one: a pure function, the same at every run.

The rule for a figure: of the sources the most trusted one that states it speaks (in the order of
``SOURCES``), and it fills what the folder leaves open. A price of a better kind always counts: a maker's page
before a collection of makers' prices before a host. Within a kind it replaces the folder's where it is known
to be newer, as does a context window. Everything else of the folder stays. A price that is not in use is kept
beside it as a quote. A score is added only where the folder has none of the model on a test that is surely
the same. Places on boards count in nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from bot.catalog.entities import Benchmark, Model, Quote, Score, Value
from bot.catalog.names.index import NameIndex, Reason
from bot.catalog.tables import ADDED_FROM, Tables
from bot.sources.entrants import is_news, makers_by_word, no_model
from bot.sources.figures import Claim, best_price, quotes, stated_price, with_figures
from bot.sources.kept import Kept
from bot.sources.matching import Matched, NewNames, Unmatched, match, slug, why_not_new
from bot.sources.offers import Measured, Offer, tail


class Disagreement(Value):
    """Sources that state different prices for one model: source, input and output."""

    model_id: str
    prices: tuple[tuple[str, Decimal, Decimal], ...]


class Held(Value):
    """A listing whose figures are in doubt, since when and why."""

    source: str
    key: str
    model_id: str
    name: str
    why: str
    since: datetime


@dataclass(frozen=True)
class Merged:
    """One set of tables, what could not be used for them, and by source the model id of each listing."""

    tables: Tables
    unmatched: tuple[Unmatched, ...]
    disagreements: tuple[Disagreement, ...]
    held: tuple[Held, ...] = ()
    models: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def merge(
    base: Tables,
    added: Sequence[Model],
    told: Mapping[str, Sequence[Kept]],
    today: date,
    titles: Mapping[str, str],
    stale: Collection[str] = (),
) -> Merged:
    """The tables of the folder with what each source says, the most trusted source first.

    ``titles`` are the names of the sources for people, ``stale`` those that stand still. ``added`` are the
    models that sources brought earlier: they keep id, number, name and date as long as a source lists them
    and the folder does not.
    """
    models, index, seeds = _with_seeds(base, added)
    since = day_of(base)
    claims: dict[str, list[Claim]] = {}
    found: dict[str, dict[str, str]] = {}
    unmatched: list[Unmatched] = []
    for source in sorted(told, key=lambda name: name in stale):
        kept = told[source]
        matched = match(source, [each.offer for each in kept], index)
        renamed = _renamed(kept, matched, seeds)
        unmatched += [each for each in matched.unmatched if each.key not in renamed]
        new, refused = _new_models(source, kept, matched, renamed, index, models, since, today)
        unmatched += refused
        models |= {m.model_id: m for m in (*renamed.values(), *new.values())}
        of_key = matched.models | renamed | new
        found[source] = {key: model.model_id for key, model in of_key.items()}
        for each in sorted(kept, key=lambda each: each.missing is not None):
            if each.offer.key in of_key:
                claim = source, each, each.offer
                claims.setdefault(of_key[each.offer.key].model_id, []).append(claim)
        if new or renamed:
            index = NameIndex(models.values())
    listed = {m.model_id for m in base.models}
    believed = {id_: _believed(each) for id_, each in claims.items()}
    there: dict[str, Model] = {}
    quoted: dict[str, tuple[Quote, ...]] = {}
    for id_, model in models.items():
        if id_ not in listed and id_ not in claims:
            continue
        said = believed.get(id_, [])
        stated = [p for name, kept, offer in said if (p := stated_price(name, kept, offer, name in stale))]
        price = best_price(model.price, stated)
        there[id_] = with_figures(model, said, price, since) if said else model
        if others := quotes(price, stated, titles):
            quoted[id_] = tuple(others)
    scores, strange = _scores(base, claims)
    tables = Tables(
        models=tuple(there.values()),
        benchmarks=base.benchmarks,
        scores=(*base.scores, *scores),
        unnumbered=frozenset(models.keys() - listed - {m.model_id for m in seeds}),
        places={
            id_: tuple(
                {place.board: place for place in sorted(places, key=lambda place: place.board)}.values()
            )
            for id_, each in claims.items()
            if (places := [place for _, _, offer in each for place in offer.places])
        },
        quotes=quoted,
    )
    return Merged(
        tables, (*unmatched, *strange), tuple(_disagreements(claims)), tuple(_held(there, believed)), found
    )


def _with_seeds(base: Tables, added: Sequence[Model]) -> tuple[dict[str, Model], NameIndex, list[Model]]:
    index = NameIndex(base.models)
    seeds = [_bare(m) for m in added if _is_missing(m, index)]
    models = {m.model_id: m for m in [*base.models, *seeds]}
    return models, NameIndex(models.values()) if seeds else index, seeds


def _renamed(kept: Sequence[Kept], matched: Matched, seeds: Sequence[Model]) -> dict[str, Model]:
    """Models that a source brought, by the new key of their listing there: the old one is gone, and one of
    the same name and maker is there that is no model of ours."""
    listed = {each.offer.key for each in kept if each.missing is None}
    found: dict[str, Model] = {}
    for seed in seeds:
        if listed.isdisjoint(seed.aliases):
            for offer in (each.offer for each in kept if each.offer.key not in matched.models):
                same = slug(offer.name) == slug(seed.display_name) and offer.maker == seed.provider
                if same and offer.key not in found:
                    found[offer.key] = seed.model_copy(update={"aliases": (*seed.aliases, offer.key)})
                    break
    return found


def _believed(claims: Sequence[Claim]) -> list[Claim]:
    """What of it counts: a figure in doubt does where another source states the same."""
    found = []
    for source, kept, offer in claims:
        others = [each for name, _, each in claims if name != source]
        agreed = any(_figures(each) == _figures(offer) for each in others)
        found.append((source, kept, offer if agreed else kept.believed))
    return found


def _figures(offer: Offer) -> tuple[object, ...]:
    return offer.price_input, offer.price_output


def _held(there: Mapping[str, Model], believed: Mapping[str, Sequence[Claim]]) -> Iterable[Held]:
    for id_, claims in sorted(believed.items()):
        for source, kept, offer in claims:
            if kept.doubt and offer is not kept.offer:
                yield Held(
                    source=source,
                    key=offer.key,
                    model_id=id_,
                    name=there[id_].display_name,
                    why=kept.doubt.why,
                    since=kept.doubt.since,
                )


def day_of(tables: Tables) -> date:
    """The newest day that the tables speak of: their figures without a date are of that day."""
    days = [score.as_of for score in tables.scores] + [m.price.as_of for m in tables.models if m.price]
    return max(days, default=date.min)


def _bare(model: Model) -> Model:
    same = ("number", "model_id", "display_name", "provider", "aliases", "release_date", "quiet")
    return Model(**{name: getattr(model, name) for name in same})


def _is_missing(model: Model, index: NameIndex) -> bool:
    names = (model.model_id, model.display_name, *model.aliases)
    return all(index.find(name).reason not in (Reason.EXACT, Reason.CERTAIN) for name in names)


def _new_models(
    source: str,
    kept: Sequence[Kept],
    matched: Matched,
    renamed: Mapping[str, Model],
    index: NameIndex,
    models: Mapping[str, Model],
    since: date,
    today: date,
) -> tuple[dict[str, Model], list[Unmatched]]:
    """Models by the key of their listing, the plainest listing of each; the others are not matched."""
    new: dict[str, Model] = {}
    refused = []
    silent = {each.offer.key for each in kept if each.first}
    owners = makers_by_word(models.values())
    names = NewNames()
    free = max([ADDED_FROM - 1, *(m.number for m in models.values())]) + 1
    for offer in sorted(matched.new, key=lambda o: (len(o.key), o.key)):
        if offer.key in renamed:
            continue
        reason = no_model(offer, owners) or why_not_new(offer, index, since, today)
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
            quiet=offer.key in silent or not is_news(offer, today),
        )
        names.add(new[offer.key])
    return new, refused


def _scores(base: Tables, claims: Mapping[str, Sequence[Claim]]) -> tuple[list[Score], list[Unmatched]]:
    """Scores of models that the folder has none of on that test, and the tests that are none of ours."""
    told: dict[tuple[str, str], list[tuple[str, Offer, Measured]]] = {}
    for id_, each in claims.items():
        for source, _, offer in each:
            for measured in offer.scores:
                told.setdefault((source, measured.test), []).append((id_, offer, measured))
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


def _disagreements(claims: Mapping[str, Sequence[Claim]]) -> Iterable[Disagreement]:
    for model_id, told in sorted(claims.items()):
        prices = tuple(
            (source, offer.price_input, offer.price_output)
            for source, _, offer in told
            if offer.price_input is not None and offer.price_output is not None
        )
        if len({stated for _, *figures in prices for stated in [tuple(figures)]}) > 1:
            yield Disagreement(model_id=model_id, prices=prices)
