"""Who is ahead, and how sure that is: P that one ability is higher than another, and the word for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from bot.catalog.abilities import SURE, Abilities, Ability, Weights

# P from which a leader is called at all, and from which it is called clear.
LEANING, CLEAR = 0.80, 0.95
# Points of ability that a cheaper model may lie below the strongest one and still be good enough.
ENOUGH = 5


class Sureness(StrEnum):
    """How sure a call is: P from 95 %, P from 80 %, or too close to call."""

    CLEAR = "clear"
    LEANING = "leaning"
    NONE = "none"


def sureness(probability: float) -> Sureness:
    """The word for P."""
    if probability >= CLEAR:
        return Sureness.CLEAR
    return Sureness.LEANING if probability >= LEANING else Sureness.NONE


def is_enough(probability: float, strongest: Ability, other: Ability) -> bool:
    """Whether a model is good enough beside the strongest one, which is better with this P: it is not surely
    weaker, or not by much."""
    return probability < SURE or other.points >= strongest.points - ENOUGH


@dataclass(frozen=True, slots=True)
class Call:
    """``ahead`` has the highest ability of some models. ``probability`` is P that it is better than each
    other one taken alone: the smallest of these P, the one against ``rival``. ``leader`` is the model ahead,
    None where that is too close to call.

    ``front``: of three or four models without a leader, those that lead all the others and not each other.
    """

    ahead: str
    rival: str
    probability: float
    sureness: Sureness
    leader: str | None
    front: tuple[str, ...] = ()


class Duels:
    """The models of a comparison, those with abilities each against each other one: none where they were not
    worked out."""

    def __init__(self, abilities: Abilities | None, models: Sequence[str]) -> None:
        self._all = tuple(models)
        self.models: tuple[str, ...] = ()
        self._versus: dict[tuple[str, str], Callable[[Weights], float]] = {}
        if abilities is not None:
            self.models = tuple(m for m in models if m in abilities)
            self._versus = {(a, b): abilities.versus(a, b) for a, b in combinations(self.models, 2)}
            self._ability = abilities.ability

    def abilities(self, weights: Weights, of: Sequence[str]) -> tuple[Ability | None, ...]:
        """A place for each model of the comparison, None for others than those asked for and known."""
        return tuple([self._ability(m, weights) if m in of and m in self.models else None for m in self._all])

    def better(self, one: str, other: str, weights: Weights) -> float:
        """P that one is better than the other."""
        if (one, other) in self._versus:
            return self._versus[one, other](weights)
        return 1 - self._versus[other, one](weights)

    def call(self, weights: Weights) -> Call | None:
        """The call between the models with abilities; None for less than two."""
        judged = self.models
        if len(judged) < 2:
            return None
        if len(judged) == 2:
            one, other = judged
            p = self._versus[one, other](weights)
            return _call(one, other, p) if p >= 0.5 else _call(other, one, 1 - p)
        sure = {(a, b): self.better(a, b, weights) for a in judged for b in judged if a is not b}
        nearest = {m: min((sure[m, o], o) for o in judged if o is not m) for m in judged}
        ahead = max(judged, key=lambda m: nearest[m][0])
        least, rival = nearest[ahead]
        return _call(ahead, rival, least, _front(judged, sure) if least < LEANING else ())


def _call(ahead: str, rival: str, probability: float, front: tuple[str, ...] = ()) -> Call:
    sure = sureness(probability)
    return Call(ahead, rival, probability, sure, None if sure is Sureness.NONE else ahead, front)


def _front(among: Sequence[str], p: dict[tuple[str, str], float]) -> tuple[str, ...]:
    """The models that no other leads, if there are others and each of the front leads each of those."""
    front = [m for m in among if not any(p[o, m] >= LEANING for o in among if o is not m)]
    behind = [m for m in among if m not in front]
    return tuple(front) if behind and all(p[f, b] >= LEANING for f in front for b in behind) else ()
