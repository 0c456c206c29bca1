"""Changes -> words: the only place with prose about news; every figure comes from the change.

``model`` and ``term`` write the name of a model and any other name of the data (escaped, bold) for the face.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from bot.analysis import figures
from bot.analysis.averages import rounded
from bot.analysis.figures import counted, listed, usd
from bot.catalog.entities import Lane, Price
from bot.news.alert import Frequency
from bot.news.kinds import (
    Beside,
    Board,
    Change,
    ContextChange,
    MethodChange,
    ModelRemoved,
    NewModel,
    NewScores,
    Overtaking,
    PriceChange,
    RankShift,
    Retirement,
    Spot,
)

Written = Callable[[str], str]

# Boards of a new model that are read.
MOST_BOARDS = 3
# From this ratio of two prices it is worth saying.
WORTH_SAYING = Decimal("1.1")
TWICE = Decimal("1.95"), Decimal("2.05")


def headline(change: Change, model: Written = str, term: Written = str, top: int = 10) -> str:
    """What happened, in a few words without a full stop; ``top`` is how many ranks somebody follows."""
    if isinstance(change, MethodChange):
        return "Ranks are now worked out in another way"
    if isinstance(change, NewScores):
        return f"Ranks now rest on {counted(change.scores, 'score')} more"
    name = model(change.model.display_name)
    match change:
        case NewModel():
            return f"New: {name} from {term(change.model.provider)}{_entering(change)}"
        case ModelRemoved():
            return f"{name} is no longer listed"
        case PriceChange():
            return _price_headline(change, name)
        case Retirement(after="removed"):
            return f"{name} is no longer offered by its maker"
        case Retirement():
            return f"{name} is being retired by its maker"
        case ContextChange(before=before, after=after):
            return f"{name} has a {'larger' if after > before else 'smaller'} context window"
        case RankShift():
            return _shift_headline(change, name, top)
        case Overtaking(other=other, board=board):
            return f"{name} overtakes {model(other.display_name)} {board_words(board)}"


def line(change: Change, model: Written = str, term: Written = str) -> str:
    """From what to what, and why it matters: one to four sentences for below the headline."""
    match change:
        case NewModel():
            said = [
                _entered_at(change),
                _ahead_of(change, model),
                _offered(change),
                _beside(change.beside, model),
            ]
        case ModelRemoved():
            said = [_stood(change)]
        case PriceChange():
            said = [_price_line(change), _beside(change.beside, model) if change.after else ""]
        case ContextChange(before=before, after=after):
            was, now = _told_apart(before, after)
            said = [f"{was} tokens before, {now} now: {_ratio(Decimal(before), Decimal(after))}."]
        case Retirement(until=until, successor=successor):
            last = f"Its last day is {figures.day(until)}." if until else ""
            said = [last, f"Its successor is {model(successor.display_name)}." if successor else ""]
        case NewScores(sources=sources):
            where = listed([term(source) for source in sources[:MOST_BOARDS]])
            said = [
                f"They come from {where}, which was not read before, so the shifts that follow from them "
                "are not told."
            ]
        case RankShift():
            said = [_from_to(change), _why_moved(change, model)]
        case Overtaking(before=before, after=after):
            move = f"Rank {before.rank} before, {after.rank} now{_range(after)}"
            other = model(change.other.display_name)
            said = [f"{move}. {other} was better before and is behind now, each at least 90 % sure."]
        case MethodChange():
            said = [
                "Where models stand may differ from before although nothing about them has changed, so no "
                "shifts are told this time."
            ]
    return " ".join(filter(None, said))


def short_line(change: Change, model: Written = str, term: Written = str) -> str:
    """The same for an entry among others: what the headline says already is left out."""
    match change:
        case NewModel(price=price):
            said = [
                _entered_in_short(change),
                _ahead_of(change, model),
                f"{usd(price.input)} in, {usd(price.output)} out." if price else "",
                _beside(change.beside, model, short=True),
            ]
        case PriceChange(before=Price() as before, after=Price() as after):
            said = [
                f"{_prices(before, after, change)}.",
                _beside(change.beside, model, short=True),
            ]
        case _:
            return line(change, model, term)
    return " ".join(filter(None, said))


def board_words(board: Board) -> str:
    """Which board, inside a sentence: overall, on coding, on math by independent scores."""
    where = "overall" if board.category is None else f"on {figures.category(board.category)}"
    return f"{where} by independent scores" if board.lane is Lane.VERIFIED else where


def nothing_new(before: str, after: str) -> str:
    """That two moments, in words, differ in nothing worth telling."""
    return f"Nothing worth telling changed between {before} and {after}."


def on_ranks(compared: bool) -> str:
    """Below news: which moves are told, or why none are."""
    if not compared:
        return "Ranks are not compared: the abilities of one of the two were not worked out."
    return "A move is told only where each rank lies outside the 90 % range of the other."


def _entering(change: NewModel) -> str:
    return f", rank {change.model.rank} overall" if change.model.rank is not None else ""


def _entered_at(change: NewModel) -> str:
    if not change.spots:
        return "It has too few scores to be ranked."
    best = sorted(change.spots, key=_foremost)[:MOST_BOARDS]
    ranks = [f"{spot.rank} {board_words(board)}{_range(spot)}" for board, spot in best]
    return f"It enters at rank {listed(ranks)}."


def _entered_in_short(change: NewModel) -> str:
    if not change.spots:
        return _entered_at(change)
    board, spot = min(change.spots, key=_foremost)
    if change.model.rank is None:
        return f"It enters at rank {spot.rank} {board_words(board)}{_range(spot)}."
    return "" if spot.best == spot.worst else f"It could be rank {spot.best} to {spot.worst}."


def _ahead_of(change: NewModel, model: Written) -> str:
    """Whom it is surely better than: the watched models, else the strongest of all."""
    written = [model(m.display_name) for m in change.ahead_of[:MOST_BOARDS]]
    if not written and change.past is not None:
        written = [model(change.past.display_name)]
    return f"It is better than {listed(written)}, at least 90 % sure." if written else ""


def _foremost(each: tuple[Board, Spot]) -> tuple[bool, bool, int]:
    board, spot = each
    return board.lane is Lane.VERIFIED, board.category is not None, spot.rank


def _offered(change: NewModel) -> str:
    parts = [_costs(change.price)] if change.price else []
    if change.context_window_tokens is not None:
        parts.append(f"a context of {figures.tokens(change.context_window_tokens)} tokens")
    offered = listed(parts)
    return f"{offered[0].upper()}{offered[1:]}." if offered else ""


def _stood(change: ModelRemoved) -> str:
    if not change.spots:
        return "It was not ranked."
    board, spot = min(change.spots, key=_foremost)
    return f"It stood at rank {spot.rank} {board_words(board)}."


def _costs(price: Price) -> str:
    return f"{usd(price.input)} in and {usd(price.output)} out per million tokens"


def _price_headline(change: PriceChange, name: str) -> str:
    if change.before is None:
        return f"{name} has a list price"
    if change.after is None:
        return f"{name} no longer has a list price"
    percent = change.blended_percent
    if percent is None:
        return f"{name} is no longer free"
    if not change.after.input and not change.after.output:
        return f"{name} is now free"
    if not percent or _signed(change.input_percent) * _signed(change.output_percent) < 0:
        return f"{name} has another list price"
    return f"{name} is {_by(percent)} {'cheaper' if percent < 0 else 'dearer'}"


def _price_line(change: PriceChange) -> str:
    before, after = change.before, change.after
    if before is None:
        return f"{_costs(after)}; no price was known before." if after else ""
    if after is None:
        return f"It was {_costs(before)}."
    since = f" Since {figures.day(after.since)}." if after.since else ""
    return f"{_prices(before, after, change)}, per million tokens.{since}"


def _prices(before: Price, after: Price, change: PriceChange) -> str:
    going_in = _one_price("Input", before.input, after.input, change.input_percent)
    return f"{going_in}, {_one_price('output', before.output, after.output, change.output_percent)}"


def _one_price(what: str, before: Decimal, after: Decimal, percent: Decimal | None) -> str:
    if before == after:
        return f"{what} {usd(after)} as before"
    was, now = usd(before), usd(after)
    if was == now:
        was, now = f"${figures.plain(before)}", f"${figures.plain(after)}"
    change = "" if percent is None else f" ({'down' if percent < 0 else 'up'} {_by(percent)})"
    return f"{what} {was} to {now}{change}"


def _by(percent: Decimal) -> str:
    """How far, without its direction; never 0 for what is not 0, nor 100 for what is less."""
    size = abs(percent)
    shown = rounded(size, Decimal(1))
    if shown == 0:
        return "under 1 %"
    if shown == 100 and size < 100:
        return "over 99 %"
    return f"{shown:,f} %"


def _signed(percent: Decimal | None) -> int:
    return 0 if not percent else 1 if percent > 0 else -1


def _beside(beside: Beside | None, model: Written, *, short: bool = False) -> str:
    """How its price compares with that of the strongest model that may be as good."""
    if beside is None:
        return ""
    name, cheaper = model(beside.display_name), beside.times > 1
    times = beside.times if cheaper else 1 / beside.times
    if times < WORTH_SAYING:
        price = f"It costs about as much as {name}"
    elif TWICE[0] <= times < TWICE[1]:
        price = f"It costs {'half' if cheaper else 'twice'} as much as {name}"
    elif cheaper:
        price = f"{name} costs {figures.times(times)} as much"
    else:
        price = f"It costs {figures.times(times)} as much as {name}"
    if short:
        return f"{price} and may be as good." if price.startswith(name) else f"{price}, which may be as good."
    return f"{price}; which of the two is better is too close to call."


def _shift_headline(change: RankShift, name: str, top: int) -> str:
    where, after = board_words(change.board), change.after
    if change.crosses(1):
        if after is None or after.rank > 1:
            return f"{name} no longer leads {where}"
        return f"{name} {'now shares the lead' if change.alongside else 'is the new number one'} {where}"
    if change.crosses(top):
        if after is None or after.rank > top:
            return f"{name} has left the top {top} {where}"
        return f"{name} is now in the top {top} {where}"
    if change.before is None:
        return f"{name} is now ranked {where}"
    if after is None:
        return f"{name} is no longer ranked {where}"
    return f"{name} {'moves up' if change.up else 'falls'} {where}"


def _from_to(change: RankShift) -> str:
    before, after = change.before, change.after
    if before is None:
        return f"Rank {after.rank}{_range(after)}; it was not ranked before." if after else ""
    if after is None:
        return f"It was at rank {before.rank} and has too few scores now."
    return f"From rank {before.rank}{_range(before)} to {after.rank}{_range(after)}."


def _why_moved(change: RankShift, model: Written) -> str:
    said = []
    if change.past is not None:
        past = model(change.past.display_name)
        said.append(f"It overtakes {past}." if change.up else f"{past} overtakes it.")
    if change.entered > 0 and not change.up:
        verb = "stands" if change.entered == 1 else "stand"
        said.append(f"{counted(change.entered, 'model')} new on this board {verb} above it.")
    if change.entered < 0 and change.up:
        said.append(f"{counted(-change.entered, 'model')} above it left this board.")
    return " ".join(said)


def _range(spot: Spot) -> str:
    """Which ranks it could have; empty where there is one."""
    return "" if spot.best == spot.worst else f" (could be {spot.best} to {spot.worst})"


def _told_apart(before: int, after: int) -> tuple[str, str]:
    was, now = figures.tokens(before), figures.tokens(after)
    return (was, now) if was != now else (f"{before:,}", f"{after:,}")


def _ratio(before: Decimal, after: Decimal) -> str:
    """How much more or less; both are above 0."""
    if after >= 2 * before:
        return f"{figures.times(after / before)} as much"
    return f"{_by(100 * (after - before) / before)} {'more' if after > before else 'less'}"


def source_of(change: Change) -> str | None:
    """The address of what a change rests on, where a single page states it."""
    price = change.after or change.before if isinstance(change, PriceChange) else None
    if isinstance(change, NewModel):
        price = change.price
    return price.source_url if price else None


def left_out(count: int) -> str:
    """That there are more changes than are shown; empty where there are not."""
    return f"And {counted(count, 'more change')}." if count > 0 else ""


def span(since: datetime, frequency: Frequency, *, single: bool, prices: bool = False) -> str:
    """Below a message: since when this is new, and per what prices are if only that is left open."""
    often = {Frequency.INSTANT: "", Frequency.DAILY: "Daily brief. ", Frequency.WEEKLY: "Weekly brief. "}
    unit = " Prices are per million tokens." if prices else ""
    return (
        f"{often[frequency]}{'Changed' if single else 'All changed'} since {figures.day(since.date())}.{unit}"
    )
