"""One board at two moments: who surely moved on it, and who surely overtook whom."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.analysis import leaderboard
from bot.analysis.leaderboard import Entry
from bot.catalog.abilities import Ints
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.news.kinds import Board, Change, Named, Overtaking, RankShift, Spot

BOARDS = tuple(Board(lane=lane, category=category) for lane in Lane for category in (None, *Category))
"""All boards, the overall ones first in each lane."""

OVERALL = BOARDS[0]
"""The board of all scores in all categories."""


# Models that are asked about for one that is worth naming; mostly the first is.
FEW = 8


def entries(catalog: Catalog, board: Board) -> Mapping[str, Entry]:
    """Model id to its entry, in the order of the board."""
    return {e.model_id: e for e in leaderboard.ranking(catalog, board.lane, board.category)[0]}


def spot(entry: Entry) -> Spot:
    """A place without the model that has it."""
    return Spot(rank=entry.rank, best=entry.best, worst=entry.worst)


class BoardPair:
    """One board before and after. ``now`` is the id after for the id before of each lasting model."""

    def __init__(self, board: Board, before: Catalog, after: Catalog, now: Mapping[str, str]) -> None:
        self.board, self._catalogs = board, (before, after)
        self._lasting = set(now.values())
        self._was = {new: old for old, new in now.items()}
        # Under the ids after, so that a renamed model is one model; the gone ones keep their own.
        self._before = {now.get(m, m): e for m, e in entries(before, board).items()}
        self._after = entries(after, board)
        self._both = [m for m in self._after if m in self._before]
        self._old, self._new = _ranks(self._before, self._both), _ranks(self._after, self._both)
        self._come = np.sort(_ranks(self._after, [m for m in self._after if m not in self._before]))
        self._left = np.sort(_ranks(self._before, [m for m in self._before if m not in self._after]))

    def changes(self, watched: frozenset[str], named: Callable[[str], Named]) -> Iterator[Change]:
        """The shifts in the order of the board after, and the overtakings around the watched models."""
        yield from self._shifts(named)
        if watched:
            yield from self._overtakings(watched, named)

    def _shifts(self, named: Callable[[str], Named]) -> Iterator[RankShift]:
        ranks = _ranks(self._after, list(self._after))
        off = [m for m in self._before if m not in self._after]
        for model_id in [m for m in (*self._after, *off) if m in self._lasting]:
            old, new = self._before.get(model_id), self._after.get(model_id)
            if old and new and (_may_be(old, new.rank) or _may_be(new, old.rank)):
                continue
            yield RankShift(
                model=named(model_id),
                board=self.board,
                before=spot(old) if old else None,
                after=spot(new) if new else None,
                entered=self._entered(old, new) if old and new else 0,
                alongside=int((ranks == new.rank).sum()) - 1 if new else 0,
                past=self._past(model_id, old, new, named) if old and new else None,
            )

    def _entered(self, old: Entry, new: Entry) -> int:
        """Models above it now that are new on the board, less those above it before that left the board."""
        return int(np.searchsorted(self._come, new.rank) - np.searchsorted(self._left, old.rank))

    def _past(self, model_id: str, old: Entry, new: Entry, named: Callable[[str], Named]) -> Named | None:
        """The best of those whose sure order with the model has turned the way the model went; the best few
        that may be are asked about."""
        up = new.rank < old.rank
        few = [self._both[at] for at in np.flatnonzero(self._turned(old, new, up))[:FEW]]
        for other in self._overtaken(model_id, few, up):
            return named(other)
        return None

    def _turned(self, old: Entry, new: Entry, up: bool) -> NDArray[np.bool_]:
        """Which models of both boards stood above and now stand below (``up``), or the other way round."""
        if up:
            return (self._old < old.rank) & (self._new > new.rank)
        return (self._old > old.rank) & (self._new < new.rank)

    def _overtakings(self, watched: frozenset[str], named: Callable[[str], Named]) -> Iterator[Overtaking]:
        told: set[tuple[str, str]] = set()
        for model_id in self._both:
            if model_id not in watched and self._was[model_id] not in watched:
                continue
            for up in (True, False):
                turned = self._turned(self._before[model_id], self._after[model_id], up)
                others = [self._both[at] for at in np.flatnonzero(turned)]
                for other in self._overtaken(model_id, others, up):
                    pair = (model_id, other) if up else (other, model_id)
                    if pair not in told:
                        told.add(pair)
                        yield Overtaking(
                            model=named(pair[0]),
                            other=named(pair[1]),
                            board=self.board,
                            before=spot(self._before[pair[0]]),
                            after=spot(self._after[pair[0]]),
                        )

    def _overtaken(self, model_id: str, others: Sequence[str], up: bool) -> Iterator[str]:
        """Those of the others (ids after) that the model surely was behind and surely is ahead of, or with
        ``up`` False the reverse."""
        lane, category = self.board.lane, self.board.category
        old, new = (catalog.abilities(lane) for catalog in self._catalogs)
        if not others or old is None or new is None:
            return
        was, others_were = self._was[model_id], [self._was[m] for m in others]
        if up:
            turned = new.surely_better(model_id, others, category) & old.surely_worse(
                was, others_were, category
            )
        else:
            turned = new.surely_worse(model_id, others, category) & old.surely_better(
                was, others_were, category
            )
        yield from (others[int(at)] for at in np.flatnonzero(turned))


def _may_be(entry: Entry, rank: int) -> bool:
    return entry.best <= rank <= entry.worst


def _ranks(board: Mapping[str, Entry], models: Sequence[str]) -> Ints:
    return np.array([board[m].rank for m in models], dtype=np.int64)
