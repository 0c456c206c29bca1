"""Epoch AI's Benchmarking Hub: what many boards measured, as one zip of tables. A reader without I/O.

Tables are read by the names of their columns. ``benchmark_metadata.csv`` and ``model_metadata.csv`` help
where they are there, and are done without where not. What does not fit is left out and counted by kind: a
table with its name, a row with its reason. Dates of a table are those of its models, so a score without a day
of its own gets the newest day that its table speaks of.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from bot.catalog.entities import Setting, Value
from bot.sources.archive import BOUNDS, Bounds, Fields, records, unpack
from bot.sources.epoch_boards import Board
from bot.sources.makers import maker_of

ADDRESS = "https://epoch.ai/data/benchmark_data.zip"
CREDIT = "Epoch AI, 'AI Benchmarking Hub'. Published online at epoch.ai. Retrieved from https://epoch.ai/benchmarks"
BENCHMARKS, MODELS = "benchmark_metadata.csv", "model_metadata.csv"
_BESIDE = frozenset({"README.md", BENCHMARKS, MODELS})

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,30})?([eE]-?[0-9]{1,2})?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)?")
_ADDRESS = re.compile(r"https?://[^\s<>\"]{1,480}")
# What Epoch writes behind the name of a model for how it was run; "pro" in front of it is another model.
_RUN = re.compile(r"(.+)_(pro)?(none|minimal|low|medium|high|xhigh|max|unknown|thinking|[0-9]{1,4}[kK])")
_EFFORTS = {"extra high": "xhigh", "extra-high": "xhigh"}
_KNOWN_EFFORTS = frozenset({"minimal", "low", "medium", "high", "xhigh", "max", "thinking"})
_SERVED_POINT = re.compile(r"(?<=[0-9])p(?=[0-9])")
_STEPS = re.compile(r"\(([^()]*\bsteps?)\)")
_SOURCE_COLUMNS = re.compile(r"source( link)?( \(site from table\))?", re.IGNORECASE)
# Where makers publish; what stands there is their own word.
_MAKERS_PAGES = {
    "Anthropic": "anthropic",
    "OpenAI": "openai",
    "Google": "google deepmind gemini",
    "xAI": "x.ai grok",
    "Meta": "meta.com llama",
    "Alibaba": "qwen alibaba",
    "DeepSeek": "deepseek",
    "Mistral AI": "mistral",
    "Moonshot AI": "moonshot kimi",
    "Microsoft": "microsoft phi-",
    "Z.ai": "z.ai zhipu",
}
# A table reads in another scale than ours where so many of its values do, and where it has so many.
_TOO_MANY, _ENOUGH = 0.2, 4
_DIGITS = Decimal("0.000001")
_SMALLEST = timedelta(days=1)


class Result(Value):
    """One score of one model version on one board, in the unit of the board's benchmark.

    ``names`` are what the version and its group are called, ``makers`` as our tables write them, ``released``
    the version's day. ``noise`` is a standard error in the same unit. ``self_reported`` is None where the row
    does not say who measured it.
    """

    version: str
    names: tuple[str, ...]
    makers: tuple[str, ...]
    released: date | None
    value: Decimal
    noise: Decimal | None
    day: date
    setting: Setting
    self_reported: bool | None
    source_url: str


@dataclass(frozen=True)
class Bundle:
    """``results`` by board; why ``tables`` were not read, by file name; and how many ``rows`` of the others
    were left out, by reason."""

    results: Mapping[Board, tuple[Result, ...]]
    tables: Mapping[str, str]
    rows: Mapping[str, int]


class _LeftOut(Exception):
    """Why a row or a table is left out."""


@dataclass(frozen=True)
class _Context:
    models: Mapping[str, Fields]
    today: date
    newest: date


def read(packed: bytes, boards: Sequence[Board], today: date, bounds: Bounds = BOUNDS) -> Bundle:
    """All that the bundle says on the boards. Raises ``SourceRefused`` for a bundle that is none."""
    known: dict[str, list[Board]] = defaultdict(list)
    for board in boards:
        known[board.file].append(board)
    wanted = {file for file, those in known.items() if not those[0].left_out} | {BENCHMARKS, MODELS}
    files = unpack(packed, wanted, bounds)
    metadata = _by(files.get(BENCHMARKS), "source_file", bounds)
    models = _by(files.get(MODELS), "model_version", bounds)
    results: dict[Board, tuple[Result, ...]] = {}
    tables: dict[str, str] = {}
    left_out: Counter[str] = Counter()
    for file, data in files.items():
        if file in _BESIDE:
            continue
        if file not in known:
            tables[file] = "it is not known"
            continue
        if data is None:
            tables[file] = known[file][0].left_out
            continue
        try:
            rows = records(data, bounds)
            for board in known[file]:
                read_as = _completed(board, metadata.get(file), rows)
                results[board] = _results(read_as, rows, models, today, left_out)
        except (ValueError, _LeftOut) as error:
            tables[file] = str(error)[:200]
    return Bundle(results, tables, left_out)


def _by(data: bytes | None, column: str, bounds: Bounds) -> dict[str, Fields]:
    """The rows of a table of metadata by a column; empty where the table is missing or damaged."""
    try:
        rows = records(data, bounds) if data else []
    except ValueError:
        return {}
    return {row[column]: row for row in reversed(rows) if row.get(column)}


def _completed(board: Board, metadata: Fields | None, rows: Sequence[Fields]) -> Board:
    """The board with the column and the scale that the bundle itself states for it, where it does."""
    columns = rows[0].keys() if rows else set()
    stated = (metadata or {}).get("score_column", "")
    if stated in columns and board.column not in columns:
        board = board.model_copy(update={"column": stated})
    factor = _number((metadata or {}).get("scale", ""))
    if board.unit == "percent" and stated == board.column and factor in (Decimal("0.01"), Decimal(1)):
        board = board.model_copy(update={"scale": factor * 100})
    if rows:
        for column in ("Model version", board.column):
            if column not in columns:
                raise _LeftOut(f"it has no column {column}")
    return board


def _results(
    board: Board,
    rows: Sequence[Fields],
    models: Mapping[str, Fields],
    today: date,
    left_out: Counter[str],
) -> tuple[Result, ...]:
    _check_scale(board, rows)
    days = [_day(row.get(c, ""), today) for row in rows for c in (board.day, "Release date") if c]
    context = _Context(models, today, max((day for day in days if day), default=today))
    found: dict[tuple[str, Setting], Result] = {}
    for row in rows:
        try:
            result = _result(board, row, context)
            key = result.version, result.setting
            before = found.setdefault(key, result)
            if before is not result:
                found[key] = max(
                    before, result, key=lambda r: (r.day, r.value if board.higher_is_better else -r.value)
                )
                raise _LeftOut("the same model and setting again")
        except _LeftOut as reason:
            left_out[str(reason)] += 1
    return tuple(found.values())


def _check_scale(board: Board, rows: Sequence[Fields]) -> None:
    """Raises ``_LeftOut`` for a table whose values are of another scale or sign than ours were."""
    stated = [n for row in rows if (n := _number(row.get(board.column, ""))) is not None]
    if len(stated) < _ENOUGH:
        return
    if sum(n < 0 for n in stated) > len(stated) / 2:
        raise _LeftOut("most of its values are below 0")
    if board.unit != "percent":
        return
    if board.scale == 100 and sum(n > 1 for n in stated) > _TOO_MANY * len(stated):
        raise _LeftOut("it is in percent where it was in fractions")
    if board.scale == 1 and max(stated) <= 1:
        raise _LeftOut("it is in fractions where it was in percent")


def _result(board: Board, row: Fields, context: _Context) -> Result:
    stated = row["Model version"]
    if not stated:
        raise _LeftOut("it names no model")
    sources = {c: v for c, v in row.items() if _SOURCE_COLUMNS.fullmatch(c)}
    if any("artificialanalysis" in v.casefold().replace(" ", "") for v in sources.values()):
        raise _LeftOut("its source is Artificial Analysis")
    if board.only:
        column, _, wanted = board.only.partition("=")
        if row.get(column) != wanted:
            raise _LeftOut("another edition of the board, or none stated")
    value = _value(board, row)
    version, setting = _read_setting(board, row, stated)
    described = context.models.get(stated, {})
    makers = _makers(row.get("Organization", "")) or _makers(described.get("organization", ""))
    groups = (described.get("model_group", ""), described.get("display_name", ""))
    return Result(
        version=version,
        names=tuple(dict.fromkeys(filter(None, (_plain(version), groups[0] or groups[1])))),
        makers=makers,
        released=_day(row.get("Release date", "") or described.get("date", ""), context.today),
        value=value,
        noise=_noise(board, row),
        day=(_day(row.get(board.day, ""), context.today) if board.day else None) or context.newest,
        setting=setting,
        self_reported=_self_reported(board, row, sources, makers),
        source_url=next((v for v in reversed(sources.values()) if _is_address(v)), board.page),
    )


def _value(board: Board, row: Fields) -> Decimal:
    if not row[board.column]:
        raise _LeftOut("it has no value")
    number = _number(row[board.column])
    if number is None:
        raise _LeftOut("its value is not a number")
    value = _rounded(number * board.scale)
    if board.max_score is not None and not 0 <= value <= board.max_score:
        raise _LeftOut("its value is out of scale")
    return value


def _noise(board: Board, row: Fields) -> Decimal | None:
    """The standard error; None where none is stated, also where it is no number or wider than the scale."""
    if not board.noise_column:
        return None
    ends = [_number(row.get(column, "")) for column in board.noise_column.split("|")]
    numbers = [n for n in ends if n is not None]
    if len(numbers) < len(ends):
        return None
    noise = _rounded((numbers[-1] - (numbers[0] if len(numbers) > 1 else 0)) * board.noise_scale)
    widest = board.max_score / 2 if board.max_score else Decimal(10**9)
    return noise if 0 < noise <= widest else None


def _read_setting(board: Board, row: Fields, stated: str) -> tuple[str, Setting]:
    """The version without what is behind it, and how it was run. What the board says goes before what Epoch
    has written behind the name."""
    match = _RUN.fullmatch(stated)
    version, pro, word = match.groups() if match else (stated, None, "")
    version, word = f"{version}-pro" if pro else version, word.casefold()
    said = row.get(board.effort, "").casefold() if board.effort else ""
    said = _EFFORTS.get(said, said)
    if said in _KNOWN_EFFORTS:
        word = said
    elif said == "none":  # On a board that has a column for it, it is also the word for "not stated".
        word = ""
    budget = int(word[:-1]) * 1000 if word[:1].isdigit() else None
    effort = word if word in _KNOWN_EFFORTS or word == "none" else None
    harness = row.get(board.harness, "") if board.harness else ""
    variant = row.get(board.variant, "") if board.variant else ""
    if board.variant == "Agent":  # Here the agent is the model itself, with the steps that it may take.
        steps = _STEPS.search(variant)
        variant = steps[1] if steps else ""
    setting = Setting(
        variant=variant.casefold()[:100], effort=effort, harness=harness[:100] or None, budget_tokens=budget
    )
    return version, setting


def _plain(version: str) -> str:
    """The version's name without who serves it: ``kimi-k2.5`` of ``fireworks/kimi-k2p5``."""
    host, _, name = version.rpartition("/")
    if host:
        name = _SERVED_POINT.sub(".", name)
    return name.replace(" ", "-")


def _makers(stated: str) -> tuple[str, ...]:
    """Makers of our tables in Epoch's words for organisations."""
    found = []
    for each in stated.split(","):
        plain = re.sub(r"\([^)]*\)|\b(Corp|Research)\b", "", each)
        if maker := maker_of(plain):
            found.append(maker)
    return tuple(dict.fromkeys(found))


def _self_reported(
    board: Board, row: Fields, sources: Mapping[str, str], makers: tuple[str, ...]
) -> bool | None:
    """False only where it is known that the model's maker neither measured nor owns the board."""
    if board.own:
        return False
    if not makers:
        return None
    submitter = maker_of(row.get(board.submitter, "")) if board.submitter else None
    if board.owning_maker in makers or submitter in makers:
        return True
    if not sources:
        return False
    said = " ".join(filter(None, sources.values())).casefold()
    if not said:
        return None
    where = " ".join(map(_place, sources.values()))
    if any(word in where for maker in makers for word in _MAKERS_PAGES.get(maker, maker.casefold()).split()):
        return True
    pages = (*board.sources, (urlsplit(board.page).hostname or "").removeprefix("www."))
    return False if any(page in said for page in pages) else None


def _place(source: str) -> str:
    """A source in words, or of an address the host and who publishes there: models come further behind."""
    if not _is_address(source):
        return source.casefold()
    parts = urlsplit(source.casefold())
    return f"{parts.hostname}/{parts.path.strip('/').partition('/')[0]}"


def _is_address(text: str) -> bool:
    try:
        return bool(_ADDRESS.fullmatch(text) and urlsplit(text).hostname)
    except ValueError:
        return False


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _rounded(number: Decimal) -> Decimal:
    """Without what floats add at the end: 72.9 of 72.90000000000001."""
    kept = number.quantize(_DIGITS).normalize()
    return kept if kept.as_tuple().exponent != 0 or kept else abs(kept)


def _day(text: str, today: date) -> date | None:
    """A day that is not in the future."""
    match = _DAY.fullmatch(text)
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
    return day if day and (day - today) <= _SMALLEST else None
