"""Two catalogs -> what is news between them, as typed values.

A change is told once and only for a cause:

- A rank is news only where the two snapshots contradict each other: the rank before lies outside the 90 %
  interval (``best`` to ``worst``) of the rank after, and the rank after outside that of the rank before.
- One model overtakes another only where both orders were sure (P >= 0.9), before and after.
- Ranks of two methods are not compared: one ``MethodChange`` stands for all shifts.
- Where all that changed of the scores are many from a source that was not there before, one ``NewScores``
  stands for all shifts.
- A renamed model is the same model. A price that another source states alike is the same price. So is a
  context window within 5 %: sources write 128,000 for 131,072. One that was not known has not changed.
- What a live source states has changed only if the same one stated both figures for the same listing: that
  another speaks now, or for the first time, is nobody's news. What a host takes is none either.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from bot.analysis.calls import LEANING
from bot.analysis.prices import blended
from bot.catalog.catalog import Catalog
from bot.catalog.entities import AT_HOST, Lane, Model, Price, PriceKind, Score
from bot.news.kinds import (
    Beside,
    Board,
    Change,
    ContextChange,
    MethodChange,
    ModelRemoved,
    Named,
    NewModel,
    NewScores,
    PriceChange,
    Retirement,
    Spot,
    figures_of,
)
from bot.news.renames import counterparts
from bot.news.shifts import BOARDS, OVERALL, BoardPair, entries, spot

Status = Literal["active", "deprecated", "removed"]

# So many scores of a source that was not there before move ranks without anything having happened.
MANY_SCORES = 20
# Two context windows that are further apart than this are two.
ROUNDED = 1.05


def changes(before: Catalog, after: Catalog, watched: Collection[str] = ()) -> tuple[Change, ...]:
    """All that changed, in the order of models and boards; ``Interest`` picks, ``importance`` orders.

    ``watched`` are ids of either catalog: overtakings are only looked for around these. Ranks are compared
    only where both have abilities.
    """
    return tuple(_Between(before, after).all(frozenset(watched)))


class _Between:
    """The two catalogs side by side; ``now`` has the id after for the id before of each lasting model."""

    def __init__(self, before: Catalog, after: Catalog) -> None:
        self.before, self.after = before, after
        self.now = counterparts(before.models, after.models)
        self.was = {new: old for old, new in self.now.items()}
        self._named: dict[str, Named] = {}
        self.overall = entries(after, OVERALL)
        self.overall_before = entries(before, OVERALL)

    def all(self, watched: frozenset[str]) -> Iterator[Change]:
        lasting = {new: self.before.models[old] for old, new in self.now.items()}
        for model_id, model in self.after.models.items():
            if (old := lasting.get(model_id)) and not self._absorbed(model):
                yield from self._facts(old, model)
        yield from self._come_and_gone(watched)
        if self.before.fit is None or self.after.fit is None:
            return
        abilities = (self.before.fit.method, self.after.fit.method)
        if abilities[0] != abilities[1]:
            yield MethodChange(abilities=abilities)
            return
        if new := _new_scores(self.before, self.after, self.now):
            yield new
            return
        if self.before.fit.digest and self.before.fit.digest == self.after.fit.digest:
            return  # From the same scores: no rank can have changed, and the boards take long.
        for board in BOARDS:
            pair = BoardPair(board, self.before, self.after, self._ranked())
            yield from pair.changes(watched, self.named)

    def _absorbed(self, model: Model) -> bool:
        """Whether another model was merged into it since: its facts were not changed by their maker."""
        return any(alias in self.before.models and alias not in self.now for alias in model.aliases)

    def _ranked(self) -> dict[str, str]:
        """As ``now``; a model stands where one stood that was merged into it and had the scores."""
        ranked = dict(self.now)
        for old in self.before.models:
            kept = None if old in self.now else self.after.once_called(old)
            if kept and self.before.scores(old) and not self.before.scores(kept.model_id):
                ranked.pop(kept.model_id, None)
                ranked[old] = kept.model_id
        return ranked

    def named(self, model_id: str) -> Named:
        """A model of the catalog after, or one that was only in the catalog before."""
        known = self._named.get(model_id)
        if known is None:
            known = self._named[model_id] = self._name(model_id)
        return known

    def _name(self, model_id: str) -> Named:
        gone = model_id not in self.after.models
        model = (self.before if gone else self.after).models[model_id]
        entry = (self.overall_before if gone else self.overall).get(model_id)
        return Named(
            number=model.number,
            model_id=model_id,
            display_name=model.display_name,
            provider=model.provider,
            was=self.was.get(model_id, model_id),
            rank=entry.rank if entry else None,
        )

    def _facts(self, old: Model, new: Model) -> Iterator[Change]:
        if figures_of(old.price) != figures_of(new.price) and _says_so_itself(old.price, new.price):
            yield PriceChange(
                model=self.named(new.model_id),
                before=old.price,
                after=new.price,
                beside=self._beside(new),
            )
        one, other = old.context_window_tokens, new.context_window_tokens
        same = old.context_source == new.context_source != AT_HOST
        if same and one and other and max(one, other) > ROUNDED * min(one, other):
            yield ContextChange(model=self.named(new.model_id), before=one, after=other)
        same = old.status_source == new.status_source
        if same and old.status and new.status and new.status not in (old.status, "active"):
            yield self._retirement(new, old.status, new.status)

    def _retirement(self, model: Model, before: Status, after: Status) -> Retirement:
        successor = self.after.names.newer(model)
        return Retirement(
            model=self.named(model.model_id),
            before=before,
            after=after,
            until=model.retires,
            successor=self.named(successor.model_id) if successor else None,
        )

    def _come_and_gone(self, watched: frozenset[str]) -> Iterator[Change]:
        new = [m for m, model in self.after.models.items() if m not in self.was and not model.quiet]
        gone = [m for m in self.before.models if m not in self.now and not self.after.once_called(m)]
        entered, left = _spots(self.after, new), _spots(self.before, gone)
        for model_id in new:
            model, behind = self.after.models[model_id], self._behind(model_id)
            yield NewModel(
                model=self.named(model_id),
                spots=entered[model_id],
                price=model.price,
                context_window_tokens=model.context_window_tokens,
                beside=self._beside(model),
                past=self.named(behind[0]) if behind else None,
                ahead_of=tuple(self.named(m) for m in behind if {m, self.was.get(m)} & watched),
            )
        for model_id in gone:
            yield ModelRemoved(model=self.named(model_id), spots=left[model_id])

    def _behind(self, model_id: str) -> list[str]:
        """The models that are surely weaker overall now, the strongest first."""
        abilities, others = self.after.abilities(Lane.PROVISIONAL), list(self.overall)
        if abilities is None or model_id not in self.overall:
            return []
        sure = abilities.surely_better(model_id, others)
        return [other for other, weaker in zip(others, sure, strict=True) if weaker]

    def _beside(self, model: Model) -> Beside | None:
        cost, abilities = blended(model.price), self.after.abilities(Lane.PROVISIONAL)
        if not cost or abilities is None or model.model_id not in self.overall:
            return None
        for other in self.overall.values():
            price = other.blended_usd_per_mtok
            if price and other.model.provider != model.provider:
                chance = abilities.better(model.model_id, other.model_id)
                if 1 - LEANING < chance < LEANING:
                    return Beside(
                        number=other.model.number,
                        display_name=other.model.display_name,
                        times=price / cost,
                    )
        return None


def _says_so_itself(old: Price | None, new: Price | None) -> bool:
    """Whether whoever states the price now stated the one before: the tables, or one listing of a source."""
    if new is None:
        return old is not None and not old.source
    if new.kind is PriceKind.HOST and new.source:
        return False
    if old is None:
        return not new.source
    return (old.source, old.listing) == (new.source, new.listing)


def _new_scores(before: Catalog, after: Catalog, now: Mapping[str, str]) -> NewScores | None:
    """The scores that models that were there before get from hosts that stated none, if they are many and
    nothing else about scores has changed."""
    had = {_measured(score) for old in now for score in _all(before, old)}
    has = {_measured(score): score for new in now.values() for score in _all(after, new)}
    known = {_host(score) for model in before.models for score in _all(before, model)}
    came = [score for key, score in has.items() if key not in had]
    if len(came) < MANY_SCORES or had - has.keys() or any(_host(score) in known for score in came):
        return None
    return NewScores(scores=len(came), sources=tuple(sorted({_host(score) for score in came})))


def _all(catalog: Catalog, model_id: str) -> Iterator[Score]:
    return (score for each in catalog.scores(model_id).values() for score in each)


def _measured(score: Score) -> tuple[str, str, Decimal]:
    """What a score says, whichever name its model has."""
    return score.benchmark_id, f"{score.setting} {score.source_url}", score.value


def _host(score: Score) -> str:
    return urlsplit(score.source_url).netloc


def _spots(catalog: Catalog, models: Iterable[str]) -> Mapping[str, tuple[tuple[Board, Spot], ...]]:
    """Where these models stand, on every board that they are on."""
    found: dict[str, list[tuple[Board, Spot]]] = {m: [] for m in models}
    if found:
        for board in BOARDS:
            on_it = entries(catalog, board)
            for model_id in found.keys() & on_it.keys():
                found[model_id].append((board, spot(on_it[model_id])))
    return {m: tuple(spots) for m, spots in found.items()}
