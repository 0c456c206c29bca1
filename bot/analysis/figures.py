"""Figures as people read them: rounded once, here, half up."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlsplit

from bot.analysis.averages import TENTH, rounded
from bot.analysis.limits import Modality
from bot.catalog.abilities import Ability
from bot.catalog.entities import Category, Lane, Model, Place

MISSING = "–"
# Figures of which the text is kept: the same prices and scores come up in answer after answer.
MOST_KEPT = 4096
STALE_DAYS = 60
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=MOST_KEPT)
def points(value: Decimal) -> str:
    """A score or difference with at most one decimal: 72, 13.4, and never 0 for what is not 0."""
    for digits in (1, 2, 3):
        shown = rounded(value, Decimal(1).scaleb(-digits))
        if shown or not value:
            break
    return plain(shown)


@lru_cache(maxsize=MOST_KEPT)
def fixed(value: Decimal | None) -> str:
    """A score with exactly one decimal, for a column."""
    return MISSING if value is None else f"{rounded(value, TENTH):,f}"


def whole(points: float) -> int:
    """An ability as it is shown: without decimals, half up."""
    return int(points + 0.5)


def percent(probability: float) -> int:
    """P in whole percent, never rounded up to a limit that it does not reach, and never 100."""
    return min(99, int(100 * probability + 1e-9))


def chance(probability: float) -> str:
    """P in a sentence: 94 %, over 99 %."""
    return "over 99 %" if probability >= 0.995 else f"{percent(probability)} %"


def chance_in_short(probability: float) -> str:
    """P for a narrow column, no less true: 94%, >99%."""
    return ">99%" if probability >= 0.995 else f"{percent(probability)}%"


def about(ability: Ability, *, interval: bool = True) -> str:
    """An ability for a narrow column, with half of its 90 % interval: 84±2."""
    points = str(whole(ability.points))
    return f"{points}±{max(1, whole((ability.high - ability.low) / 2))}" if interval else points


def interval(ability: Ability) -> str:
    """An ability with its 90 % interval: 84 (82 to 86)."""
    return f"{whole(ability.points)} ({whole(ability.low)} to {whole(ability.high)})"


def plain(value: Decimal) -> str:
    """Without trailing zeros or exponent."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=MOST_KEPT)
def usd(value: Decimal | None) -> str:
    """Dollars: $5, $2.50, $0.075; the smallest prices keep two significant digits."""
    if value is None:
        return MISSING
    if value == 0:
        return "$0"
    step = Decimal("0.01") if value >= 1 else Decimal(1).scaleb(min(-2, value.adjusted() - 1))
    text = plain(rounded(value, step))
    return f"${text}0" if "." in text and len(text.split(".")[1]) == 1 else f"${text}"


@lru_cache(maxsize=MOST_KEPT)
def tokens(count: int | None) -> str:
    """A number of tokens: 8.2K, 256K, 1.05M."""
    if count is None:
        return MISSING
    value = Decimal(count)
    if value < 1000:
        return str(count)
    if value < 999_500:
        step = Decimal(1) if value >= 10_000 else TENTH
        return f"{plain(rounded(value / 1000, step))}K"
    return f"{plain(rounded(value / 1_000_000, Decimal('0.01')))}M"


def times(ratio: Decimal) -> str:
    """A ratio: 1.3 times, 6 times, 120 times."""
    return f"{plain(rounded(ratio, TENTH if ratio < 10 else Decimal(1)))} times"


def counted(number: int, noun: str) -> str:
    """1 test, 2 tests."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def day(value: date) -> str:
    """22 Aug 2026."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def released(value: str | None) -> str:
    """A release date of the precision that is known: 2025, Mar 2025, 4 Mar 2025."""
    if value is None:
        return MISSING
    parts = [int(p) for p in value.split("-")]
    if len(parts) == 3:
        return day(date(*parts))
    return str(parts[0]) if len(parts) == 1 else f"{MONTHS[parts[1] - 1]} {parts[0]}"


def category(value: Category) -> str:
    """A category inside a sentence."""
    return "instruction following" if value is Category.INSTRUCTION_FOLLOWING else value.value


def taken_in(value: Modality) -> str:
    """What a model can take in, inside a sentence."""
    plural = {Modality.IMAGE: "images", Modality.PDF: "PDF files"}
    return plural.get(value, value.value)


def lane(value: Lane) -> str:
    """What a lane takes in."""
    return "all scores" if value is Lane.PROVISIONAL else "only independently measured scores"


def rests(value: Lane) -> str:
    """What abilities of a lane rest on."""
    return "from all scores" if value is Lane.PROVISIONAL else "from independently measured scores"


def dated(what: str, as_of: date | None, today: date, until: date | None = None) -> str:
    """scores of 22 Aug 2026, over 60 days old; with ``until`` a span; empty without a date."""
    if as_of is None:
        return ""
    span = day(as_of) if until in (None, as_of) else f"{day(as_of)} to {day(until or as_of)}"
    old = ""
    if (today - as_of).days > STALE_DAYS:
        some = "the oldest " if (today - (until or as_of)).days <= STALE_DAYS else ""
        old = f", {some}over {STALE_DAYS} days old"
    return f"{what} of {span}{old}"


def placed(place: Place, model: Model, term: Callable[[str], str]) -> str:
    """rank 3 with 1,450 (1,443 to 1,457), listed as gpt-5.5-high, 20 Nov 2026; names go through ``term``."""

    def score(value: Decimal) -> str:
        return points(value) if abs(place.score) < 1000 else plain(rounded(value, Decimal(1)))

    said = f"rank {place.rank:,} with {score(place.score)}"
    if place.low is not None and place.high is not None:
        said += f" ({score(place.low)} to {score(place.high)})"
    if _letters(place.listed) not in {_letters(model.display_name), _letters(model.model_id)}:
        said += f", listed as {term(place.listed)}"
    return f"{said}, {day(place.as_of)}"


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def host(address: str) -> str:
    """The host of a web address; the word "source" where it has none that can be read."""
    try:
        return urlsplit(address).hostname or "source"
    except ValueError:
        return "source"
