"""Words about alerts themselves: what they tell, when and where, and why one is silent."""

from collections.abc import Sequence

from bot.analysis import figures
from bot.analysis.figures import counted, listed
from bot.news.alert import Alert, Event, Frequency, Pause, Taste
from bot.news.kinds import Interest
from bot.words.news import Written

EVENTS = {
    Event.RANKING: "ranking shifts",
    Event.NEW: "new models",
    Event.PRICE: "price changes",
    Event.CONTEXT: "changed context windows",
    Event.REMOVED: "removed models",
}
ABOUT_MODELS = {Event.NEW: "new models that are better", Event.REMOVED: "removal from the list"}
OFTEN = {
    Frequency.INSTANT: "At once",
    Frequency.DAILY: "A daily brief",
    Frequency.WEEKLY: "A weekly brief, on Mondays",
}
# Followed models that are named.
MOST_NAMED = 3
LEAST = Interest().least


def alert_words(held: Alert, place: str, names: Sequence[str], term: Written, due: str, role: str) -> str:
    """Who is told what and when; ``place``, the ``names`` of the followed models, the moment at which the
    next brief is ``due`` and the ``role`` as they are written for the reader."""
    often, taste = frequency_words(held), held.taste
    said = [
        f"Alert {held.number} tells {place} {often} of {_followed(taste, names, term)}."
        if held.guild is not None
        else f"You are told {often} in a direct message of {_followed(taste, names, term)}."
    ]
    if held.paused is not None:
        said.append(f"It is silent now: {SILENT[held.paused]}.")
    elif held.next_at is not None:
        said.append(f"The next brief is due {due}, if there is something to tell by then.")
    if held.role is not None:
        said.append(f"It mentions {role}.")
    return " ".join(said)


def in_short(held: Alert) -> str:
    """An alert on one line: price changes, daily at 9:00 Europe/Berlin."""
    taste = held.taste
    board = "" if taste.board == "overall" else f" {_on_board(taste)}"
    events = [EVENTS[event] + (board if event is Event.RANKING else "") for event in taste.events]
    if set(taste.events) == set(Event):
        events = ["all events" + (f", ranking shifts{board}" if board else "")]
    parts = [listed(events) or "nothing", *([counted(len(taste.models), "model")] if taste.models else [])]
    parts += [taste.provider] if taste.provider else []
    return ", ".join([*parts, frequency_words(held), *([SHORTLY[held.paused]] if held.paused else [])])


def frequency_words(held: Alert) -> str:
    """How often: at once, daily at 9:00 Europe/Berlin."""
    often = {Frequency.DAILY: "daily", Frequency.WEEKLY: "on Mondays"}.get(held.frequency)
    return f"{often} at {held.hour}:00 {held.timezone}" if often else "at once"


def ending_words(held: Alert, term: Written) -> str:
    """That an alert is no more, and how to get it back."""
    if held.guild is None:
        return "You are told of no models any more. /watch brings one back."
    return f"Alert {held.number} has ended ({term(in_short(held))}). /alerts subscribe makes a new one."


def preview_words(count: int, page: int, at: str) -> str:
    """Above a message that an alert would have sent: how many there are, and which one this is; ``page`` from
    0 on, the newest first."""
    if not count:
        return (
            "In the last 30 days this alert would have sent nothing: as far as the bot was there to see it, "
            "nothing that it tells of has changed."
        )
    messages = f"In the last 30 days this alert would have sent {counted(count, 'message')}."
    which = (
        "It is" if count == 1 else "The newest is" if page == 0 else f"Number {page + 1}, counted back, is"
    )
    return f"{messages} {which} from {at}."


def _followed(taste: Taste, names: Sequence[str], term: Written) -> str:
    events = {event: name for event, name in EVENTS.items() if event in taste.events}
    if Event.RANKING in events:
        events[Event.RANKING] += f" {_on_board(taste)}" + (
            "" if names else f" (top {taste.top}, or by {LEAST} places and more)"
        )
    if names:
        # A new model concerns a followed one if it is better.
        events = {event: ABOUT_MODELS.get(event, name) for event, name in events.items()}
    shown = [*names[:MOST_NAMED], *([f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else [])]
    whose = f", only from {term(taste.provider)}" if taste.provider else ""
    return (
        (listed(list(events.values())) or "nothing")
        + whose
        + (f", as far as they concern {listed(shown)}" if shown else "")
    )


def _on_board(taste: Taste) -> str:
    match taste.board:
        case "overall":
            return "overall"
        case "every":
            return "in every ranking"
        case category:
            return f"in {figures.category(category)}"


SHORTLY = {
    Pause.ASKED: "paused",
    Pause.NO_ACCESS: "silent: no access",
    Pause.REFUSED: "silent: messages refused",
    Pause.LEFT: "silent: the bot had left",
}
SILENT = {
    Pause.ASKED: "it was paused by hand, and what changes meanwhile comes as one summary later",
    Pause.NO_ACCESS: "the bot may not write there",
    Pause.REFUSED: "Discord refused the direct message",
    Pause.LEFT: "the bot had left the server",
}
PAUSED = {
    Pause.NO_ACCESS: "the bot may no longer write there. It needs View Channel, Send Messages and Embed "
    "Links. Once it has them the alerts go on by themselves, and what was missed comes as one summary",
    Pause.LEFT: "the bot was removed from the server. If it is added again within 30 days they go on, else "
    "they are deleted",
}


def silence_words(alert: Alert, place: str) -> str:
    """To whoever made an alert that cannot be sent: why, and what happens next."""
    why = PAUSED.get(alert.paused or Pause.NO_ACCESS, PAUSED[Pause.NO_ACCESS])
    return f"Alert {alert.number} in {place}, which you set up, is silent: {why}."
