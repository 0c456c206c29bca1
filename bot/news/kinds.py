"""The kinds of change that are news, as typed values, and how much each matters."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from bot.analysis.prices import blended
from bot.catalog.entities import Category, Lane, Number, Price, Value

Fact = tuple[object, ...]
"""What a change states, without what only explains it: equal for one fact from two sources."""


class Named(Value):
    """A model as it is called now, or was when last listed. ``was`` is its earlier id, the same one unless it
    was renamed; ``rank`` its place on the overall board of all scores."""

    number: int
    model_id: str
    display_name: str
    provider: str
    was: str
    rank: int | None

    @property
    def identity(self) -> tuple[str, ...]:
        """The same in whichever order the two snapshots are compared."""
        return tuple(sorted({self.was, self.model_id}))


class Board(Value):
    """One leaderboard: overall where ``category`` is None."""

    lane: Lane
    category: Category | None


class Spot(Value):
    """A rank on a board with its 90 % interval."""

    rank: int
    best: int
    worst: int


class Beside(Value):
    """The strongest model of another provider from which a model is too close to call, of those with a price.
    ``times`` is how many times the model's blended price it costs."""

    number: int
    display_name: str
    times: Number


class NewModel(Value):
    """A model that was not listed before, and where it enters.

    Overall, by all scores: ``past`` is the strongest model that is surely weaker, ``ahead_of`` are the
    watched models that are.
    """

    kind: Literal["new model"] = "new model"
    model: Named
    spots: tuple[tuple[Board, Spot], ...]
    price: Price | None
    context_window_tokens: int | None
    beside: Beside | None
    past: Named | None
    ahead_of: tuple[Named, ...]

    @property
    def fact(self) -> Fact:
        return "listed", self.model.identity, False, True

    @property
    def undone(self) -> Fact:
        """The fact that takes this one back."""
        return "listed", self.model.identity, True, False


class ModelRemoved(Value):
    """A model that is no longer listed, and where it stood."""

    kind: Literal["model removed"] = "model removed"
    model: Named
    spots: tuple[tuple[Board, Spot], ...]

    @property
    def fact(self) -> Fact:
        return "listed", self.model.identity, True, False

    @property
    def undone(self) -> Fact:
        return "listed", self.model.identity, False, True


class PriceChange(Value):
    """Another list price; first seen where there was none, withdrawn where there is none now."""

    kind: Literal["price"] = "price"
    model: Named
    before: Price | None
    after: Price | None
    beside: Beside | None

    @property
    def fact(self) -> Fact:
        return "price", self.model.identity, figures_of(self.before), figures_of(self.after)

    @property
    def undone(self) -> Fact:
        return "price", self.model.identity, figures_of(self.after), figures_of(self.before)

    @property
    def input_percent(self) -> Decimal | None:
        """Change of the price for input in percent, exact; None without two prices or from 0."""
        if self.before is None or self.after is None:
            return None
        return _percent(self.before.input, self.after.input)

    @property
    def output_percent(self) -> Decimal | None:
        """By how many percent the price of output changed; None from nothing."""
        if self.before is None or self.after is None:
            return None
        return _percent(self.before.output, self.after.output)

    @property
    def blended_percent(self) -> Decimal | None:
        """The same for 3 parts input to 1 part output."""
        return _percent(blended(self.before), blended(self.after))


class ContextChange(Value):
    """Another context window, in tokens; both are known."""

    kind: Literal["context"] = "context"
    model: Named
    before: int
    after: int

    @property
    def fact(self) -> Fact:
        return "context", self.model.identity, self.before, self.after

    @property
    def undone(self) -> Fact:
        return "context", self.model.identity, self.after, self.before


class Retirement(Value):
    """A model that its maker no longer wants used (deprecated), or no longer offers.

    ``until`` is the last day where that is stated, ``successor`` the newest model of its line if there is
    one.
    """

    kind: Literal["retirement"] = "retirement"
    model: Named
    before: Literal["active", "deprecated", "removed"]
    after: Literal["active", "deprecated", "removed"]
    until: date | None
    successor: Named | None

    @property
    def fact(self) -> Fact:
        return "retirement", self.model.identity, self.before, self.after

    @property
    def undone(self) -> Fact:
        return "retirement", self.model.identity, self.after, self.before


class NewScores(Value):
    """Many scores from sources that were not there before: shifts that follow from them say nothing of the
    models. ``scores`` counts them, ``sources`` are the hosts that state them."""

    kind: Literal["scores"] = "scores"
    scores: int
    sources: tuple[str, ...]

    @property
    def fact(self) -> Fact:
        return "scores", self.sources

    @property
    def undone(self) -> Fact:
        return "no scores", self.sources


class RankShift(Value):
    """A model whose place on a board surely changed; None where it is not on the board.

    ``entered`` is how many more models than before stand above it that came from outside the board (those
    that left it are taken off). ``alongside`` counts the others that share its rank now. ``past`` is the best
    of the models that it surely overtook, or that surely overtook it.
    """

    kind: Literal["rank"] = "rank"
    model: Named
    board: Board
    before: Spot | None
    after: Spot | None
    entered: int
    alongside: int
    past: Named | None

    @property
    def fact(self) -> Fact:
        return "rank", self.model.identity, self.board, _exact(self.before), _exact(self.after)

    @property
    def undone(self) -> Fact:
        return "rank", self.model.identity, self.board, _exact(self.after), _exact(self.before)

    @property
    def up(self) -> bool:
        """Whether the model rose."""
        return self.before is None or (self.after is not None and self.after.rank < self.before.rank)

    def crosses(self, top: int) -> bool:
        """Whether it came into the first ``top`` ranks or left them.

        A model that comes onto the board or leaves it crosses only with its whole interval: with few scores
        the rank itself flatters.
        """
        inside = [spot is not None and spot.rank <= top for spot in (self.before, self.after)]
        known = [spot for spot in (self.before, self.after) if spot]
        return inside[0] != inside[1] and (len(known) == 2 or known[0].worst <= top)

    @property
    def moved(self) -> int:
        """Places moved by itself, up positive: less those that it owes to models from outside the board."""
        if self.before is None or self.after is None:
            return 0
        shown = self.before.rank - self.after.rank
        own = shown + self.entered
        return min(shown, own, key=abs) if shown * own > 0 else 0


class Overtaking(Value):
    """``model`` is surely better than ``other`` on a board, and surely was not before; one is watched."""

    kind: Literal["overtaking"] = "overtaking"
    model: Named
    other: Named
    board: Board
    before: Spot
    after: Spot

    @property
    def fact(self) -> Fact:
        return "overtaking", self.board, self.model.identity, self.other.identity

    @property
    def undone(self) -> Fact:
        return "overtaking", self.board, self.other.identity, self.model.identity


class MethodChange(Value):
    """Ranks were worked out in another way before, so that shifts would say nothing about the models.

    ``abilities`` are the numbers of the methods, before and after.
    """

    kind: Literal["method"] = "method"
    abilities: tuple[int, int]

    @property
    def fact(self) -> Fact:
        return "method", self.abilities

    @property
    def undone(self) -> Fact:
        return "method", self.abilities[::-1]


Change = Annotated[
    NewModel
    | ModelRemoved
    | PriceChange
    | ContextChange
    | Retirement
    | RankShift
    | Overtaking
    | NewScores
    | MethodChange,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Interest:
    """What of it somebody wants to hear: shifts into or out of the first ``top`` ranks, to or from the first,
    or by ``least`` places; and whatever surely happens to the ``watched`` models (ids)."""

    top: int = 10
    least: int = 5
    watched: frozenset[str] = frozenset()

    def wants(self, change: Change) -> bool:
        """Whether a change is among those that are followed."""
        match change:
            case RankShift():
                if not self.watched.isdisjoint(change.model.identity):
                    return True
                return change.crosses(1) or change.crosses(self.top) or abs(change.moved) >= self.least
            case Overtaking():
                return not self.watched.isdisjoint(change.model.identity + change.other.identity)
            case Retirement():
                return not self.watched.isdisjoint(change.model.identity)
            case _:
                return True


def importance(change: Change) -> float:
    """How early in a brief a change stands: the greater the earlier, from 0 to 100.

    A new method comes first, then who leads, then what enters near the top, prices of strong models by how
    far they went, and last what moved elsewhere. The overall board counts for more than a category's, and all
    scores for more than the independent ones alone.
    """
    match change:
        case MethodChange() | NewScores():
            return 100.0
        case Retirement():
            return 45.0 + _known(change.model, 30.0)
        case RankShift():
            places = [spot.rank for spot in (change.before, change.after) if spot]
            size = 45.0 if change.crosses(1) else min(abs(change.moved), 20)
            return max(0.0, 10.0 + size + 30.0 / (0.8 + min(places) / 5) - _aside(change.board))
        case Overtaking():
            return 55.0 + 12.0 / change.after.rank - _aside(change.board)
        case NewModel():
            return 25.0 + _stands(change.spots, 70.0)
        case PriceChange(blended_percent=None):
            return 15.0 + _known(change.model, 20.0)
        case PriceChange(blended_percent=percent):
            return 20.0 + min(abs(float(percent or 0)), 100.0) / 4 + _known(change.model, 35.0)
        case ModelRemoved():
            return 20.0 + _stands(change.spots, 70.0)
        case ContextChange(before=before, after=after):
            times = max(before, after) / max(1, min(before, after))
            return 8.0 + min(times, 10.0) + _known(change.model, 25.0)


def _stands(spots: tuple[tuple[Board, Spot], ...], most: float) -> float:
    """By the middle between rank and worst rank: with few scores the rank itself flatters."""
    near = (most / (0.75 + (spot.rank + spot.worst) / 8) - _aside(board) for board, spot in spots)
    return max((0.0, *near))


def _aside(board: Board) -> float:
    return 5.0 * (board.category is not None) + 8.0 * (board.lane is Lane.VERIFIED)


def _known(model: Named, most: float) -> float:
    """More for models that stand near the top, which more people ask about."""
    return 0.0 if model.rank is None else most / (1 + model.rank / 10)


def figures_of(price: Price | None) -> tuple[Decimal, Decimal] | None:
    """What a price says, whoever says it and when."""
    return None if price is None else (price.input, price.output)


def _percent(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    return None if not before or after is None else 100 * (after - before) / before


def _exact(spot: Spot | None) -> tuple[int, int, int] | None:
    return None if spot is None else (spot.rank, spot.best, spot.worst)
