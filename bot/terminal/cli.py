"""The terminal face: the ``matchup`` command.

Exit status: 0 an answer, 3 a name needs a choice, 2 wrong use or settings, 1 anything else.
"""

import asyncio
import gc
import json
import os
import sys
from datetime import UTC, datetime
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot import __version__
from bot.analysis.limits import Modality
from bot.catalog.entities import Category, Lane
from bot.catalog.resolve import settings_of
from bot.errors import (
    MatchupError,
    PriorityAndWorkload,
    SettingsError,
    UnknownProvider,
    UnknownSnapshot,
    UnknownSource,
    UnknownWorkload,
    WrongModels,
)
from bot.terminal import news as cli_news
from bot.terminal import sources as cli_sources
from bot.terminal.arguments import (
    AsJson,
    Data,
    InLane,
    NeedsChoice,
    catalog_of,
    history,
    provider_of,
    resolved,
    separated,
    show,
    today,
)
from bot.words.errors import words
from bot.words.names import not_sure, settings_typed
from bot.words.scale import BLEND
from bot.words.text import one_line

if TYPE_CHECKING:
    from bot.catalog.catalog import Catalog
    from bot.catalog.tables import Tables
    from bot.store.store import LoadResult

# Names that a person reads through; JSON has all of them.
MOST_OFFERED = 8
ANSWERED, FAILED, WRONG_USE, NEEDS_CHOICE = 0, 1, 2, 3

app = typer.Typer(
    name="matchup",
    help="Which AI model to use, and how sure one can be.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(cli_news.app)
app.add_typer(cli_sources.app)


@app.command()
def compare(
    models: Annotated[
        list[str], typer.Argument(help="2 to 4 models, as you would say them; quote names with spaces.")
    ],
    priority: Annotated[
        Category | None, typer.Option(help="One category that matters most to you.", case_sensitive=False)
    ] = None,
    workload: Annotated[
        str | None, typer.Option(help="What you want it for: coding assistant, or 70 coding, 30 agentic.")
    ] = None,
    lane: InLane = Lane.PROVISIONAL,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Compare 2 to 4 models on the tests that they share."""
    from bot.analysis import comparison
    from bot.analysis.workload import asked_workload
    from bot.terminal import answers as terminal

    names = separated(models)
    if not comparison.FEWEST <= len(names) <= comparison.MOST:
        raise WrongModels(len(names), None)
    mix = asked_workload(priority, workload)
    catalog = catalog_of(data)
    chosen = resolved(catalog, names)
    result = comparison.compare(catalog, [m.model_id for m in chosen], mix, lane)
    said = settings_typed(settings_of(catalog, names))
    if said and not as_json:
        show(said)
    show(result.model_dump_json(indent=2) if as_json else terminal.comparison(result, today()))


@app.command()
def explain(
    models: Annotated[list[str], typer.Argument(help="2 models, as you would say them.")],
    category: Annotated[
        Category | None, typer.Option(help="One category instead of all.", case_sensitive=False)
    ] = None,
    workload: Annotated[str | None, typer.Option(help="As for compare.")] = None,
    lane: InLane = Lane.PROVISIONAL,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say why a model is called better than another: which tests and which linked models moved it."""
    from bot.analysis.explain import explain as explained
    from bot.analysis.workload import asked_workload
    from bot.terminal import answers as terminal

    names = separated(models)
    if len(names) != 2:
        raise typer.BadParameter("Name two models.")
    mix = asked_workload(category, workload)
    catalog = catalog_of(data)
    one, other = resolved(catalog, names)
    result = explained(catalog, one.model_id, other.model_id, mix, lane)
    show(result.model_dump_json(indent=2) if as_json else terminal.explanation(result, today()))


@app.command()
def leaderboard(
    category: Annotated[
        Category | None,
        typer.Option(help="A category's board instead of the overall one.", case_sensitive=False),
    ] = None,
    lane: InLane = Lane.PROVISIONAL,
    open_weights: Annotated[bool, typer.Option("--open", help="Only models with open weights.")] = False,
    provider: Annotated[str | None, typer.Option(help="Only models of this provider.")] = None,
    max_price: Annotated[
        float | None,
        typer.Option(min=0, help=f"At most so many dollars per million tokens, {BLEND}."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many models to show.")] = 10,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show the ranked models, best first."""
    from bot.analysis.leaderboard import leaderboard as board_of
    from bot.terminal import answers as terminal

    catalog = catalog_of(data)
    if provider is not None:
        provider = provider_of(catalog, provider)
    board = board_of(
        catalog,
        lane,
        category,
        open_weights=open_weights,
        provider=provider,
        max_price=None if max_price is None else Decimal(str(max_price)),
        limit=limit,
    )
    show(board.model_dump_json(indent=2) if as_json else terminal.leaderboard(board, today()))


@app.command()
def model(
    name: Annotated[str, typer.Argument(help="The model, as you would say it.")],
    lane: InLane = Lane.PROVISIONAL,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show all that is known about one model."""
    from bot.analysis.profile import profile
    from bot.terminal import answers as terminal

    catalog = catalog_of(data)
    known = profile(catalog, resolved(catalog, [name])[0].model_id, lane)
    said = settings_typed(settings_of(catalog, [name]))
    if said and not as_json:
        show(said)
    show(known.model_dump_json(indent=2) if as_json else terminal.profile(known, today()))


@app.command()
def recommend(
    workload: Annotated[
        str, typer.Argument(help="What you want it for: coding assistant, or 70 coding, 30 agentic.")
    ],
    budget: Annotated[
        float | None,
        typer.Option(
            min=0, max=1e6, help="At most so many dollars per million tokens of the workload's mix."
        ),
    ] = None,
    context: Annotated[int | None, typer.Option(min=1, help="At least so many tokens of context.")] = None,
    open_weights: Annotated[bool, typer.Option("--open", help="Only models with open weights.")] = False,
    modality: Annotated[
        list[Modality] | None,
        typer.Option(help="What it has to take in besides text; may be given again.", case_sensitive=False),
    ] = None,
    lane: InLane = Lane.PROVISIONAL,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Recommend up to three models for a workload, within a budget."""
    from bot.analysis.recommend import recommend as recommended
    from bot.analysis.workload import read_workload
    from bot.terminal import answers as terminal

    mix = read_workload(workload)
    limit = None if budget is None else Decimal(str(budget))
    result = recommended(catalog_of(data), mix, limit, context, open_weights, modality or (), lane)
    show(result.model_dump_json(indent=2) if as_json else terminal.recommendation(result, today()))


@app.command()
def evaluate(
    holdout: Annotated[float, typer.Option(min=0.01, max=0.9, help="Share of the scores to hide.")] = 0.2,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="How many times, each with other scores.")] = 5,
    by_date: Annotated[
        bool, typer.Option("--by-date", help="Also judge on scores that came after a day, in data/history.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Measure how often each way of calling the better model is right on scores it has not seen."""
    from bot.ability import evaluate as evaluation
    from bot.terminal import method as terminal_method

    catalog = catalog_of(data, fitted=False)
    cuts = evaluation.evaluate_by_date(history(data, catalog)) if by_date else None
    result = evaluation.evaluate(catalog, holdout, seeds).model_copy(update={"by_date": cuts})
    show(result.model_dump_json(indent=2) if as_json else terminal_method.evaluation(result))


@app.command()
def doctor(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many scores to show.")] = 20,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show the scores that all the others make hardest to believe; some have a wrong setting."""
    from bot.ability.doctor import doctor as suspects_of
    from bot.terminal import method as terminal_method

    suspects = suspects_of(catalog_of(data, fitted=False))[:limit]
    told = json.dumps([s.model_dump(mode="json") for s in suspects], indent=2, ensure_ascii=False)
    show(told if as_json else terminal_method.suspects(suspects))


@app.command()
def load(
    folder: Annotated[Path, typer.Argument(help="A folder with models.csv, benchmarks.csv and scores.csv.")],
) -> None:
    """Check a folder of tables and load it into the store."""
    from bot.analysis.figures import counted, listed
    from bot.settings import read_settings
    from bot.sources.folder import packaged_tables, read_tables
    from bot.sources.twins import twins
    from bot.store.packaged import PACKAGED

    tables = read_tables(folder, today())
    # The shipped tables loaded by hand are refreshed by later releases again, a folder of one's own is not.
    origin = PACKAGED if folder.samefile(packaged_tables()) else str(folder.absolute())
    result, failed = asyncio.run(_load(read_settings().database, tables, origin))
    kinds = ("model", "benchmark", "score")
    held = listed([counted(count, kind) for count, kind in zip(result.counts, kinds, strict=True)])
    if result.changed:
        show(f"Loaded {held} as snapshot {result.snapshot}.")
        for number, old, new in result.renamed:
            show(f"Number {number} now stands for {new} instead of {old}.")
    else:
        show(f"Nothing new: snapshot {result.snapshot} already holds {held}.")
    for one, other in twins(tables.models).likely:
        show(f"{one.display_name} and {other.display_name} may be one model; merge them if they are.")
    if failed is not None:
        show(f"The abilities could not be worked out, so earlier ones answer: {failed}.")
    if origin != PACKAGED:
        show(f"From now on they answer. To go back to the shipped ones: matchup load {packaged_tables()}")


@app.command()
def run() -> None:
    """Run the Discord bot; it needs MATCHUP_TOKEN."""
    # Nearly nothing of what a start makes is garbage, and looking for it takes a tenth of the start.
    gc.disable()
    from bot.app import run as run_bot
    from bot.settings import read_settings

    asyncio.run(run_bot(read_settings()))


@app.command(name="try")
def try_(
    data: Data = None,
    opened: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes a free one.")] = 0,
) -> None:
    """Try the real bot in the browser, without a Discord account."""
    from bot.chat.client import no_past
    from bot.sandbox import try_in_browser
    from bot.settings import read_settings
    from bot.store.past import Past

    catalog, past = catalog_of(data), no_past if data else Past(read_settings().database)
    earlier = _earlier if data is None else None
    asyncio.run(try_in_browser(catalog, today, earlier, opened=opened, port=port, say=show, past=past))


def _earlier() -> "Catalog":
    """The last tables before those that the program comes with."""
    from bot.sources.fits import read_fitted
    from bot.sources.folder import packaged_tables

    return read_fitted(sorted((packaged_tables() / "history").iterdir())[-1])


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        show(f"matchup {__version__}")
        raise typer.Exit


def main() -> NoReturn:
    """Run the command; every foreseen error becomes one plain sentence and an exit status."""
    as_json = "--json" in sys.argv
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot write a character gets another one, not an error.
            stream.reconfigure(errors="replace")
    try:
        app(standalone_mode=True)
        sys.stdout.flush()
    except NeedsChoice as choice:
        _ask(choice, as_json)
        sys.exit(NEEDS_CHOICE)
    except MatchupError as error:
        _complain(words(error))
        wrong_use = isinstance(
            error,
            WrongModels
            | UnknownProvider
            | UnknownWorkload
            | UnknownSnapshot
            | UnknownSource
            | PriorityAndWorkload
            | SettingsError,
        )
        sys.exit(WRONG_USE if wrong_use else FAILED)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # Then whoever read our output has seen enough.
            _complain(f"The answer could not be written: {error.strerror or error}.")
        # Nothing is left to be flushed at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    sys.exit(ANSWERED)


async def _load(path: Path, tables: "Tables", origin: str) -> "tuple[LoadResult, str | None]":
    """What was loaded, and why its abilities could not be worked out, if so."""
    from bot.app import fitted_catalog
    from bot.store.store import Store

    async with await Store.open(path) as store:
        result = await store.load(tables, origin, __version__, datetime.now(UTC))
        if result.changed:
            from bot.sources.sync import merge_again

            await merge_again(store, __version__, datetime.now(UTC))
        return result, (await fitted_catalog(store))[1]


def _ask(choice: NeedsChoice, as_json: bool) -> None:
    """Offer the nearest models: all of them in JSON, as many as one reads through in words."""
    if as_json:
        told = {"model_id", "display_name", "provider"}
        candidates = [
            {"typed": name.typed, **m.model_dump(mode="json", include=told)}
            for name in choice.names
            for m in name.candidates
        ]
        show(json.dumps({"candidates": candidates}, indent=2, ensure_ascii=False))
        return
    for name in choice.names:
        _complain(not_sure(name.typed, name.reason, len(name.candidates)))
        for m in name.candidates[:MOST_OFFERED]:
            _complain(f"  {one_line(m.display_name)}  ({m.model_id})")
        if len(name.candidates) > MOST_OFFERED:
            _complain("  More models have such names; type more of the one you mean.")


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
