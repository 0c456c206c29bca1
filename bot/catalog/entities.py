"""The values that everything else speaks about. All are frozen; a missing figure is ``None``, never 0."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    model_serializer,
)

# Exact inside, a plain number in JSON.
Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


def _is_none(value: object) -> bool:
    return value is None


class Value(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Category(StrEnum):
    """What a benchmark measures, in the order of weight in the overall score."""

    AGENTIC = "agentic"
    CODING = "coding"
    REASONING = "reasoning"
    MULTIMODAL = "multimodal"
    KNOWLEDGE = "knowledge"
    MULTILINGUAL = "multilingual"
    INSTRUCTION_FOLLOWING = "instruction-following"
    MATH = "math"


CATEGORY_WEIGHTS: Mapping[Category, Decimal] = {
    Category.AGENTIC: Decimal(22),
    Category.CODING: Decimal(20),
    Category.REASONING: Decimal(17),
    Category.MULTIMODAL: Decimal(12),
    Category.KNOWLEDGE: Decimal(12),
    Category.MULTILINGUAL: Decimal(7),
    Category.INSTRUCTION_FOLLOWING: Decimal(5),
    Category.MATH: Decimal(5),
}
"""Share of each category in the overall score."""


class Lane(StrEnum):
    """Which scores count: all of them, or only those measured independently of the model's maker."""

    PROVISIONAL = "provisional"
    VERIFIED = "verified"


class PriceKind(StrEnum):
    """Whose figure a price is, the best first: read off the maker's own page, out of a collection of makers'
    prices, or what somebody takes who serves the model."""

    MAKER = "maker"
    COLLECTION = "collection"
    HOST = "host"


AT_HOST = "a host"
"""Who states a context window that nobody but a host does."""


class Rate(Value):
    """USD per million tokens; ``cached`` is input that comes from a cache."""

    input: Number
    output: Number
    cached: Number | None = None


class Band(Rate):
    """What a request costs whose input is longer than ``above`` tokens."""

    above: int


class Hours(Value):
    """Hours of the day (UTC, "01:00") in which the price is so many ``times`` the standard one."""

    spans: tuple[tuple[str, str], ...]
    times: Number
    weekdays: bool = False


class Sparse(Value):
    """A value that is written without those of its later fields that say nothing."""

    @model_serializer(mode="wrap")
    def _stated(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = serialize(self)
        return {
            name: value
            for name, value in fields.items()
            if name not in UNSTATED or getattr(self, name) != UNSTATED[name]
        }


class Price(Sparse):
    """List price in USD per million tokens, standard tier, text, of the lowest band of input.

    ``as_of`` is the day that is told with it: ``since``, from which it holds, where that is stated or was
    seen, else the day on which it was first ``read`` so. ``source`` is the name of the live source and
    ``listing`` the model's key there, both empty where the tables say it. ``cached`` is input from a cache,
    ``bands`` what longer input costs, the shortest first, ``batch`` and ``fast`` what other ways to be served
    cost.
    """

    input: Number
    output: Number
    source_url: str
    as_of: date
    source: str = ""
    listing: str = ""
    kind: PriceKind = PriceKind.COLLECTION
    since: date | None = None
    read: date | None = None
    cached: Number | None = None
    bands: tuple[Band, ...] = ()
    batch: Rate | None = None
    fast: Rate | None = None
    hours: Hours | None = None


class Quote(Value):
    """What a source says that a model costs, where that is not the price in use; ``source`` is its name."""

    source: str
    price: Price


class Place(Value):
    """Where another site's board has a model, by that site's own method.

    ``listed`` is the model's name there, ``low`` and ``high`` are the interval that the site gives for its
    score, ``as_of`` is the day from which it is so.
    """

    board: str
    listed: str
    rank: int
    score: Number
    low: Number | None = None
    high: Number | None = None
    source_url: str
    as_of: date


class Model(Sparse):
    """One AI model. ``number`` is small, never changes and is never given to another model."""

    number: int
    model_id: str
    display_name: str
    provider: str
    aliases: tuple[str, ...] = ()
    release_date: str | None = Field(default=None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    open_weights: bool | None = None
    license: str | None = None
    context_window_tokens: int | None = None
    max_output_tokens: int | None = None
    price: Price | None = None
    modalities: str | None = None
    family: str | None = None
    parameters_b: Number | None = None
    reasoning: bool | None = None
    speed_tps: Number | None = None
    ttft_s: Number | None = None
    context_source: str = Field(default="", description="Which live source and listing states the window")
    efforts: tuple[str, ...] = Field(default=(), description="What can be set, the least first")
    tools: bool | None = None
    structured_output: bool | None = None
    status: Literal["active", "deprecated", "removed"] | None = None
    status_source: str = ""
    retires: date | None = Field(default=None, description="The last day, where it is stated")
    successor: str | None = Field(default=None, description="As its maker calls it")
    quiet: bool = Field(default=False, description="It came with the first reading of a source: no news")


UNSTATED: Mapping[str, Any] = {
    name: field.default
    for entity, first in ((Price, "source"), (Model, "context_source"))
    for name, field in list(entity.model_fields.items())[list(entity.model_fields).index(first) :]
}
"""What says nothing in the fields of prices and models that came after the first release. Content that does
without them is written, and hashed, as it was before."""


class Benchmark(Value):
    """One test.

    ``weight`` is its share in the published average of its category; ``None`` is shown, not weighted.
    """

    benchmark_id: str
    display_name: str
    category: Category
    description: str
    unit: str
    higher_is_better: bool
    max_score: Number | None = None
    weight: Number | None = None

    @property
    def is_percent(self) -> bool:
        """Only percentages can be averaged with each other."""
        return self.unit == "percent"


class Setting(Value):
    """How a test was run, as far as it is stated. ``budget_tokens`` are those that the model may think in,
    ``harness`` is the agent or scaffold around it, ``variant`` all that has no field of its own.

    A score has the same fields: ``Score(..., **dict(setting))``.
    """

    variant: str = ""
    effort: str | None = None
    tools: bool | None = None
    harness: str | None = None
    budget_tokens: int | None = None


class Score(Value):
    """One measured figure. Its key is model, benchmark, setting and source.

    ``noise`` is the standard error that the source states, in the scale of ``value``. Where budget or noise
    is not stated, it is left out of JSON and of the digest of tables.
    """

    model_id: str
    benchmark_id: str
    value: Number
    source_url: str
    self_reported: bool | None
    as_of: date
    variant: str = ""
    effort: str | None = None
    tools: bool | None = None
    harness: str | None = None
    budget_tokens: int | None = Field(default=None, exclude_if=_is_none)
    noise: Number | None = Field(default=None, exclude_if=_is_none)

    @property
    def level(self) -> str | None:
        """The effort, or the budget as a word for it: "16k thinking"."""
        if self.budget_tokens is None or self.effort:
            return self.effort
        thousands = self.budget_tokens / 1000
        size = f"{thousands:.0f}k" if thousands == int(thousands) else str(self.budget_tokens)
        return f"{size} thinking"

    @property
    def setting(self) -> str:
        """How it was run, in words; empty where the source does not say."""
        parts = []
        level = self.level
        if level == "none":
            parts.append("thinking off")
        elif level:
            parts.append(level if "thinking" in level else f"{level} effort")
        if self.tools is not None:
            parts.append("with tools" if self.tools else "no tools")
        if self.harness:
            parts.append(self.harness)
        if self.variant:
            parts.append(self.variant)
        return ", ".join(parts)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Model, benchmark, setting and source."""
        return self.model_id, self.benchmark_id, self.setting, self.source_url
