"""How a model works, where that is written into its name: ``o3-mini-high`` is o3-mini at high effort."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# fmt: off
EFFORTS = frozenset({"none", "minimal", "low", "medium", "high", "xhigh", "max"})
THINKING = {"thinking": True, "nonthinking": False, "nonreasoning": False}
# They only say that the word beside them is an effort.
_ABOUT = frozenset({"adaptive", "effort", "extended", "reasoning"})
TOOLS = frozenset({"grounding", "search"})
# A faster, cheaper or region-bound way to serve a model.
SERVED = frozenset({
    "batch", "beta", "cloud", "default", "exacto", "fast", "flex", "floor", "free", "global", "highspeed",
    "instant", "latest", "maas", "nitro", "online", "priority", "serverless", "tput", "versatile",
})
# fmt: on
_BUDGET = re.compile(r"\d{1,2}k")


@dataclass(frozen=True, slots=True)
class Setting:
    """What was typed of how a model works; None is not said. ``budget`` is in tokens of thinking.

    ``harness`` is the program around the model, ``served`` the way in which a host serves it,
    ``tool`` what it may use.
    """

    effort: str | None = None
    thinking: bool | None = None
    budget: int | None = None
    harness: str | None = None
    served: str | None = None
    tool: str | None = None

    @property
    def words(self) -> str:
        """The effort or thinking as it was typed, in words; empty where neither was."""
        if self.effort:
            return self.effort
        if self.budget:
            return f"thinking {self.budget // 1000}k"
        return {True: "thinking", False: "non-thinking", None: ""}[self.thinking]


def setting_parts(parts: Sequence[str]) -> list[int]:
    """The places of the parts that may be a setting, the last first."""
    places = []
    for at, part in enumerate(parts):
        beside = {parts[n] for n in (at - 1, at + 1) if 0 <= n < len(parts)}
        speaks = not beside.isdisjoint(EFFORTS | THINKING.keys())
        if (
            part in EFFORTS
            or part in THINKING
            or part in SERVED
            or part in TOOLS
            or (part == "preview" and at > 0 and parts[at - 1] in EFFORTS)
            or (speaks and (part in _ABOUT or _BUDGET.fullmatch(part)))
        ):
            places.append(at)
    return places[::-1]


def read_setting_parts(parts: Sequence[str]) -> Setting:
    """The setting that these parts are."""
    effort = next((p for p in parts if p in EFFORTS), None)
    budget = next((int(p[:-1]) * 1000 for p in parts if _BUDGET.fullmatch(p)), None)
    thinking = next((THINKING[p] for p in parts if p in THINKING), True if budget else None)
    served = next((p for p in parts if p in SERVED), None)
    tool = next((p for p in parts if p in TOOLS), None)
    return Setting(effort=effort, thinking=thinking, budget=budget, served=served, tool=tool)
