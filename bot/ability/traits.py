"""What is known of a model before any test: release date, size, provider, family, words of its name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.ability.scores import Floats
from bot.catalog.entities import Model
from bot.catalog.names.lines import Line, line_of

# Most providers, families and words with a column each; the rarer ones have too few models to tell anything.
_MOST = 60
_MOST_IN_A_CATEGORY = 40
_FEWEST_MODELS = 2
# The middle of the dates, and bumps along them through which progress may speed up and slow down, in years.
_MIDDLE = 2025.3
_BUMPS = np.arange(-3.0, 3.01, 0.4)
_BUMP_WIDTH = 0.4
# The middle of the sizes: log10 of 30 billion parameters.
_MIDDLE_SIZE = 1.5


@dataclass(frozen=True, slots=True)
class Traits:
    """Columns (models x columns) and for each column the number of its group.

    The columns of one group share a variance: they are pooled towards nothing together. ``general`` traits
    move all tests, ``by_category`` traits have a weight in each category, ``by_benchmark`` ones on each test.
    """

    general: Floats
    general_group: tuple[int, ...]
    by_category: Floats
    category_group: tuple[int, ...]
    by_benchmark: Floats
    benchmark_group: tuple[int, ...]
    groups: tuple[str, ...]


def traits_of(models: Sequence[Model], scored: Sequence[bool]) -> Traits:
    """The traits of the models, in their order; only those with scores (``scored``) decide on the columns."""
    lines = [line_of(m) for m in models]
    years = np.array([year(m.release_date) for m in models], dtype=np.float64)
    dated = np.isfinite(years)
    date = np.where(dated, years, _MIDDLE) - _MIDDLE
    bumps = np.exp(-0.5 * ((date[:, None] - _BUMPS) / _BUMP_WIDTH) ** 2) * dated[:, None]
    sizes = np.array([_size(m, line) for m, line in zip(models, lines, strict=True)], dtype=np.float64)
    sized = np.isfinite(sizes)
    size = np.where(sized, sizes - _MIDDLE_SIZE, 0.0)
    providers = _columns([[line.provider] for line in lines], scored, _MOST)
    families = _columns([[f"{line.provider}/{_letters(line.family)}"] for line in lines], scored, _MOST)
    words = [sorted(line.words | line.early) for line in lines]
    by_date = np.column_stack([date, ~dated])
    by_size = np.column_stack([size, sized, size**2])
    general = {
        "date": by_date,
        "pace": bumps,
        "size": by_size,
        "size over time": (size * date)[:, None],
        "provider": providers,
        "provider over time": providers * date[:, None],
        "family": families,
        "words": _columns(words, scored, _MOST),
    }
    by_category = {
        "date by category": by_date,
        "pace by category": bumps,
        "size by category": by_size,
        "provider by category": _columns([[line.provider] for line in lines], scored, _MOST_IN_A_CATEGORY),
    }
    by_benchmark = {"date by benchmark": date[:, None]}
    groups = (*general, *by_category, *by_benchmark)

    def columns(traits: dict[str, Floats]) -> tuple[Floats, tuple[int, ...]]:
        group = tuple(groups.index(name) for name, each in traits.items() for _ in range(each.shape[1]))
        return np.column_stack(list(traits.values())).astype(np.float64), group

    return Traits(*columns(general), *columns(by_category), *columns(by_benchmark), groups)


def year(date: str | None) -> float:
    """2026.5 for the middle of 2026; NaN without a date. A month or year alone counts as its middle."""
    if not date:
        return float("nan")
    numbers = [int(part) for part in date.split("-")]
    if len(numbers) == 1:
        return numbers[0] + 0.5
    day = numbers[2] - 1 if len(numbers) == 3 else 15
    return numbers[0] + (numbers[1] - 1) / 12 + day / 365


def _size(model: Model, line: Line) -> float:
    """log10 of billions of parameters, as stated or as the name says; NaN where neither does."""
    size = model.parameters_b or line.size
    return float(np.log10(float(size))) if size and size > 0 else float("nan")


def _letters(family: str) -> str:
    """``o`` of ``o3``, ``gpt`` of ``gpt``."""
    return family.rstrip("0123456789.") or family


def _columns(labels: Sequence[Sequence[str]], scored: Sequence[bool], most: int) -> Floats:
    """A column of 0 and 1 for each label of two or more scored models, the commonest ``most`` of them."""
    counts = Counter(
        label for each, counts in zip(labels, scored, strict=True) if counts for label in set(each)
    )
    common = sorted((-n, label) for label, n in counts.items() if n >= _FEWEST_MODELS)[:most]
    columns = np.zeros((len(labels), len(common)))
    place = {label: n for n, (_, label) in enumerate(sorted(common, key=lambda each: each[1]))}
    for row, each in enumerate(labels):
        for label in each:
            if label in place:
                columns[row, place[label]] = 1.0
    return columns
