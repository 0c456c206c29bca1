"""Published-style averages, eligibility and confidence: the numbers that people know from leaderboards."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from bot.catalog.catalog import Catalog
from bot.catalog.entities import CATEGORY_WEIGHTS, Category, Lane, Number, Score

# A score is comparable only within one method; every change of a rule below raises this number.
METHOD = 1

# How far an average over k categories is believed; the rest is the median of the ranked models.
TRUST = tuple(Decimal(s) for s in ("0", ".55", ".65", ".72", ".80", ".86", ".91", ".96", "1"))

# Benchmarks needed to be ranked, and in how many categories.
NEEDED: Mapping[Lane, tuple[int, int]] = {Lane.PROVISIONAL: (8, 2), Lane.VERIFIED: (5, 2)}

# (categories, benchmarks) from which a model gets 4, 3 and 2 dots.
DOTS = ((4, 7, 20), (3, 5, 12), (2, 3, 8))

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Average:
    """The published-style average of one model in one category and the benchmarks behind it.

    ``weighted`` is False for the plain mean of a model that has none of the category's weighted benchmarks.
    """

    value: Number
    benchmarks: tuple[str, ...]
    weighted: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one model stands in one lane.

    ``overall`` (0 to 100, the published-style score) is None for a model with too few scores to be ranked.
    ``rank`` is by ability among those that have one (1 is best; models whose order is not known share a
    rank), from ``best`` to ``worst`` is its 90 % interval. ``dots`` says from 1 to 4 how broad the evidence
    is, and is 0 without any.
    """

    overall: Number | None
    rank: int | None
    best: int | None
    worst: int | None
    benchmarks: int
    categories: int
    benchmarks_needed: int
    categories_needed: int
    dots: int

    @property
    def ranked(self) -> bool:
        """Whether the model has a place in the published order."""
        return self.rank is not None


def rounded(value: Decimal, step: Decimal = TENTH) -> Decimal:
    """Half up to the step, as the published averages are."""
    return value.quantize(step, rounding=ROUND_HALF_UP)


def category_average(
    catalog: Catalog, scores: Mapping[str, tuple[Score, ...]], category: Category
) -> Average | None:
    """The weighted mean of the raw scores over the weighted benchmarks that are there, half up to 0.1.

    ``scores`` is what ``Catalog.scores`` gives for a model and lane. The weights are renormalised over the
    benchmarks present (as published leaderboards do). A model with none of the weighted benchmarks gets the
    plain mean of its percentages in the category, None without any.
    """
    present = [b for b in catalog.by_category[category] if b.benchmark_id in scores and b.is_percent]
    weighted = [b for b in present if b.weight is not None]
    used = weighted or present
    if not used:
        return None
    total = sum((b.weight or 1 for b in used), Decimal(0))
    points = sum(
        ((b.weight or 1) * as_points(scores[b.benchmark_id][0].value, b.higher_is_better) for b in used),
        Decimal(0),
    )
    return Average(
        value=rounded(points / total),
        benchmarks=tuple(b.benchmark_id for b in used),
        weighted=bool(weighted),
    )


def as_points(percent: Decimal, higher_is_better: bool) -> Decimal:
    """A percentage as points of which more is better: 100 minus the score where lower is better."""
    return percent if higher_is_better else 100 - percent


def standings(catalog: Catalog, lane: Lane) -> dict[str, Standing]:
    """Model id to standing in the lane, for every model of the catalog.

    overall = p + s(k) * (w - p): w is the mean of the category averages with the category weights,
    renormalised over the k categories present; p is the median of w over the ranked models; s is TRUST.
    Plain means stand in only for a model whose weighted averages lie in fewer categories than it needs,
    and earn no trust: k counts weighted averages, and is at least 1.
    """
    benchmarks_needed, categories_needed = NEEDED[lane]
    counts: dict[str, tuple[int, int]] = {}
    means: dict[str, tuple[Decimal, int]] = {}
    for model_id in catalog.models:
        scores = catalog.scores(model_id, lane)
        categories = {catalog.benchmarks[b].category for b in scores}
        counts[model_id] = (len(scores), len(categories))
        if len(scores) < benchmarks_needed or len(categories) < categories_needed:
            continue
        averages = {c: a for c in categories if (a := category_average(catalog, scores, c))}
        present = {c: a.value for c, a in averages.items() if a.weighted}
        if len(present) < categories_needed:
            present = {c: a.value for c, a in averages.items()}
        if present:
            weight = sum((CATEGORY_WEIGHTS[c] for c in present), Decimal(0))
            mean = sum((CATEGORY_WEIGHTS[c] * v for c, v in present.items()), Decimal(0)) / weight
            means[model_id] = (mean, max(1, sum(a.weighted for a in averages.values())))
    middle = median([w for w, _ in means.values()]) if means else Decimal(0)
    overall = {m: rounded(middle + TRUST[k] * (w - middle)) for m, (w, k) in means.items()}
    known = catalog.abilities(lane)
    places = {p.model_id: p for p in known.ranks(m for m in overall if m in known)} if known else {}
    return {
        model_id: Standing(
            overall=overall.get(model_id),
            rank=place.rank if (place := places.get(model_id)) else None,
            best=place.best if place else None,
            worst=place.worst if place else None,
            benchmarks=benchmarks,
            categories=categories_present,
            benchmarks_needed=benchmarks_needed,
            categories_needed=categories_needed,
            dots=confidence(categories_present, benchmarks),
        )
        for model_id, (benchmarks, categories_present) in counts.items()
    }


def confidence(categories: int, benchmarks: int) -> int:
    """Dots from 0 (no score) to 4 for how broad the evidence is."""
    for dots, enough_categories, enough_benchmarks in DOTS:
        if categories >= enough_categories and benchmarks >= enough_benchmarks:
            return dots
    return 1 if benchmarks else 0
