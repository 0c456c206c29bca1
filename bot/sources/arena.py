"""Arena: how people vote between answers, as a board with intervals. It gives no score and no price.

Read is what arena.ai shows first: text, overall, with style taken into account, newest edition, as rows of
the Hugging Face datasets-server (CC BY 4.0), 100 a page. Its categories follow one after the other, the
overall board first, so reading ends with the first page that has none of it. A model that is listed at
several efforts counts once, as the one that is placed best.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from bot.catalog.entities import Place
from bot.errors import SourceRefused
from bot.sources.makers import maker_of
from bot.sources.offers import Figure, Offer, Rank, Reading, Rows, Shape, Source, Text, checked, exact, sound

BOARD = "Arena text"
PAGE = "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset"
ROWS = 100
_OVERALL = "overall"
_QUERY = "dataset=lmarena-ai/leaderboard-dataset&config=text_style_control&split=latest"

# What a maker lets people set, and Arena writes behind the name. Only where no model of the maker is called
# so: Mistral has a Medium, Alibaba a Max, and thinking is a model of its own with some.
_EFFORTS = {
    "Anthropic": r"(-thinking(-\d+k)?)?(-(low|medium|high|xhigh|max))?",
    "Google": r"(-(minimal|low|medium|high))?",
    "OpenAI": r"(-(minimal|low|medium|high|xhigh))?",
    "xAI": r"(-(low|high))?",
}


class Row(Shape):
    model_name: Text
    organization: Annotated[str, Field(max_length=200)] | None = None
    category: Text = _OVERALL
    rank: Rank
    rating: Figure
    rating_lower: Figure | None = None
    rating_upper: Figure | None = None
    leaderboard_publish_date: Annotated[date, Field(strict=False)]


class Cells(Shape):
    row: Any = None
    truncated_cells: tuple[Any, ...] = ()


class Page(Shape):
    rows: Annotated[tuple[Cells, ...], Field(max_length=ROWS)]
    num_rows_total: Annotated[int, Field(ge=0)]


def path(offset: int) -> str:
    """The path of the page that begins at a row."""
    return f"/rows?{_QUERY}&offset={offset}&length={ROWS}"


def more(texts: Sequence[str]) -> str | None:
    """The next page, if there is one and the last one had rows of the board. Raises ``SourceRefused``."""
    page: Page = checked(Page, texts[-1])
    offset = ROWS * len(texts)
    if offset >= page.num_rows_total:
        return None
    if len(page.rows) < ROWS:
        raise SourceRefused(f"a page of {ROWS} rows has only {len(page.rows)}")
    return path(offset) if any(_category(each) == _OVERALL for each in page.rows) else None


def _category(cells: Cells) -> object:
    return cells.row.get("category", _OVERALL) if isinstance(cells.row, dict) else None


def read(texts: Sequence[str], address: str, today: date) -> Reading:
    """One offer for each model on the board. Raises ``SourceRefused``."""
    best: dict[str, tuple[Row, str | None]] = {}
    rows = Rows(Row)
    for text in texts:
        page: Page = checked(Page, text)
        for number, cells in enumerate(page.rows):
            key = f"rows.{number}.row"
            if cells.truncated_cells:
                rows.leave_out(key, "it is cut off")
                continue
            row = rows.read(key, cells.row)
            if row is None or row.category != _OVERALL:
                continue
            maker = maker_of(row.organization)
            plain = re.sub(r"\s+", "-", row.model_name.strip())
            plain = re.sub(_EFFORTS.get(maker or "", "") + "$", "", plain)
            if plain not in best or row.rank < best[plain][0].rank:
                best[plain] = row, maker
    ranked = [(key, row) for key, (row, _) in best.items()]
    offers = rows.offers(ranked, lambda key, row: _offer(key, row, best[key][1], today))
    return Reading(offers, tuple(rows.left_out))


def _offer(key: str, row: Row, maker: str | None, today: date) -> Offer:
    score = Decimal(str(row.rating))
    low, high = exact(row.rating_lower), exact(row.rating_upper)
    place = Place(
        board=BOARD,
        listed=row.model_name,
        rank=row.rank,
        score=score,
        low=low,
        high=high,
        source_url=PAGE,
        as_of=row.leaderboard_publish_date,
    )
    return Offer(key=key, names=(key,), name=key, maker=maker, source_url=PAGE, places=(sound(place, today),))


SOURCE = Source("arena", "Arena", path(0), read, more)
