"""The whole reply for thirteen questions, as text files in `golden/`; a change in any word is seen in review.

`python -m tests.chat.test_golden` writes the files anew.
"""

from datetime import date
from pathlib import Path

import pytest

from bot.analysis.comparison import compare
from bot.analysis.workload import read_workload
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane
from bot.chat.embeds.comparison import comparison_embed
from bot.chat.embeds.layout import JOINER
from tests.worlds import shipped

FOLDER = Path(__file__).parent / "golden"
TODAY = date(2026, 11, 24)
# Clear, narrow and no pick; workloads; both lanes; no scores, no prices; a family; three and four models.
ASKED: dict[str, tuple[tuple[str, ...], str | None, Lane]] = {
    "reference": (("gpt-5-5", "gemma-4-12b"), None, Lane.PROVISIONAL),
    "close": (("claude-opus-4-8", "gpt-5-5"), None, Lane.PROVISIONAL),
    "narrow": (("grok-4", "o3"), "reasoning", Lane.PROVISIONAL),
    "mixed": (("qwen3-235b-a22b", "gpt-oss-120b"), None, Lane.PROVISIONAL),
    "different": (("deepseek-v3-2", "kimi-k2-thinking"), None, Lane.PROVISIONAL),
    "unscored": (("gpt-6-sol", "claude-opus-5-5"), None, Lane.PROVISIONAL),
    "one-unscored": (("gpt-5-5", "claude-sonnet-5-5"), "coding", Lane.PROVISIONAL),
    "verified": (("gpt-5-5", "gemini-3-pro-preview"), None, Lane.VERIFIED),
    "family": (("gemma-3-12b", "gemma-3-27b"), None, Lane.PROVISIONAL),
    "three": (("gpt-5-5", "claude-opus-4-8", "gemma-4-31b"), None, Lane.PROVISIONAL),
    "workload": (("gpt-5-5", "claude-opus-4-7"), "70 coding, 30 agentic", Lane.PROVISIONAL),
    "cheapest": (("gpt-5-5", "kimi-k2-6", "deepseek-v3-2"), "cheapest good enough", Lane.PROVISIONAL),
    "four": (("gpt-5", "claude-opus-4-5", "gemini-3-pro-preview", "grok-4"), None, Lane.PROVISIONAL),
}


def shown(world: Catalog, name: str) -> str:
    models, typed, lane = ASKED[name]
    workload = read_workload(typed) if typed else None
    reply = comparison_embed(compare(world, models, workload, lane), TODAY)
    fields = [f"## {f.name}\n{f.value}" for f in reply.fields]
    text = "\n\n".join([f"# {reply.title}", reply.description or "", *fields, reply.footer.text or ""])
    return text.replace(JOINER, "") + "\n"


@pytest.fixture(scope="module")
def world() -> Catalog:
    return shipped()


@pytest.mark.parametrize("name", ASKED)
def test_the_reply_reads_as_reviewed(world: Catalog, name: str) -> None:
    assert shown(world, name) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    for each in ASKED:
        (FOLDER / f"{each}.txt").write_text(shown(shipped(), each), encoding="utf-8")
