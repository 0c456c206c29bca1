"""What is drawn of what the analysis found: its values in, drawings out, each with its alt text."""

import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal

from bot.analysis import figures, history
from bot.analysis.averages import rounded
from bot.analysis.calls import Call
from bot.analysis.categories import Basis, CategoryRow
from bot.analysis.comparison import Comparison
from bot.analysis.history import Moment
from bot.analysis.leaderboard import Leaderboard
from bot.analysis.prices import blended
from bot.analysis.recommend import Point
from bot.analysis.value import ValueMap
from bot.catalog.abilities import Ability
from bot.catalog.entities import Category, Model
from bot.charts.drawings import (
    BestValue,
    CategoryLine,
    ComparisonDrawing,
    LeaderboardDrawing,
    MoveLine,
    Name,
    NewsDrawing,
    RankLine,
    Span,
    TimeDrawing,
    TimeLine,
    ValueDrawing,
    ValuePoint,
)
from bot.news.kinds import Change, NewModel, PriceChange, RankShift

# What Discord takes, in characters.
LONGEST_ALT = 1024
# So many of the models that nothing beats have room with their names, the strongest ones.
MOST_NAMED = 8
# Up to so many changes words are enough. So many of a kind have room in a picture: Discord shows it at most
# 300 pixels high, and makes the text of a higher one smaller.
FEW_CHANGES, MOST_MOVES = 3, 5
MINUS = "\u2212"
APART = "Striped: no test in common, linked through other models."


def comparison_drawing(comparison: Comparison) -> ComparisonDrawing | None:
    """A line for the workload (or overall) and for each category with abilities; None without any."""
    if not any(comparison.abilities):
        return None
    ids = [m.model_id for m in comparison.models]
    rows = [row for row in comparison.categories if any(row.abilities)]
    lines = [_line(_workload(comparison), comparison.abilities, comparison.pick.call, ids, apart=False)]
    lines += [
        _line(label(row.category), row.abilities, row.call, ids, apart=_apart(row))
        for row in rows
        if row.category is not comparison.priority
    ]
    return ComparisonDrawing(
        alt=_compared_words(comparison, rows),
        models=tuple(map(name_of, comparison.models)),
        lines=tuple(lines),
        note=APART if any(line.apart for line in lines) else "",
    )


def _apart(row: CategoryRow) -> bool:
    return row.basis is Basis.DIFFERENT


def _workload(comparison: Comparison) -> str:
    workload = comparison.workload
    if workload is None or workload.cheapest:
        return "Overall"
    return label(workload.only) if workload.only else "Your mix"


def _line(
    name: str, abilities: Iterable[Ability | None], call: Call | None, ids: list[str], *, apart: bool
) -> CategoryLine:
    leader = call.leader if call else None
    sure = "" if call is None else figures.chance_in_short(call.probability) if leader else "close"
    ahead = ids.index(leader) if leader else None
    return CategoryLine(name, tuple(map(_span, abilities)), ahead, sure, apart)


def _compared_words(comparison: Comparison, rows: list[CategoryRow]) -> str:
    """Each model's ability, who is ahead where, and what that rests on."""
    about = _workload(comparison)
    sentences = ["A chart of abilities from 0 to 100 with their 90 % ranges."]
    sentences += [
        f"{plain(model.display_name)}: {about.lower()} {figures.interval(ability)}."
        for model, ability in zip(comparison.models, comparison.abilities, strict=True)
        if ability
    ]
    for model in comparison.models:
        led = [figures.category(r.category) for r in rows if r.leader == model.model_id]
        if led:
            sentences.append(f"{plain(model.display_name)} is ahead in {figures.listed(led)}.")
    close = [figures.category(r.category) for r in rows if r.call and not r.leader]
    if close:
        sentences.append(f"Too close to call in {figures.listed(close)}.")
    apart = [figures.category(r.category) for r in rows if _apart(r)]
    if apart:
        sentences.append(f"Striped, because they took different tests: {figures.listed(apart)}.")
    return alt(sentences)


def leaderboard_drawing(board: Leaderboard) -> LeaderboardDrawing | None:
    """The page of a leaderboard; None for an empty one."""
    if not board.entries:
        return None
    lines = [
        RankLine(name_of(e.model), Span(e.rank, e.best, e.worst), str(figures.whole(e.ability.points)))
        for e in board.entries
    ]
    about = f"in {figures.category(board.category)}" if board.category else "overall"
    sentences = [f"A chart of ranks {about} with the ranks that each model may really have."]
    sentences += [
        f"{e.rank}. {plain(e.model.display_name)}, {e.best} to {e.worst}, ability "
        f"{figures.whole(e.ability.points)}."
        for e in board.entries
    ]
    return LeaderboardDrawing(alt=alt(sentences), lines=tuple(lines))


def value_drawing(found: ValueMap) -> ValueDrawing | None:
    """Ability against price; None where no ranked model has a price."""
    best = sorted(found.frontier, key=lambda p: p.ability.points, reverse=True)
    if not best:
        return None
    named_ = best[:MOST_NAMED]
    sentences = ["A chart of ability against price. The best for every price, strongest first:"]
    sentences += [
        f"{plain(p.display_name)}, {_cost(p)}, ability {figures.whole(p.ability.points)}." for p in named_
    ]
    notes = []
    if hidden := len(best) - len(named_):
        notes.append(f"Not named: {figures.counted(hidden, 'cheaper one')}.")
    if found.unpriced:
        notes.append(f"Not shown: {found.unpriced:,} of unknown price.")
    return ValueDrawing(
        alt=alt(sentences),
        best=tuple(BestValue(Name(plain(p.display_name), p.model_id), _point(p), _cost(p)) for p in named_),
        others=tuple(map(_point, (*found.others, *best[MOST_NAMED:]))),
        note=" ".join(notes),
    )


def _point(point: Point) -> ValuePoint:
    return ValuePoint(float(point.cost), point.ability.points)


def _cost(point: Point) -> str:
    return figures.usd(point.cost) if point.cost else "free"


def ranks_over_time(
    moments: Sequence[Moment], models: Sequence[Model], category: Category | None
) -> TimeDrawing | None:
    """The ranks of up to four models; None with less than two moments, or where none was ever ranked."""
    found = [history.ranks(moments, model.number, category) for model in models]
    if len(moments) < 2 or not any(rank for ranks in found for rank in ranks):
        return None
    about = f"in {figures.category(category)}" if category else "overall"
    breaks = history.method_changes(moments)
    sentences = [f"A chart of ranks {about} from {_span_of_days(moments)}."]
    for model, ranks in zip(models, found, strict=True):
        known = [(m, rank) for m, rank in zip(moments, ranks, strict=True) if rank]
        if known:
            (first, old), (last, new) = known[0], known[-1]
            sentences.append(
                f"{plain(model.display_name)}: {old[0]} on {figures.day(first.day)}, {new[0]} on "
                f"{figures.day(last.day)}."
            )
        else:
            sentences.append(f"{plain(model.display_name)} was never ranked.")
    sentences += [f"The method changed by {figures.day(moments[n].day)}." for n in breaks]
    return TimeDrawing(
        alt=alt(sentences),
        title=f"Rank {about}, with the ranks it may really have",
        lines=tuple(
            TimeLine(name_of(model), tuple(Span(*rank) if rank else None for rank in ranks))
            for model, ranks in zip(models, found, strict=True)
        ),
        days=tuple(m.day.toordinal() for m in moments),
        dates=tuple(figures.day(m.day) for m in moments),
        breaks=breaks,
        ranks=True,
    )


def prices_over_time(moments: Sequence[Moment], model: Model) -> TimeDrawing | None:
    """The prices of a model; None unless there was more than one."""
    priced = history.price_changes(moments, model.number)
    if not priced:
        return None
    before, now = priced[0].prices[model.number], priced[-1].prices[model.number]
    sentences = [
        f"A chart of the prices of {plain(model.display_name)} from {_span_of_days(priced)}.",
        f"In: {figures.usd(before[0])} then, {figures.usd(now[0])} now.",
        f"Out: {figures.usd(before[1])} then, {figures.usd(now[1])} now.",
    ]
    lines = []
    for n, name in enumerate(("Output", "Input")):
        at = [float(m.prices[model.number][1 - n]) for m in priced]
        lines.append(TimeLine(Name(name, name), tuple(Span(x, x, x) for x in at)))
    return TimeDrawing(
        alt=alt(sentences),
        title="Price in dollars per million tokens",
        lines=tuple(lines),
        days=tuple(m.day.toordinal() for m in priced),
        dates=tuple(figures.day(m.day) for m in priced),
        breaks=(),
        ranks=False,
    )


def news_drawing(changes: Sequence[Change]) -> NewsDrawing | None:
    """What can be drawn of several changes, in their order: new ranks and new prices; None for a few."""
    if len(changes) <= FEW_CHANGES:
        return None
    ranks = [line for change in changes if (line := _rank_line(change))][:MOST_MOVES]
    prices = [line for change in changes if (line := _price_line(change))][:MOST_MOVES]
    if not ranks and not prices:
        return None
    sentences = ["A chart of ranks and prices before and now."]
    sentences += [f"{line.name.text}: {line.text}." for line in (*ranks, *prices)]
    return NewsDrawing(alt=alt(sentences), ranks=tuple(ranks), prices=tuple(prices))


def _rank_line(change: Change) -> MoveLine | None:
    if isinstance(change, NewModel):
        rank = change.model.rank
        name = Name(plain(change.model.display_name), change.model.model_id)
        return MoveLine(name, None, rank, f"new at {rank}", True) if rank else None
    if isinstance(change, RankShift) and change.board.category is None:
        before, after = (spot.rank if spot else None for spot in (change.before, change.after))
        name = Name(plain(change.model.display_name), change.model.model_id)
        return MoveLine(
            name, before, after, f"{before or figures.MISSING} to {after or figures.MISSING}", change.up
        )
    return None


def _price_line(change: Change) -> MoveLine | None:
    """Blended, as everywhere where one price stands for two."""
    if not isinstance(change, PriceChange):
        return None
    before, after = blended(change.before), blended(change.after)
    if before is None or after is None or before == after:
        return None
    percent = change.blended_percent
    text = f"{figures.usd(before)} to {figures.usd(after)}"
    if percent is not None:
        text = f"{'+' if percent > 0 else MINUS}{rounded(abs(percent), Decimal(1))}%"
    name = Name(plain(change.model.display_name), change.model.model_id)
    return MoveLine(name, float(before), float(after), text, after < before)


def _span_of_days(moments: Sequence[Moment]) -> str:
    first, last = moments[0].day, moments[-1].day
    return f"{figures.day(first)} to {figures.day(last)}"


def label(category: Category) -> str:
    """A category at the beginning of a line."""
    return figures.category(category).capitalize()


def name_of(model: Model) -> Name:
    """A model's name for a picture; its id is always in plain letters."""
    return Name(plain(model.display_name), model.model_id)


def plain(name: str) -> str:
    """On one line, without signs that would turn or hide what is around it; no longer than anybody reads."""
    kept = (" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in name[:200])
    return " ".join("".join(kept).split())


def alt(sentences: Iterable[str]) -> str:
    """As many whole sentences as an alt text has room for."""
    text = ""
    for sentence in sentences:
        longer = f"{text} {sentence}".strip()
        if len(longer) > LONGEST_ALT:
            break
        text = longer
    return text


def _span(ability: Ability | None) -> Span | None:
    return Span(ability.points, ability.low, ability.high) if ability else None
