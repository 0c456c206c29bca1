"""model-prices: prices of makers with their day, source and conditions, and which models are retired.

``latest.json`` names the snapshot by its SHA-256, and the snapshot is read only if that is its hash. Its rows
of a provider's own models are the best prices there are: a price that the maker announced or that was seen on
the maker's page is the maker's own, one out of models.dev ranks as models.dev's. A list price is never 0.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.catalog.entities import Band, Hours, PriceKind, Rate
from bot.errors import SourceRefused
from bot.sources.offers import (
    Dollars,
    Offer,
    Reading,
    Rows,
    Shape,
    Source,
    Text,
    Tokens,
    checked,
    per_million,
    tail,
)

ROOT = "/wakamex/model-prices/data/v1"
SCHEMA = 1
PAGE = "https://github.com/wakamex/model-prices"

# The provider there -> the provider of our tables.
MAKERS = {
    "ai21": "AI21 Labs",
    "alibaba": "Alibaba Qwen",
    "amazon-bedrock": "Amazon",
    "anthropic": "Anthropic",
    "arcee": "Arcee AI",
    "bailing": "inclusionAI",
    "byteplus": "ByteDance",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "google": "Google",
    "inception": "Inception",
    "longcat": "Meituan",
    "meta": "Meta",
    "minimax": "MiniMax",
    "mistral": "Mistral AI",
    "moonshotai": "Moonshot AI",
    "nova": "Amazon",
    "openai": "OpenAI",
    "perplexity": "Perplexity",
    "poolside": "Poolside",
    "sakana": "Sakana AI",
    "sensenova": "SenseTime",
    "stepfun-ai": "StepFun",
    "tencent-tokenhub": "Tencent",
    "thinkingmachines": "Thinking Machines Lab",
    "upstage": "Upstage",
    "volcengine": "ByteDance",
    "xai": "xAI",
    "xiaomi": "Xiaomi",
    "zai": "Z.ai",
}
_OWN_PAGE = frozenset({"documented", "first observed"})

Moment = Annotated[datetime, Field(strict=False)]
Address = Annotated[str, Field(pattern=r"^https?://[\x21-\x7e]{1,500}$")]
Clock = Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]


class Tier(Shape):
    above: Tokens
    input: Dollars
    output: Dollars
    cache_read: Dollars | None = None


class Rates(Shape):
    input: Dollars
    output: Dollars
    cache_read: Dollars | None = None
    tiers: tuple[Tier, ...] = ()
    valid_from: Moment
    valid_from_basis: Text
    source: Address
    currency: Text = "USD"


class Entry(Shape):
    start: Moment | None = None
    rates: Rates | None = None


class Modes(Shape):
    standard: tuple[Entry, ...] = ()
    batch: tuple[Entry, ...] = ()
    fast: tuple[Entry, ...] = ()


class Schedule(Shape):
    """Hours in which a provider takes more, of all its models or of those that are named."""

    provider: Text
    peak_hours_utc: tuple[tuple[Clock, Clock], ...] = ()
    peak_multiplier: Dollars | dict[Text, Dollars] | None = None
    weekdays_only: bool = False
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class Pointer(Shape):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Snapshot(Shape):
    updated_at: Moment
    prices: Annotated[dict[Text, Any], Field(min_length=1)]
    status: dict[Text, Any] = Field(default_factory=dict)
    schedules: Any = None


class Kind(Shape):
    schema_: Annotated[Any, Field(alias="schema")] = None


def more(texts: Sequence[str]) -> str | None:
    """The snapshot that the first text names. Raises ``SourceRefused``."""
    return f"{ROOT}/{_named(texts[0])}.json" if len(texts) == 1 else None


def _named(text: str) -> str:
    pointer: Pointer = checked(Pointer, text)
    return pointer.sha256


def read(texts: Sequence[str], address: str, today: date) -> Reading:
    """One offer for each model that a maker prices itself. Raises ``SourceRefused``."""
    if sha256(texts[1].encode()).hexdigest() != _named(texts[0]):
        raise SourceRefused("the snapshot is not the one that its pointer names")
    kind: Kind = checked(Kind, texts[1])
    if kind.schema_ != SCHEMA:
        raise SourceRefused(f"its schema is {str(kind.schema_)[:20]}, and only {SCHEMA} is known")
    snapshot: Snapshot = checked(Snapshot, texts[1])
    rows = Rows(Modes)
    schedules = _schedules(snapshot.schedules, today)
    offers: list[Offer] = []
    for provider, maker in MAKERS.items():
        listed = snapshot.prices.get(provider, {})
        if not isinstance(listed, dict):
            rows.leave_out(provider, "it lists no models")
            continue
        states = snapshot.status.get(provider, {})
        known = states if isinstance(states, dict) else {}
        fitting = rows.all((f"{provider}/{id_}", raw) for id_, raw in listed.items())

        def offer(
            key: str, modes: Modes, maker: str = maker, known: Mapping[str, Any] = known
        ) -> Offer | None:
            return _offer(key, modes, maker, known, schedules, today)

        offers += rows.offers(fitting, offer)
    return Reading(offers, tuple(rows.left_out))


def _offer(
    key: str,
    modes: Modes,
    maker: str,
    known: Mapping[str, Any],
    schedules: Sequence[Schedule],
    today: date,
) -> Offer | None:
    provider, id_ = key.split("/", 1)
    if "/" in id_ and id_.split("/", 1)[0] != provider:
        return None  # Another maker's model, at this one as a host.
    state = known.get(id_)
    status: Literal["active", "deprecated", "removed"] = (
        state if state == "deprecated" or state == "removed" else "active"
    )
    offer = Offer(
        key=key,
        names=(tail(id_),),
        name=tail(id_),
        maker=maker,
        source_url=PAGE,
        status=status,
    )
    run = _run(modes.standard, today)
    price = _rate(run[-1]) if run else None
    if price is None:
        return offer
    stated = next((each for each in run if each.valid_from_basis in _OWN_PAGE), run[0])
    since = min(each.valid_from for each in run).astimezone(UTC).date()
    return offer.model_copy(
        update={
            "price_input": price.input,
            "price_output": price.output,
            "cached": price.cached,
            "since": since if since <= today else None,
            "kind": PriceKind.MAKER if stated.valid_from_basis in _OWN_PAGE else PriceKind.COLLECTION,
            "price_url": stated.source,
            "bands": _bands(run[-1]),
            "batch": _rate(_holding(modes.batch, today)),
            "fast": _rate(_holding(modes.fast, today)),
            "hours": _hours(provider, id_, schedules),
        }
    )


def _run(entries: Sequence[Entry], today: date) -> list[Rates]:
    """What holds today, the first statement of it first: a later one of the same figures is no new price."""
    begun = [each.rates for each in _begun(entries, today)]
    run: list[Rates] = []
    for rates in reversed(begun):
        if rates is None or (run and (rates.input, rates.output) != (run[0].input, run[0].output)):
            break
        run.insert(0, rates)
    return run


def _begun(entries: Sequence[Entry], today: date) -> list[Entry]:
    return [each for each in entries if each.start is None or each.start.astimezone(UTC).date() <= today]


def _holding(entries: Sequence[Entry], today: date) -> Rates | None:
    """What holds today: the last that has begun."""
    begun = _begun(entries, today)
    return begun[-1].rates if begun else None


def _rate(rates: Rates | Tier | None) -> Rate | None:
    if rates is None or (isinstance(rates, Rates) and rates.currency.upper() != "USD"):
        return None
    given, taken = per_million(rates.input), per_million(rates.output)
    if given is None or taken is None:
        return None
    return Rate(input=given, output=taken, cached=per_million(rates.cache_read))


def _bands(rates: Rates) -> tuple[Band, ...]:
    found = [(tier.above, rate) for tier in rates.tiers if (rate := _rate(tier))]
    return tuple(Band(above=above, **dict(rate)) for above, rate in sorted(found, key=lambda each: each[0]))


def _schedules(raw: Any, today: date) -> list[Schedule]:
    """Those of today; what does not fit costs a remark and no price."""
    listed = raw.get("schedule") if isinstance(raw, dict) else None
    rows = Rows(Schedule)
    found = rows.all(("schedule", each) for each in (listed if isinstance(listed, list) else ()))
    return [
        each
        for _, each in found
        if (each.valid_from is None or each.valid_from.astimezone(UTC).date() <= today)
        and (each.valid_until is None or each.valid_until.astimezone(UTC).date() > today)
    ]


def _hours(provider: str, id_: str, schedules: Sequence[Schedule]) -> Hours | None:
    for each in schedules:
        times = each.peak_multiplier
        times = times.get(id_) if isinstance(times, dict) else times
        if each.provider == provider and each.peak_hours_utc and times and times != 1:
            return Hours(spans=each.peak_hours_utc, times=Decimal(str(times)), weekdays=each.weekdays_only)
    return None


SOURCE = Source("modelprices", "model-prices", f"{ROOT}/latest.json", read, more)
