"""What is news between two catalogs, and what is not."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalog.abilities import Fit
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane, Model
from bot.news.changes import changes
from bot.news.kinds import (
    Change,
    ContextChange,
    Interest,
    MethodChange,
    ModelRemoved,
    NewModel,
    Overtaking,
    PriceChange,
    RankShift,
    importance,
)
from bot.words.news import headline, line
from tests.worlds import benchmark, model, price, score, suppose

BENCHMARKS = [
    benchmark(f"{category.value}{n}", category, weight=Decimal("0.25"))
    for category in (Category.CODING, Category.MATH)
    for n in range(4)
]
C = TypeVar("C")


def world(
    abilities: Mapping[str, float],
    *,
    models: Sequence[Model] = (),
    unranked: Sequence[str] = (),
    spread: float = 0.1,
) -> Catalog:
    """Models with these abilities in all categories, each ranked unless it is in ``unranked``. They are
    numbered by their last letter unless ``models`` has them."""
    given = {m.model_id: m for m in models}
    listed = [given.get(m) or model(m, number=ord(m[-1])) for m in abilities]
    scores = [
        score(m, b.benchmark_id, 50)
        for m in abilities
        for b in BENCHMARKS
        if m not in unranked or b.benchmark_id == "math0"
    ]
    return suppose(Catalog(listed, BENCHMARKS, scores), abilities, spread)


def ladder(order: str, **facts: Any) -> Catalog:
    """One model for each letter, the best first, each surely better than the next."""
    return world({letter: -float(n) for n, letter in enumerate(order)}, **facts)


def with_facts(catalog: Catalog, model_id: str, **facts: Any) -> Catalog:
    """The catalog in which one model has other facts."""
    models = [m.model_copy(update=facts) if m.model_id == model_id else m for m in catalog.models.values()]
    scores = [s for m in catalog.models for each in catalog.scores(m).values() for s in each]
    return Catalog(models, catalog.benchmarks.values(), scores, fit=catalog.fit)


def renamed(catalog: Catalog, model_id: str, new_id: str, **facts: Any) -> Catalog:
    """The catalog in which one model has another id, and abilities by that id."""
    models = [
        m.model_copy(update={"model_id": new_id, **facts}) if m.model_id == model_id else m
        for m in catalog.models.values()
    ]
    scores = [
        s.model_copy(update={"model_id": new_id}) if m == model_id else s
        for m in catalog.models
        for each in catalog.scores(m).values()
        for s in each
    ]
    made = Catalog(models, catalog.benchmarks.values(), scores)
    means = catalog.abilities(Lane.PROVISIONAL)
    assert means is not None
    now = {m: new_id if m == model_id else m for m in means.models}
    return suppose(made, {now[m]: float(means.mean[n, 0]) for n, m in enumerate(means.models)})


def of(kind: type[C], found: Sequence[Change]) -> list[C]:
    return [change for change in found if isinstance(change, kind)]


def one(kind: type[C], found: Sequence[Change]) -> C:
    (only,) = of(kind, found)
    return only


def overall(found: Sequence[Change]) -> dict[str, RankShift]:
    shifts = [s for s in of(RankShift, found) if s.board.category is None]
    return {s.model.model_id: s for s in shifts if s.board.lane is Lane.PROVISIONAL}


def read(change: Change, top: int = 10) -> str:
    return f"{headline(change, top=top)}. {line(change)}"


def test_a_new_model_is_told_with_where_it_enters_and_what_its_rivals_cost() -> None:
    rival = model("b", number=98, provider="Rival", price=price(10, 10))
    before = ladder("abc", models=[rival])
    abilities = {"a": 0.0, "b": -1.0, "n": -1.0, "c": -2.0}
    new = model("n", number=110, price=price(5, 5), context_window_tokens=200_000)
    change = one(NewModel, changes(before, world(abilities, models=[rival, new])))
    assert {(b.lane.value, b.category): s.rank for b, s in change.spots} == {
        ("provisional", None): 2,
        ("provisional", Category.CODING): 2,
        ("provisional", Category.MATH): 2,
    }
    assert change.beside is not None
    assert (change.beside.display_name, change.beside.times) == ("b", 2)
    assert read(change) == (
        "New: n from Maker, rank 2 overall. It enters at rank 2 overall (could be 2 to 3), 2 on coding "
        "(could be 2 to 3) and 2 on math (could be 2 to 3). It is better than c, at least 90 % sure. $5 in "
        "and $5 out per million tokens and a context of 200K tokens. It costs half as much as b; which of "
        "the two is better is too close to call."
    )


def test_a_new_model_is_told_as_better_than_the_watched_ones_that_are_surely_weaker() -> None:
    found = changes(ladder("abcd"), ladder("anbcd"), watched=["a", "c", "d"])
    change = one(NewModel, found)
    assert ([m.model_id for m in change.ahead_of], change.past and change.past.model_id) == (["c", "d"], "b")
    assert "It is better than c and d, at least 90 % sure." in line(change)


def test_a_new_model_with_few_scores_is_told_without_a_rank() -> None:
    change = one(NewModel, changes(ladder("ab"), ladder("abn", unranked="n")))
    assert read(change) == "New: n from Maker. It has too few scores to be ranked."


def test_a_removed_model_is_told_with_where_it_stood() -> None:
    found = changes(ladder("abc"), ladder("bc"))
    assert read(one(ModelRemoved, found)) == "a is no longer listed. It stood at rank 1 overall."
    assert "a" not in overall(found)


def test_a_new_number_one_is_told_with_whom_it_overtakes_and_so_is_the_old_one() -> None:
    shifts = overall(changes(ladder("abcd"), ladder("cabd")))
    assert shifts.keys() == {"a", "b", "c"}
    assert read(shifts["c"]) == "c is the new number one overall. From rank 3 to 1. It overtakes a."
    assert read(shifts["a"]) == "a no longer leads overall. From rank 1 to 2. c overtakes it."
    wanted = Interest(top=1)
    assert [m for m, s in shifts.items() if wanted.wants(s)] == ["c", "a"]


def test_a_lead_that_is_shared_is_told_as_such() -> None:
    after = world({"a": 1.0, "c": 1.0, "b": 0.0, "d": -1.0}, spread=0.1)
    shift = overall(changes(ladder("abcd"), after))["c"]
    assert (shift.after and shift.after.rank, shift.alongside) == (1, 1)
    assert headline(shift) == "c now shares the lead overall"


def test_into_and_out_of_the_top_is_told_for_the_top_that_is_asked_for() -> None:
    shifts = overall(changes(ladder("abcdef"), ladder("abdcef")))
    assert {m: [n for n in range(1, 7) if s.crosses(n)] for m, s in shifts.items()} == {"c": [3], "d": [3]}
    assert read(shifts["d"], top=3) == "d is now in the top 3 overall. From rank 4 to 3. It overtakes c."
    assert headline(shifts["c"], top=3) == "c has left the top 3 overall"
    assert [Interest(top=3).wants(s) for s in shifts.values()] == [True, True]
    assert [Interest(top=4).wants(s) for s in shifts.values()] == [False, False]


def test_a_move_by_enough_places_is_told() -> None:
    shifts = overall(changes(ladder("abcdefghij"), ladder("abcdjefghi")))
    assert shifts["j"].moved == 5
    assert read(shifts["j"], top=3) == "j moves up overall. From rank 10 to 5. It overtakes e."
    assert [Interest(top=3, least=least).wants(shifts["j"]) for least in (5, 6)] == [True, False]
    assert shifts["e"].moved == -1


def test_a_model_that_newcomers_push_down_has_not_moved_by_itself() -> None:
    shifts = overall(changes(ladder("abcd"), ladder("uvwxyzabcd")))
    assert (shifts["d"].entered, shifts["d"].moved) == (6, 0)
    assert not Interest(top=3).wants(shifts["d"])
    assert read(shifts["a"], top=5) == (
        "a no longer leads overall. From rank 1 to 7. 6 models new on this board stand above it."
    )


def test_overtaking_is_told_to_who_watches_either_of_the_two() -> None:
    before, after = ladder("abcd"), ladder("acbd")
    assert not of(Overtaking, changes(before, after))
    for watched in ("b", "c"):
        found = [o for o in of(Overtaking, changes(before, after, [watched])) if o.board.category is None]
        assert [(o.model.model_id, o.other.model_id) for o in found] == [("c", "b")]
        assert Interest(watched=frozenset([watched])).wants(found[0])
        assert not Interest(watched=frozenset("d")).wants(found[0])
    assert read(found[0]) == (
        "c overtakes b overall. Rank 3 before, 2 now. b was better before and is behind now, each at least "
        "90 % sure."
    )
    assert not of(Overtaking, changes(before, after, ["a", "d"]))


def test_overtaking_within_the_doubt_is_not_told() -> None:
    before, after = world({"a": 0.1, "b": 0.0}), world({"a": 0.0, "b": 1.0})
    assert changes(before, after, ["a", "b"]) == ()


@pytest.mark.parametrize(
    ("old", "new", "percents", "sentence"),
    [
        (
            price(4, 8),
            price(2, 4),
            (-50, -50, -50),
            "a is 50 % cheaper. Input $4 to $2 (down 50 %), output $8 to $4 (down 50 %), per million tokens.",
        ),
        (
            price(1, 4),
            price(1, 5),
            (0, 25, Decimal(100) / 7),
            "a is 14 % dearer. Input $1 as before, output $4 to $5 (up 25 %), per million tokens.",
        ),
        (
            price(1, 4),
            price(2, 2),
            (100, -50, Decimal(100) / 7),
            "a has another list price. Input $1 to $2 (up 100 %), output $4 to $2 (down 50 %), per million "
            "tokens.",
        ),
        (
            None,
            price(1, 4),
            (None, None, None),
            "a has a list price. $1 in and $4 out per million tokens; no price was known before.",
        ),
        (
            price(1, 4),
            None,
            (None, None, None),
            "a no longer has a list price. It was $1 in and $4 out per million tokens.",
        ),
        (
            price(1, 4),
            price(0, 0),
            (-100, -100, -100),
            "a is now free. Input $1 to $0 (down 100 %), output $4 to $0 (down 100 %), per million tokens.",
        ),
        (
            price(0, 0),
            price(1, 4),
            (None, None, None),
            "a is no longer free. Input $0 to $1, output $0 to $4, per million tokens.",
        ),
        (
            price("3.001", 1),
            price("3.002", 1),
            (Decimal("0.1") / Decimal("3.001"), 0, None),
            "a is under 1 % dearer. Input $3.001 to $3.002 (up under 1 %), output $1 as before, per million "
            "tokens.",
        ),
    ],
)
def test_a_price_is_told_with_both_figures_and_percent(
    old: Any, new: Any, percents: tuple[Any, Any, Any], sentence: str
) -> None:
    before = world({"a": 0.0}, models=[model("a", price=old)])
    change = one(PriceChange, changes(before, with_facts(before, "a", price=new)))
    assert (change.input_percent, change.output_percent) == percents[:2]
    assert percents[2] is None or change.blended_percent == percents[2]
    assert read(change) == sentence


def test_the_same_price_from_another_source_is_not_news() -> None:
    old = price(1, "4.0")
    other = old.model_copy(update={"output": Decimal(4), "source_url": "https://example.com/other"})
    before = world({"a": 0.0}, models=[model("a", price=old)])
    assert changes(before, with_facts(before, "a", price=other)) == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            200_000,
            1_000_000,
            "a has a larger context window. 200K tokens before, 1M now: 5 times as much.",
        ),
        (262_144, 131_072, "a has a smaller context window. 262K tokens before, 131K now: 50 % less."),
        (128_000, 131_072, None),
        (None, 131_072, None),
        (131_072, None, None),
    ],
)
def test_another_context_window_is_told_but_not_another_way_to_write_it(
    old: int | None, new: int | None, sentence: str | None
) -> None:
    before = world({"a": 0.0}, models=[model("a", context_window_tokens=old)])
    found = changes(before, with_facts(before, "a", context_window_tokens=new))
    assert [read(c) for c in of(ContextChange, found)] == ([sentence] if sentence else [])
    assert len(found) == bool(sentence)


def test_another_method_is_one_note_instead_of_shifts() -> None:
    before, after = ladder("abcd"), ladder("dcba")
    assert len(changes(before, after)) > 3
    assert after.fit is not None
    after = after.with_fit(Fit(2, "", after.fit.lanes))
    (note,) = changes(before, after, ["a"])
    assert isinstance(note, MethodChange)
    assert note.abilities == (1, 2)
    assert read(note).startswith("Ranks are now worked out in another way. Where models stand may differ")


def test_without_abilities_on_one_side_ranks_are_not_compared() -> None:
    after = ladder("dcba").with_fit(None)
    assert changes(ladder("abcd"), after) == changes(after, ladder("abcd")) == ()


def test_a_rank_inside_the_other_interval_is_not_news() -> None:
    # Of two models that are hardly apart, each may be first, whoever is ahead.
    assert changes(world({"a": 0.05, "b": 0.0}), world({"a": 0.0, "b": 0.05})) == ()
    # Rank 1 (1 to 2) to rank 2 (2 to 2): the old interval already allowed for it.
    before, after = world({"a": 0.1, "b": 0.0}), world({"a": 0.0, "b": 0.5})
    assert changes(before, after) == ()


def test_a_model_with_few_scores_does_not_come_into_the_top_by_its_flattering_rank() -> None:
    abilities = {"a": 0.3, "b": 0.2, "c": 0.1, "d": 0.0}
    before = world(abilities, unranked="d", spread=0.5)
    shift = overall(changes(before, world(abilities, spread=0.5)))["d"]
    assert shift.after is not None
    assert (shift.before, shift.after.rank, shift.after.worst) == (None, 1, 4)
    assert [n for n in range(1, 6) if shift.crosses(n)] == [4, 5]
    assert headline(shift, top=3) == "d is now ranked overall"
    assert not Interest(top=3).wants(shift)
    assert read(overall(changes(ladder("abc"), ladder("abc", unranked="c")))["c"], top=2) == (
        "c is no longer ranked overall. It was at rank 3 and has too few scores now."
    )


@pytest.mark.parametrize(
    ("facts", "same"),
    [
        ({"display_name": "Other", "aliases": ()}, True),  # the number
        ({"display_name": "A", "number": 500, "aliases": ()}, True),  # the name, in another case
        ({"display_name": "Other", "number": 500, "aliases": ("maker/a",)}, True),
        ({"display_name": "Other", "number": 500, "aliases": ("a",)}, True),  # the id that it had
        ({"display_name": "Other", "number": 500, "aliases": ()}, False),
    ],
)
def test_a_renamed_model_is_not_news_and_what_else_changed_about_it_is(
    facts: dict[str, Any], same: bool
) -> None:
    before = world(
        {"a": 1.0, "b": 0.0},
        models=[model("a", number=97, aliases=("maker/a",), price=price(2, 2))],
    )
    found = changes(before, renamed(before, "a", "z", **facts))
    assert [c.kind for c in found] == ([] if same else ["new model", "model removed"])
    dearer = changes(before, renamed(before, "a", "z", price=price(4, 4), **facts))
    assert len(of(PriceChange, dearer)) == same


def test_equal_numbers_are_no_rename_where_tables_have_none_of_their_own() -> None:
    # Tables without numbers get them in the order of ids: b is 2 in one and 1 in the other.
    before = Catalog([model("a", 1), model("b", 2)], [], [])
    after = Catalog([model("b", 1), model("c", 2)], [], [])
    assert {c.kind: c.model.model_id for c in changes(before, after) if not isinstance(c, MethodChange)} == {
        "new model": "c",
        "model removed": "a",
    }


def test_the_more_important_change_is_told_first() -> None:
    models = [model("c", number=99, price=price(1, 1)), model("a", number=97, context_window_tokens=1000)]
    before = ladder("abcdefghijkl", models=models)
    after = ladder("nbacdefghijlk", models=models)
    after = with_facts(with_facts(after, "c", price=price(2, 2)), "a", context_window_tokens=2000)
    found = [c for c in changes(before, after) if not (isinstance(c, RankShift) and c.board.category)]
    found.sort(key=importance, reverse=True)
    told = [f"{c.kind} {c.model.model_id}" for c in found if not isinstance(c, MethodChange)]
    assert told[:2] == ["new model n", "rank a"]
    assert told.index("price c") < told.index("context a") < told.index("rank k")


STATES = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.fixed_dictionaries(
        {
            "ability": st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0, 2.0]),
            "ranked": st.sampled_from([True, True, True, False]),
            "renamed": st.sampled_from([False, False, False, True]),
            "price": st.sampled_from([None, (0, 0), (1, 2), (2, 2)]),
            "context": st.sampled_from([None, 128_000, 131_072, 1_000_000]),
        }
    ),
    min_size=1,
)


def state(drawn: Mapping[str, Mapping[str, Any]], numbered: bool, spread: float) -> Catalog:
    ids = {letter: f"new-{letter}" if facts["renamed"] else letter for letter, facts in drawn.items()}
    models = [
        model(
            ids[letter],
            number=ord(letter) if numbered else place,
            display_name=letter,
            price=price(*facts["price"]) if facts["price"] else None,
            context_window_tokens=facts["context"],
        )
        for place, (letter, facts) in enumerate(sorted(drawn.items()), 1)
    ]
    return world(
        {ids[letter]: facts["ability"] for letter, facts in drawn.items()},
        models=models,
        unranked=[ids[letter] for letter, facts in drawn.items() if not facts["ranked"]],
        spread=spread,
    )


@given(
    STATES,
    STATES,
    st.booleans(),
    st.sampled_from([0.01, 0.1, 0.4]),
    st.frozensets(st.sampled_from("abcdefgh")),
)
@settings(max_examples=150, deadline=None)
def test_news_and_its_inverse_are_nothing(
    old: Any, new: Any, numbered: bool, spread: float, watched: frozenset[str]
) -> None:
    a, b = state(old, numbered, spread), state(new, numbered, spread)
    there, back = changes(a, b, watched), changes(b, a, watched)
    facts = [c.fact for c in there]
    assert len(set(facts)) == len(facts) == len(back)
    assert set(facts) == {c.undone for c in back}
    assert {c.undone for c in there} == {c.fact for c in back}
    assert not {c.fact for c in there} & {c.undone for c in there}
    assert changes(a, a, watched) == changes(b, b, watched) == ()


@given(STATES, STATES, st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_every_change_can_be_read_and_ordered(old: Any, new: Any, top: int) -> None:
    for change in changes(state(old, True, 0.1), state(new, True, 0.1), "abcd"):
        said = headline(change, top=top), line(change)
        for text in said:
            assert text == " ".join(text.split())
            assert text
            assert "None" not in text
            assert "!" not in text
        assert not said[0].endswith(".")
        assert said[1].endswith(".")
        assert 0 <= importance(change) <= 100
