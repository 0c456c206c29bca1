"""The answers as a terminal shows them (Rich); names from the data stay inert text."""

from collections.abc import Collection, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.analysis import figures
from bot.analysis.calls import Call, Sureness
from bot.analysis.categories import Basis, CategoryRow
from bot.analysis.comparison import Comparison, Contender
from bot.analysis.explain import Explanation
from bot.analysis.leaderboard import Leaderboard
from bot.analysis.profile import Profile
from bot.analysis.recommend import Recommendation
from bot.catalog.abilities import Ability
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Model
from bot.news.kinds import Change
from bot.words.advice import FRONTIER, GIVES_UP, WHY, advice, subject
from bot.words.costs import (
    context_sentence,
    price_day,
    price_remarks,
    price_sentence,
    ratio_sentence,
    whose,
)
from bot.words.explain import NOTE, explanation_words
from bot.words.footer import footer
from bot.words.news import headline, line, nothing_new, on_ranks
from bot.words.scale import BLEND, linked
from bot.words.text import one_line
from bot.words.verdict import (
    board_counts,
    standing_words,
    verdict,
)

# Tests of an explanation that are read.
MOST_MOVED = 12

STYLES = {Sureness.CLEAR: "bold green", Sureness.LEANING: "bold yellow", Sureness.NONE: "bold"}


def comparison(result: Comparison, today: date) -> RenderableType:
    """The pick, the categories, the facts, and why."""
    said = verdict(result, model=one_line, term=one_line)
    names = [one_line(m.display_name) for m in result.models]
    pick = Text(said.pick, style=STYLES[result.pick.sureness])
    sentences = (price_sentence, ratio_sentence, context_sentence)
    texts = [said.reason, " ".join(filter(None, (sentence(result, one_line) for sentence in sentences)))]
    return spaced(
        Text(" vs ".join(names), style="bold"),
        Group(pick, Text(said.otherwise)) if said.otherwise else pick,
        _abilities(result, names) if any(result.abilities) else None,
        _shared_means(result, names) if any(row.averaged for row in result.categories) else None,
        _own_averages(result, names) if result.categories else None,
        _facts(result.models, names),
        *(Text(text) for text in texts if text),
        Text(footer(result.provenance, today, result.outdated, one_line), style="dim"),
    )


def leaderboard(board: Leaderboard, today: date) -> RenderableType:
    """One board as a table."""
    what = figures.category(board.category) if board.category else "overall"
    headings = ("#", "Could be", "Model", "Provider", "Ability", "90 %", "Average", "Tests", "$/M")
    table = columns(*headings, right={0, 1, 4, 5, 6, 7, 8})
    for entry in board.entries:
        known = entry.ability
        table.add_row(
            str(entry.rank),
            f"{entry.best}–{entry.worst}",
            Text(one_line(entry.model.display_name)),
            Text(one_line(entry.model.provider)),
            str(figures.whole(known.points)),
            f"{figures.whole(known.low)}–{figures.whole(known.high)}",
            figures.fixed(entry.score),
            str(entry.benchmarks),
            figures.usd(entry.blended_usd_per_mtok),
        )
    notes = [
        "#: 1 + the number of models that are better, 90 % sure; models whose order is not known share one.",
        f"Ability: 0 to 100, {linked(board.lane)}.",
        "Average: as published leaderboards take it, over each model's own tests; it decides nothing here.",
        f"$/M: US dollars per million tokens, {BLEND}.",
    ]
    return spaced(
        Text(f"Leaderboard: {what}", style="bold"),
        Text(board_counts(board)),
        table if board.entries else None,
        Text("\n".join(notes)) if board.entries else None,
        Text(footer(board.provenance, today), style="dim"),
    )


def profile(known: Profile, today: date) -> RenderableType:
    """All that is known about one model, with every test."""
    model = known.model
    name = one_line(model.display_name)
    newer = f"A newer version is listed: {one_line(model.newer.display_name)}." if model.newer else ""
    abilities = columns("Ability", "Points", "Average", "Of tests", right={1, 2, 3})
    if known.ability:
        abilities.add_row("overall", figures.interval(known.ability), "", str(known.ability.scores))
    for row in known.categories:
        ((side,), (ability,)) = row.sides, row.abilities
        abilities.add_row(
            row.category.value,
            figures.interval(ability) if ability else figures.MISSING,
            figures.fixed(side.average.value if side.average else None),
            str(len(side.average.benchmarks)) if side.average else figures.MISSING,
        )
    tests = columns("Category", "Test", "Score", "Setting", "Source", right={2})
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
    return spaced(
        Text(name, style="bold"),
        Text(f"By {one_line(model.provider)}. {newer}".strip()),
        _facts([model], [name]),
        _price_remarks(model),
        _quotes(known),
        abilities if known.categories else None,
        tests if known.categories else Text("No benchmark scores yet."),
        _elsewhere(known),
        Text(footer(known.provenance, today), style="dim"),
    )


def _price_remarks(model: Model) -> RenderableType | None:
    """Whose its price is and since when, where a live source states it, and what else is paid."""
    price = model.price
    if price is None or not (price.source or price.bands or price.hours):
        return None
    host = one_line(figures.host(price.source_url))
    said = f"Price {price_day(price)}, {whose(price)} ({host})." if price.source else ""
    return Text(" ".join(filter(None, [said, *price_remarks(price)])))


def _quotes(known: Profile) -> RenderableType | None:
    lines = [
        f"{one_line(quote.source)} says {figures.usd(quote.price.input)} in, "
        f"{figures.usd(quote.price.output)} out ({figures.day(quote.price.as_of)}, "
        f"{one_line(figures.host(quote.price.source_url))})."
        for quote in known.quotes
    ]
    return Text("\n".join(lines)) if lines else None


def _elsewhere(known: Profile) -> RenderableType | None:
    if not known.places:
        return None
    table = columns("On other boards, by their own methods", "", "Source")
    for place in known.places:
        table.add_row(
            Text(one_line(place.board)),
            Text(figures.placed(place, known.model, one_line)),
            Text(one_line(figures.host(place.source_url))),
        )
    return table


def recommendation(result: Recommendation, today: date) -> RenderableType:
    """The picks with what each gives and costs, and the frontier as a table."""
    said = advice(result, one_line, one_line)
    picks = [
        Group(
            Text(f"{place}. {one_line(choice.model.display_name)}", style="bold"),
            Text(" · ".join(words.figures)),
            Text(f"{WHY}: {words.why}"),
            *([Text(f"{GIVES_UP}: {words.gives_up}")] if words.gives_up else []),
        )
        for place, (choice, words) in enumerate(zip(result.picks, said.picks, strict=True), start=1)
    ]
    table = columns("$/M", "Ability", "90 % interval", "Model", right={0, 1, 2})
    for point in result.frontier:
        low, high = figures.whole(point.ability.low), figures.whole(point.ability.high)
        table.add_row(
            figures.usd(point.cost),
            str(figures.whole(point.ability.points)),
            f"{low} to {high}",
            Text(one_line(point.display_name)),
        )
    return spaced(
        Text(f"Recommendation: {subject(result.workload)}", style="bold"),
        Text(said.pick, style=STYLES[result.sureness]),
        Text(said.asked),
        *picks,
        Group(Text(FRONTIER, style="bold"), table) if result.frontier else None,
        Text(f"{said.frontier}\n{said.counts}"),
        Text(footer(result.provenance, today, result.outdated, one_line), style="dim"),
    )


def explanation(result: Explanation, today: date) -> RenderableType:
    """Why a call came out so: in words, the tests that moved it most, the models that link the two."""
    names = [one_line(name) for name in result.names]
    place = dict(zip(result.models, names, strict=True))
    ahead = names[result.ahead]
    tests = columns("Test", "Category", *names, "Speaks for", f"{ahead} without it", right={2, 3, 5})
    for test in result.tests[:MOST_MOVED]:
        tests.add_row(
            Text(one_line(test.display_name) + ("" if test.higher_is_better else " (lower is better)")),
            test.category.value,
            *(figures.MISSING if value is None else figures.points(value) for value in test.values),
            Text(place[test.speaks_for]),
            figures.chance(result.of_ahead(test.without)),
        )
    links = columns("Linked by", "Tests with the first", "Tests with the second", "Speaks for")
    for link in result.links:
        shared = [Text(", ".join(map(one_line, each))) for each in link.tests]
        links.add_row(Text(one_line(link.display_name)), *shared, Text(place[link.speaks_for]))
    more = len(result.tests) - MOST_MOVED
    note = f"{NOTE} {figures.counted(more, 'more test')} moved it less." if more > 0 else NOTE
    return spaced(
        Text(f"Why: {' vs '.join(names)}", style="bold"),
        Text("\n".join(explanation_words(result, model=one_line, term=one_line))),
        tests if result.tests else None,
        Text(note, style="dim") if result.tests else None,
        links if result.links else None,
        Text(footer(result.provenance, today), style="dim"),
    )


def news(found: Sequence[Change], old: Catalog, new: Catalog, top: int, limit: int) -> RenderableType:
    """What changed between two catalogs, most important first; at most ``limit`` changes are shown."""
    moments = [_moment(old), _moment(new)]
    shown = [
        Group(
            Text(headline(change, one_line, one_line, top), style="bold"),
            Text(line(change, one_line, one_line)),
        )
        for change in found[:limit]
    ]
    more = f"{figures.counted(len(found) - limit, 'more change')}: see --limit." if len(found) > limit else ""
    compared = old.fit is not None and new.fit is not None
    return spaced(
        Text(f"What changed: {moments[0]} to {moments[1]}", style="bold"),
        *shown,
        None if found else Text(nothing_new(*moments)),
        Text(more) if more else None,
        Text(on_ranks(compared), style="dim"),
    )


def _moment(catalog: Catalog) -> str:
    """Which state of the tables."""
    scores = f"scores of {figures.day(catalog.data_date)}" if catalog.data_date else "no scores"
    return f"snapshot {catalog.snapshot} ({scores})" if catalog.snapshot else scores


def _abilities(result: Comparison, names: Sequence[str]) -> RenderableType:
    """Points from 0 to 100 with their 90 % intervals, and how sure the better one is."""
    table = columns("Ability", *names, "Sure", right=set(range(1, len(names) + 2)))
    what = "overall" if result.workload is None or result.workload.cheapest else "this workload"
    table.add_row(result.priority or what, *_called(result.abilities, result.pick.call))
    for row in result.categories:
        if row.call and row.category is not result.priority:
            table.add_row(row.category.value, *_called(row.abilities, row.call))
    against = "" if len(names) == 2 else " against the next one"
    note = (
        f"{linked(result.lane).capitalize()}. "
        f"Sure: that the better one is better{against}; below 80 % it is too close to call."
    )
    return Group(table, Text(note, style="dim"))


def _called(abilities: Sequence[Ability | None], call: Call | None) -> list[Text]:
    leader, chance = (call.leader, figures.chance(call.probability)) if call else (None, "")
    cells = [
        Text(
            figures.interval(a) if a else figures.MISSING, style="bold" if a and a.model_id == leader else ""
        )
        for a in abilities
    ]
    return [*cells, Text(chance, style="" if leader else "dim")]


def _shared_means(result: Comparison, names: Sequence[str]) -> Table:
    """Plain means over the tests that all with scores in a category took."""
    table = columns("Mean of shared tests", *names, "Gap", "Tests", right=set(range(1, len(names) + 3)))
    for row in result.categories:
        if row.averaged:
            means = [figures.fixed(side.shared_mean) for side in row.sides]
            weakened = " (different effort)" * row.weakened
            table.add_row(row.category.value, *means, figures.fixed(row.gap), f"{row.averaged}{weakened}")
    return table


def _own_averages(result: Comparison, names: Sequence[str]) -> Table:
    """As published leaderboards take them, over each model's own tests."""
    table = columns("Average of own tests", *names, "Based on", right=set(range(1, len(names) + 1)))
    overall = [m.standing(result.lane).overall for m in result.models]
    if any(value is not None for value in overall):
        table.add_row("overall", *map(figures.fixed, overall), "own tests")
    for row in result.categories:
        cells = [figures.fixed(side.average.value if side.average else None) for side in row.sides]
        if any(side.average for side in row.sides):
            table.add_row(row.category.value, *cells, _basis(row))
    return table


def _basis(row: CategoryRow) -> str:
    if row.basis is Basis.SHARED:
        return f"{row.shared} of {figures.counted(row.total, 'test')} shared"
    return row.basis.value


def _facts(models: Sequence[Contender], names: Sequence[str]) -> Table:
    table = columns("", *names, right=set(range(1, len(names) + 1)))
    yes = {True: "yes", False: "no", None: figures.MISSING}
    rows = {
        "Price in, per million tokens": [figures.usd(m.price.input if m.price else None) for m in models],
        "Price out, per million tokens": [figures.usd(m.price.output if m.price else None) for m in models],
        f"Blended, {BLEND}": [figures.usd(m.blended_usd_per_mtok) for m in models],
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


def columns(*headings: str, right: Collection[int] = ()) -> Table:
    """An empty table with these headings; ``right`` are the places of columns that end at the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(Text(heading), justify="right" if place in right else "left")
    return table


def spaced(*parts: RenderableType | None) -> RenderableType:
    """The parts that there are, with an empty line after each."""
    return Group(*(Padding(part, (0, 0, 1, 0)) for part in parts if part is not None))
