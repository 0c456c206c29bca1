"""Which of our models the versions of Epoch's bundle are, and the scores that they bring to a cell."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Benchmark, Model, Score
from bot.catalog.names.index import NameIndex, Reason
from bot.sources.epoch import Bundle, Result
from bot.sources.epoch_boards import Board
from bot.sources.matching import match
from bot.sources.offers import Offer

_TUNED = re.compile(r"-(instruct|chat|it)$", re.IGNORECASE)
_MOVING = frozenset({"deepseek-chat", "deepseek-reasoner"})
# What is out this long before a model of its name is another one.
_PREVIEW = timedelta(days=31)
_DATE = re.compile(r"-20[0-9]{2}-?[0-9]{2}-?[0-9]{2}$")


@dataclass(frozen=True)
class Identified:
    """``models`` is model id by version; ``reasons`` why a version stands for none of ours."""

    models: Mapping[str, str]
    reasons: Mapping[str, str]


def identify(bundle: Bundle, index: NameIndex) -> Identified:
    """The model of every version, where it is sure."""
    models: dict[str, str] = {}
    reasons: dict[str, str] = {}
    versions = {r.version: r for results in bundle.results.values() for r in results}
    tuned = {_TUNED.sub("", version) for version in versions if _TUNED.search(version)}
    for version, result in versions.items():
        if version in tuned:
            reasons[version] = "the untuned base of a model"
        elif version in _MOVING:
            reasons[version] = "a name that has meant several models"
        else:
            found = match("epoch", [_offer(result)], index)
            model = found.models.get(result.names[0]) or _build(result, index)
            if model and _came_before(result, model):
                reasons[version] = "it came out before that model"
            elif model:
                models[version] = model.model_id
            else:
                why = found.unmatched[0].reason if found.unmatched else "no such model is listed"
                reasons[version] = why
    return Identified(models, reasons)


def _came_before(result: Result, model: Model) -> bool:
    """Whether a version is an earlier one of the name: Kimi K2 of July where ours is that of September."""
    try:
        released = date.fromisoformat(model.release_date or "")
    except ValueError:
        return False
    dated = _DATE.search(result.names[0]) is not None
    return not dated and result.released is not None and released - result.released > _PREVIEW


def _build(result: Result, index: NameIndex) -> Model | None:
    """The model that a version with a date or number is the first build of: ``gpt-5-2025-08-07``.

    Its name without them has to be just that model's, and its date about the day of the model's release.
    """
    name = result.names[0]
    if ending := _DATE.search(name):
        plain, dated = name[: ending.start()], name
    elif result.released and name.endswith(("-001", f"-{result.released:%m%d}")):
        plain = name.rpartition("-")[0]
        dated = f"{plain}-{result.released}"
    else:
        return None
    exact, sure = index.find(plain), index.find(dated)
    if exact.reason is not Reason.EXACT or exact.model != sure.model:
        return None
    model = exact.model
    return model if model and model.provider in result.makers else None


def _offer(result: Result) -> Offer:
    key = result.names[0]
    return Offer(
        key=key,
        names=result.names,
        name=key,
        maker=result.makers[0] if result.makers else None,
        source_url=result.source_url,
        released=result.released,
    )


def scores(bundle: Bundle, models: Mapping[str, str], catalog: Catalog) -> list[Score]:
    """One score for each model and board: of its versions, efforts and agents the one with the best value.

    Only boards whose benchmark the catalog has or the board brings count. Rows that do not say who measured
    them, and those by the model's maker, give way to a row that is known to be independent.
    """
    found = []
    for board, results in bundle.results.items():
        benchmark = catalog.benchmarks.get(board.benchmark_id) or board.benchmark()
        if benchmark is None:
            continue
        by_model: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            if result.version in models:
                by_model[models[result.version]].append(result)
        for model_id, of_model in by_model.items():
            best = min(of_model, key=lambda result: _preference(result, board))
            found.append(_score(model_id, benchmark, best))
    return found


def _preference(result: Result, board: Board) -> tuple[bool, object, int, str, str]:
    better = -result.value if board.higher_is_better else result.value
    setting = repr(result.setting)
    return result.self_reported is not False, better, -result.day.toordinal(), result.version, setting


def _score(model_id: str, benchmark: Benchmark, result: Result) -> Score:
    return Score(
        model_id=model_id,
        benchmark_id=benchmark.benchmark_id,
        value=result.value,
        source_url=result.source_url,
        self_reported=result.self_reported,
        as_of=result.day,
        noise=result.noise,
        **dict(result.setting),
    )


def reasons_counted(identified: Identified) -> Counter[str]:
    """How many versions are none of our models, by reason."""
    return Counter(identified.reasons.values())
