"""The answers as a terminal shows them (Rich); names from the data stay inert text."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.analysis import figures
from bot.analysis.categories import Basis, Call, CategoryRow
from bot.analysis.comparison import Comparison, Contender
from bot.analysis.leaderboard import Leaderboard
from bot.analysis.pick import Sureness
from bot.analysis.profile import Profile
from bot.analysis.verdict import (
    board_counts,
    context_sentence,
    footer,
    price_sentence,
    ratio_sentence,
    rests_on,
    standing_words,
    verdict,
)
from bot.catalog.entities import Lane
from bot.chat.errors import one_line

if TYPE_CHECKING:
    # Only the evaluation needs NumPy and SciPy.
    from bot.analysis.evaluate import Evaluation, Figures

STYLES = {Sureness.CLEAR: "bold green", Sureness.NARROW: "bold yellow", Sureness.NONE: "bold"}


def comparison(result: Comparison, today: date) -> RenderableType:
    """The pick, the categories, the facts, and why."""
    said = verdict(result, model=one_line, term=one_line)
    names = [one_line(m.display_name) for m in result.models]
    pick = Text(said.pick, style=STYLES[result.pick.sureness])
    sentences = (price_sentence, ratio_sentence, context_sentence)
    texts = [said.reason, " ".join(filter(None, (sentence(result, one_line) for sentence in sentences)))]
    return _spaced(
        Text(" vs ".join(names), style="bold"),
        Group(pick, Text(said.otherwise)) if said.otherwise else pick,
        _categories(result, names) if result.categories else None,
        _facts(result.models, names),
        *(Text(text) for text in texts if text),
        Text(footer(result, today, term=one_line), style="dim"),
    )


def leaderboard(board: Leaderboard, today: date) -> RenderableType:
    """One board as a table."""
    what = figures.category(board.category) if board.category else "overall"
    dated = figures.dated("scores", board.scores_as_of, today)
    table = _table("#", "Model", "Provider", "Score", "Tests", "$/M", right={0, 3, 4, 5})
    for entry in board.entries:
        table.add_row(
            str(entry.rank),
            Text(one_line(entry.model.display_name)),
            Text(one_line(entry.model.provider)),
            figures.fixed(entry.score),
            str(entry.benchmarks),
            figures.usd(entry.blended_usd_per_mtok),
        )
    notes = [
        "$/M: US dollars per million tokens, 3 parts in to 1 part out.",
        "Models took different tests, so close scores say little; `matchup compare` says what is known.",
    ]
    return _spaced(
        Text(f"Leaderboard: {what}", style="bold"),
        Text(board_counts(board)),
        table if board.entries else None,
        Text("\n".join(notes)) if board.entries else None,
        Text(rests_on(board.lane, board.method, dated), style="dim"),
    )


def profile(known: Profile, today: date) -> RenderableType:
    """All that is known about one model, with every test."""
    model = known.model
    dated = figures.dated("scores", known.scores_as_of, today)
    name = one_line(model.display_name)
    newer = f"A newer version is listed: {one_line(model.newer.display_name)}." if model.newer else ""
    tests = _table("Category", "Test", "Score", "Setting", "Source", right={2})
    for row in known.categories:
        for test in row.tests:
            for cell in filter(None, test.cells):
                tests.add_row(
                    row.category.value,
                    Text(one_line(test.display_name)),
                    figures.points(cell.value) + ("" if test.higher_is_better else " (lower is better)"),
                    Text(one_line(cell.setting)),
                    Text(one_line(figures.host(cell.source_url))),
                )
    return _spaced(
        Text(name, style="bold"),
        Text(f"By {one_line(model.provider)}. {newer}".strip()),
        _facts([model], [name]),
        tests if known.categories else Text("No benchmark scores yet."),
        Text(rests_on(known.lane, known.method, dated), style="dim"),
    )


def evaluation(result: "Evaluation") -> RenderableType:
    """How often each caller was right, as tables: all pairs, by category, by margin, by date."""
    groups = {f"{c}": each for c, each in result.by_category.items()}
    groups |= {f"{name} points apart": each for name, each in result.by_margin.items()}
    groups["released within 90 days"] = result.released_within_90_days
    names = list(result.callers)
    parts = _table("Right, of the calls made", "Pairs", *names, right=set(range(1, len(names) + 2)))
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
    return _spaced(
        Text("Who calls the better model right?", style="bold"),
        Text(f"{hidden}: {figures.counted(result.pairs, 'pair')}."),
        _callers(result.callers),
        parts,
        Text(f"90 % intervals that hold the hidden score: {_share(result.interval_coverage)}."),
        *cuts,
    )


def _callers(callers: "Mapping[str, Figures]") -> Table:
    headings = (
        "Called",
        "Right",
        "Right, no call half",
        "Log loss",
        "Calibration error",
        "P >= 95 %",
        "Right there",
    )
    table = _table("Caller", *headings, right=set(range(1, len(headings) + 1)))
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
    return figures.MISSING if share is None else f"{100 * share:.1f} %"


def _categories(result: Comparison, names: Sequence[str]) -> Table:
    """One kind of number a row: means over shared tests, else each model's own average, dimmed."""
    table = _table("Category", *names, "Gap", "Based on", right=set(range(1, len(names) + 2)))
    for row in sorted(result.categories, key=lambda r: not r.averaged):
        if row.shared:
            cells = [figures.fixed(side.shared_mean) for side in row.sides]
        else:
            cells = [figures.fixed(side.average.value if side.average else None) for side in row.sides]
        shown = [
            Text(cell, style="bold" if row.leader == side.model_id else "" if row.averaged else "dim")
            for cell, side in zip(cells, row.sides, strict=True)
        ]
        gap = figures.fixed(row.gap) if row.gap is not None else ""
        table.add_row(row.category.value, *shown, gap, _basis(row))
    return table


def _basis(row: CategoryRow) -> str:
    if row.basis in (Basis.DIFFERENT, Basis.ONE_SIDE):
        return row.basis.value
    tests = f"{row.shared} of {figures.counted(row.total, 'test')}"
    if not row.averaged:
        return f"{tests}, not in percent"
    close = ": too close to call" if len(row.means) == 2 else ": top two too close to call"
    call = {Call.AHEAD: "", Call.TIE: close, Call.NO_CALL: ": the tests disagree"}[row.call]
    return tests + call + (" (different effort)" if row.weakened else "")


def _facts(models: Sequence[Contender], names: Sequence[str]) -> Table:
    table = _table("", *names, right=set(range(1, len(names) + 1)))
    yes = {True: "yes", False: "no", None: figures.MISSING}
    rows = {
        "Price in, per million tokens": [figures.usd(m.price.input if m.price else None) for m in models],
        "Price out, per million tokens": [figures.usd(m.price.output if m.price else None) for m in models],
        "Blended, 3 parts in to 1 part out": [figures.usd(m.blended_usd_per_mtok) for m in models],
        "Context window": [figures.tokens(m.context_window_tokens) for m in models],
        "Open weights": [yes[m.open_weights] for m in models],
        "Licence": [one_line(m.license) if m.license else figures.MISSING for m in models],
        "Reasoning": [yes[m.reasoning] for m in models],
        "Tokens a second": [figures.fixed(m.speed_tps) for m in models],
        "Seconds to the first token": [figures.fixed(m.ttft_s) for m in models],
        "Released": [figures.released(m.release_date) for m in models],
        "Rank, provisional lane": [standing_words(m, Lane.PROVISIONAL) for m in models],
        "Rank, verified lane": [standing_words(m, Lane.VERIFIED) for m in models],
    }
    for label, cells in rows.items():
        if set(cells) != {figures.MISSING}:
            table.add_row(label, *(Text(cell) for cell in cells))
    return table


def _table(*headings: str, right: set[int]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(Text(heading), justify="right" if place in right else "left")
    return table


def _spaced(*parts: RenderableType | None) -> RenderableType:
    return Group(*(Padding(part, (0, 0, 1, 0)) for part in parts if part is not None))
