"""The method itself in the terminal: how often it is right, and which scores it does not believe."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.ability.doctor import Suspect
from bot.ability.evaluate import Evaluation, Figures
from bot.analysis import figures
from bot.terminal.answers import columns, spaced
from bot.words.text import one_line

# Names of callers over narrow columns.
SHORT = {
    "category mean": "mean",
    "published weighted mean": "weighted",
    "shared-benchmark difference": "shared tests",
    "global one-factor fit": "one factor",
    "date and size only": "date, size",
}
EVALUATED = (
    "Calls: share of the pairs that got one, and how many of those were right. All: no call counts half. "
    "Off by: calibration error. Sure: share called with P of 95 % or more, and how many of those were right."
)


def evaluation(result: Evaluation) -> RenderableType:
    """How often each caller was right, as tables: all pairs, by category, by margin, by date."""
    groups = {f"{c}": each for c, each in result.by_category.items()}
    groups |= {f"{name} points apart": each for name, each in result.by_margin.items()}
    groups["released within 90 days"] = result.released_within_90_days
    names = list(result.callers)
    short = [SHORT.get(name, name) for name in names]
    parts = columns("Right, in %", "Pairs", *short, right=set(range(1, len(names) + 2)))
    parts.columns[0].no_wrap = True
    for name, each in groups.items():
        cells = [_share(each[caller].accuracy) for caller in names]
        parts.add_row(name, f"{next(iter(each.values())).pairs:,}", *cells)
    macro = [_share(result.macro[caller]) for caller in names]
    parts.add_row("each test counted once", "", *macro)
    cuts: list[RenderableType] = []
    for cut in result.by_date or ():
        cuts.append(
            Text(
                f"Fitted on what was known on {cut.known_until}, judged on "
                f"{figures.counted(cut.pairs, 'pair')} that came later "
                f"({figures.counted(cut.models_left_out, 'model')} unknown then and left out); "
                "a pair without a call counts half."
            )
        )
        if cut.pairs:
            cuts.append(_callers(cut.callers))
    hidden = f"{result.holdout:.0%} of the scores hidden, {figures.counted(result.seeds, 'time')}"
    return spaced(
        Text("Who calls the better model right?", style="bold"),
        Text(f"{hidden}: {figures.counted(result.pairs, 'pair')}."),
        _callers(result.callers),
        Text(EVALUATED, style="dim"),
        parts,
        Text(f"90 % intervals that hold the hidden score: {_share(result.interval_coverage)} %."),
        *cuts,
    )


def suspects(found: Sequence[Suspect]) -> RenderableType:
    """Each score with what all others expect of it, its setting and its source."""
    told: list[RenderableType] = []
    for number, each in enumerate(found, start=1):
        score = f"{one_line(each.model)} on {one_line(each.benchmark)}: {figures.points(each.score.value)}"
        low, high = figures.points(each.low), figures.points(each.high)
        facts = [
            f"expected {figures.points(each.expected)} ({low} to {high})",
            f"{abs(each.deviation):.1f} deviations {'better' if each.deviation > 0 else 'worse'}",
            one_line(each.score.setting),
        ]
        told += [
            Text(f"{number}. {score}", style="bold"),
            Text(" · ".join(filter(None, facts))),
            Text(one_line(each.score.source_url), style="dim"),
        ]
    notes = (
        "Expected: from all other scores, with the range of 90 in 100 such scores. An odd score need not be "
        "wrong: look at its source and its setting."
    )
    return spaced(
        Text("Scores that are hardest to believe", style="bold"),
        Group(*told),
        Text(notes if found else "There are no scores.", style="dim"),
    )


def _callers(callers: Mapping[str, Figures]) -> Table:
    headings = ("Calls %", "Right %", "All %", "Log loss", "Off by", "Sure %", "Right %")
    table = columns("Caller", *headings, right=set(range(1, len(headings) + 1)))
    table.columns[0].no_wrap = True
    for name, f in callers.items():
        table.add_row(
            name,
            _share(f.called),
            _share(f.accuracy),
            _share(f.accuracy_all),
            figures.MISSING if f.log_loss is None else f"{f.log_loss:.3f}",
            figures.MISSING if f.calibration_error is None else f"{f.calibration_error:.3f}",
            _share(f.called_at_95),
            _share(f.accuracy_at_95),
        )
    return table


def _share(share: float | None) -> str:
    return figures.MISSING if share is None else f"{100 * share:.1f}"
