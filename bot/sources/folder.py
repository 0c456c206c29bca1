"""A folder with models.csv, benchmarks.csv and scores.csv: read whole, or refused with all that is wrong."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Benchmark, Model, Price, Score
from bot.catalog.tables import Tables, plain
from bot.errors import DataError
from bot.sources.csvfile import CsvFile, inert, read_csv, shown
from bot.sources.rows import BenchmarkRow, MergedRow, ModelRow, Row, ScoreRow
from bot.sources.setting import Contradiction, read_setting
from bot.sources.twins import twins

# Characters of all names: some 20,000 models. The index over them takes up to 300 bytes for each.
MAX_NAMES = 1_000_000

R = TypeVar("R", bound=Row)
Lines = list[tuple[int, R]]


def packaged_tables() -> Path:
    """The folder of the tables that ship with the program: inside the package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "data"
    return inside if inside.is_dir() else package.parent / "data"


def read_catalog(folder: Path, today: date | None = None) -> Catalog:
    """The folder as a catalog that is in no store. As ``read_tables`` does with ``today``."""
    return read_tables(folder, today).catalog()


def read_history(folder: Path) -> list[tuple[date, Catalog]]:
    """Earlier states of the tables: a folder for each day, named YYYY-MM-DD, in the order of time.

    Raises ``DataError`` for a folder that is refused, and where there is none.
    """
    days = sorted(f for f in folder.glob("????-??-??") if f.is_dir()) if folder.is_dir() else []
    found = []
    for each in days:
        try:
            found.append((date.fromisoformat(each.name), read_catalog(each)))
        except ValueError:
            raise DataError((f"{each}: {each.name} is not a date. Name the folder YYYY-MM-DD.",)) from None
    if not found:
        raise DataError((f"{folder}: there is no earlier state here. Add a folder named YYYY-MM-DD.",))
    return found


def read_tables(folder: Path, today: date | None = None) -> Tables:
    """All rows of the three files; models without a number get the next ones in the order of their ids.

    With ``today`` (UTC), no figure may be of a day after tomorrow. Raises ``DataError`` with every problem of
    all three files, in the order of files and lines.
    """
    lost = None
    try:
        if not folder.is_dir():
            lost = "this is not a folder" if folder.exists() else "there is no such folder"
    except OSError as error:
        lost = f"it cannot be read ({error.strerror})"
    if lost:
        raise DataError(
            (f"{inert(str(folder))}: {lost}. Name a folder with models.csv, benchmarks.csv and scores.csv.",)
        )
    model_file, models = _read(folder, "models.csv", ModelRow)
    benchmark_file, benchmarks = _read(folder, "benchmarks.csv", BenchmarkRow)
    score_file, scores = _read(folder, "scores.csv", ScoreRow)
    for file in (model_file, benchmark_file):
        if file.whole and not file.rows:
            file.problem(0, None, "there are no rows below the first line. Add them")
            file.whole = False
    _check_models(model_file, models)
    merged_file, merged = _read_merged(folder)
    _check_merged(merged_file, merged, models)
    if today:
        _check_days(model_file, "price_as_of", ((line, row.price_as_of) for line, row in models), today)
        _check_days(score_file, "as_of", ((line, row.as_of) for line, row in scores), today)
    for line, first in _repeats((line, row.benchmark_id) for line, row in benchmarks):
        benchmark_file.problem(line, "benchmark_id", f"the id is in line {first} already. Remove one")
    _check_references(score_file, model_file, "model_id")
    _check_references(score_file, benchmark_file, "benchmark_id")
    known = {row.benchmark_id: row for _, row in benchmarks}
    found = [(line, _score(score_file, line, row, known.get(row.benchmark_id))) for line, row in scores]
    for line, first in _repeats((line, score.key) for line, score in found if score):
        text = f"model, benchmark, setting and source are those of line {first}. Remove one"
        score_file.problem(line, None, text)
    if problems := [
        text
        for file in (model_file, benchmark_file, score_file, merged_file)
        if file
        for _, text in sorted(file.problems, key=lambda problem: problem[0])
    ]:
        raise DataError(tuple(problems))
    given = _numbers(row for _, row in models)
    return Tables(
        models=tuple(_model(row, given[row.model_id]) for _, row in models),
        benchmarks=tuple(_benchmark(row) for _, row in benchmarks),
        scores=tuple(score for _, score in found if score),
        unnumbered=frozenset(row.model_id for _, row in models if row.number is None),
        merged={row.number: row.model_id for _, row in merged},
    )


def _read_merged(folder: Path) -> tuple[CsvFile | None, Lines[MergedRow]]:
    """The models that were merged into others, none where the folder does not say."""
    if not (folder / "merged.csv").is_file():
        return None, []
    return _read(folder, "merged.csv", MergedRow)


def _check_merged(file: CsvFile | None, merged: Lines[MergedRow], models: Lines[ModelRow]) -> None:
    if file is None:
        return
    names = {alias for _, row in models for alias in row.aliases}
    taken = {row.number for _, row in models}
    for line, row in merged:
        if row.model_id not in names:
            text = f"{shown(row.model_id)} is no alias of a model. Add it to the one that it was merged into"
            file.problem(line, "model_id", text)
        if row.number in taken:
            file.problem(line, "number", f"the number {row.number} belongs to a listed model. Correct it")


def _read(folder: Path, name: str, shape: type[R]) -> tuple[CsvFile, Lines[R]]:
    file = read_csv(folder, name, *shape.columns())
    rows: Lines[R] = []
    for line, fields in file.rows:
        try:
            rows.append((line, shape.model_validate(fields)))
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False):
                file.problem(line, str(each["loc"][0]), each["msg"])
    return file, rows


def _repeats(keys: Iterable[tuple[int, object]]) -> Iterator[tuple[int, int]]:
    """The line of each repeated key, and the line where it stood first."""
    first: dict[object, int] = {}
    for line, key in keys:
        if key in first:
            yield line, first[key]
        else:
            first[key] = line


def _check_days(file: CsvFile, column: str, days: Iterable[tuple[int, date | None]], today: date) -> None:
    for line, day in days:
        # Where people are ahead of UTC it is tomorrow already.
        if day and day > today + timedelta(days=1):
            file.problem(line, column, f"{day} is in the future. Correct it")


def _check_models(file: CsvFile, models: Lines[ModelRow]) -> None:
    for line, first in _repeats((line, row.model_id) for line, row in models):
        file.problem(line, "model_id", f"the id is in line {first} already. Remove one")
    for line, first in _repeats((line, row.number) for line, row in models if row.number):
        file.problem(line, "number", f"the number is that of line {first}. Leave it empty to get a free one")
    _check_aliases(file, models)
    for one, other in twins([row for _, row in models]).certain:
        if one.model_id == other.model_id:
            continue  # That was said above.
        lines = [line for line, row in models if row is one or row is other]
        text = f"this is {shown(one.display_name)} of line {lines[0]} in another spelling. Keep one"
        file.problem(lines[-1], "display_name", text)
    length = sum(map(len, {row.provider for _, row in models}))
    length += sum(len(text) for _, row in models for text in (row.model_id, row.display_name, *row.aliases))
    if length > MAX_NAMES:
        text = f"ids, names and aliases have {length:,} characters together, {MAX_NAMES:,} are the most"
        file.problem(0, None, f"{text}. Leave out what is not needed")
    for line, row in models:
        prices = (row.input_usd_per_mtok, row.output_usd_per_mtok)
        if prices == (None, None):
            continue
        for column in ("input_usd_per_mtok", "output_usd_per_mtok", "price_source_url", "price_as_of"):
            if getattr(row, column) is None:
                text = "a price needs input, output, source and date. Fill this in, or empty all four"
                file.problem(line, column, text)


def _check_aliases(file: CsvFile, models: Lines[ModelRow]) -> None:
    ids = {fields["model_id"]: line for line, fields in file.rows}
    owners: dict[str, tuple[int, str]] = {}
    for line, row in models:
        folded = [alias.casefold() for alias in row.aliases]
        for alias in dict.fromkeys(folded):
            owner_line, owner = owners.setdefault(alias, (line, row.model_id))
            if owner_line != line:
                text = f"{shown(alias)} also names {owner} in line {owner_line}. Keep it in one place"
                file.problem(line, "aliases", text)
            if alias in ids and alias != row.model_id:
                text = f"{shown(alias)} is the id of the model in line {ids[alias]}. Remove it here"
                file.problem(line, "aliases", text)
            if folded.count(alias) > 1:
                file.problem(line, "aliases", f"{shown(alias)} is there twice. Remove one")


def _check_references(scores: CsvFile, listed: CsvFile, column: str) -> None:
    """Whether what is scored is listed; says nothing where the list itself could not be read."""
    if not listed.whole:
        return
    known = {fields[column] for _, fields in listed.rows}
    for line, fields in scores.rows:
        if fields[column] and fields[column] not in known:
            text = f"{shown(fields[column])} is not in {listed.name}. Add it there, or correct it here"
            scores.problem(line, column, text)


def _score(file: CsvFile, line: int, row: ScoreRow, benchmark: BenchmarkRow | None) -> Score | None:
    if benchmark:
        _check_value(file, line, row, benchmark)
    try:
        effort, tools, variant = read_setting(row.variant, row.effort, row.tools)
    except Contradiction as contradiction:
        file.problem(line, "variant", str(contradiction))
        return None
    return Score(
        model_id=row.model_id,
        benchmark_id=row.benchmark_id,
        value=row.score,
        source_url=row.source_url,
        self_reported=row.self_reported,
        as_of=row.as_of,
        variant=variant,
        effort=effort,
        tools=tools,
        harness=row.harness,
        budget_tokens=row.budget_tokens,
        noise=row.noise,
    )


def _check_value(file: CsvFile, line: int, row: ScoreRow, benchmark: BenchmarkRow) -> None:
    if row.unit != benchmark.unit:
        text = f"{benchmark.benchmark_id} is in {shown(benchmark.unit)}, not {shown(row.unit)}. Convert it"
        file.problem(line, "unit", text)
    most = _most(benchmark)
    if most is not None and not 0 <= row.score <= most:
        side = "below 0, the least" if row.score < 0 else f"above {plain(most)}, the most"
        text = f"{plain(row.score)} is {side} that {benchmark.benchmark_id} allows. Correct it"
        file.problem(line, "score", text)


def _most(benchmark: BenchmarkRow) -> Decimal | None:
    if benchmark.max_score is None and benchmark.unit == "percent":
        return Decimal(100)
    return benchmark.max_score


def _numbers(models: Iterable[ModelRow]) -> dict[str, int]:
    listed = sorted(models, key=lambda row: row.model_id)
    given = {row.model_id: row.number for row in listed if row.number}
    free = max(given.values(), default=0) + 1
    return given | {id_: free + n for n, id_ in enumerate(row.model_id for row in listed if not row.number)}


def _model(row: ModelRow, number: int) -> Model:
    price = None
    if row.input_usd_per_mtok is not None:
        price = Price.model_validate(
            {
                "input": row.input_usd_per_mtok,
                "output": row.output_usd_per_mtok,
                "source_url": row.price_source_url,
                "as_of": row.price_as_of,
            }
        )
    same = {name: getattr(row, name) for name in _SAME_IN_MODEL}
    return Model(number=number, price=price, **same)


_SAME_IN_MODEL = (Model.model_fields.keys() & ModelRow.model_fields.keys()) - {"number"}


def _benchmark(row: BenchmarkRow) -> Benchmark:
    return Benchmark(**dict(row))
