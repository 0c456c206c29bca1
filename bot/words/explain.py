"""Why a call came out so, in words."""

from bot.analysis import figures
from bot.analysis.calls import Sureness
from bot.analysis.explain import Explanation, Moved
from bot.analysis.figures import chance, counted, listed, points
from bot.analysis.workload import mix
from bot.catalog.entities import Lane
from bot.words.verdict import Written

NOTE = "A test speaks for the model that did better on it than all other scores suggest."
# Links named in a sentence, and how much of P a test has to move to be said to matter.
MOST_NAMED, WORTH_SAYING = 2, 0.02


def explanation_words(result: Explanation, model: Written = str, term: Written = str) -> tuple[str, ...]:
    """One to five sentences; ``model`` and ``term`` write the name of a model and of a test for the face."""
    names = {m: model(name) for m, name in zip(result.models, result.names, strict=True)}
    if result.unscored:
        kind = "scores" if result.lane is Lane.PROVISIONAL else "independently measured scores"
        missing = listed([names[m] for m in result.unscored])
        verb = "has" if len(result.unscored) == 1 else "have"
        return (f"{missing} {verb} no {kind} yet, so there is no call to explain.",)
    if result.probability is None:
        return ("What moved the abilities was not worked out for these tables, so this cannot be explained.",)
    said = [_called(result, names), _traits(result, names), _most(result, names, term)]
    return tuple(filter(None, [*said, _against(result, names, term), _linked(result, model)]))


def where(result: Explanation) -> str:
    """What the call is about: overall, in coding, for 70 % coding, 30 % agentic."""
    if result.workload is None:
        return "overall"
    only = result.workload.only
    return f"in {figures.category(only)}" if only else f"for {mix(result.workload)}"


def _called(result: Explanation, names: dict[str, str]) -> str:
    ahead, behind = (names[result.models[n]] for n in (result.ahead, 1 - result.ahead))
    sure = chance(result.of_ahead(result.probability or 0.0))
    match result.sureness:
        case Sureness.CLEAR:
            return f"{ahead} is ahead of {behind} {where(result)}, {sure} sure."
        case Sureness.LEANING:
            return f"{ahead} is probably ahead of {behind} {where(result)}, {sure} sure."
        case _:
            return f"Too close to call {where(result)}: {sure} for {ahead} against {behind}."


def _traits(result: Explanation, names: dict[str, str]) -> str:
    if result.traits is None:
        return ""
    favoured = int(result.traits < 0.5)
    sure = chance(max(result.traits, 1 - result.traits))
    return (
        f"Release date, size, maker and family alone would say {sure} for {names[result.models[favoured]]}."
    )


def _most(result: Explanation, names: dict[str, str], term: Written) -> str:
    """The test that speaks most for the model ahead; of many that agree, the one that shows it best."""
    for_it, now = result.speaking_for(result.ahead), result.of_ahead(result.probability or 0.0)
    if not for_it:
        return ""
    without = result.of_ahead(for_it[0].without)
    if now - without >= WORTH_SAYING:
        shown = _shown(result, for_it[0], names, term)
        ahead = names[result.models[result.ahead]]
        return f"What counts most for {ahead} is {shown}. Without it the chance would be {chance(without)}."
    least = chance(without)
    stays = f"stay {least}" if least.startswith("over") else f"be at least {least}"
    said = f"No single test decides it: without any one of them it would {stays}."
    telling = [test for test in for_it if None not in test.values and not test.narrower]
    if not telling:
        return said
    return f"{said} Of those that both took, this one says most: {_shown(result, telling[0], names, term)}."


def _against(result: Explanation, names: dict[str, str], term: Written) -> str:
    """The test that costs the model ahead most, if it costs much."""
    other_way = result.speaking_for(1 - result.ahead)
    if not other_way:
        return ""
    without = result.of_ahead(other_way[0].without)
    if without - result.of_ahead(result.probability or 0.0) < WORTH_SAYING:
        return ""
    shown = _shown(result, other_way[0], names, term)
    return f"Against it speaks {shown}. Without it the chance would be {chance(without)}."


def _shown(result: Explanation, test: Moved, names: dict[str, str], term: Written) -> str:
    """SWE-bench Pro, 58.6 against 41: the value of the model ahead first."""
    order = (result.ahead, 1 - result.ahead)
    ahead, behind = (test.values[n] for n in order)
    lower = "" if test.higher_is_better else " (lower is better)"
    named = f"{term(test.display_name)}{lower}"
    if ahead is not None and behind is not None:
        spoken_for = names[test.speaks_for]
        narrower = f", where {spoken_for} did better than its other tests suggest" if test.narrower else ""
        return f"{named}, {points(ahead)} against {points(behind)}{narrower}"
    taker = result.models[order[0] if ahead is not None else order[1]]
    value = ahead if ahead is not None else behind
    better = "better" if test.speaks_for == taker else "worse"
    figure = "" if value is None else f": {points(value)}, {better} than its other tests suggest"
    return f"{named}, which only {names[taker]} took{figure}"


def _linked(result: Explanation, model: Written) -> str:
    named = [model(link.display_name) for link in result.links[:MOST_NAMED]]
    if not named:
        return "" if result.shared else "They share no test, and no other model took tests of both."
    if not result.shared:
        link = "links" if len(named) == 1 else "link"
        return f"They share no test; {listed(named)} took tests of both and {link} them."
    return (
        f"They share {counted(result.shared, 'test')}; of the other models that took tests of both, "
        f"{listed(named)} moved it most."
    )
