"""The process that draws: reads drawings from its input and writes pictures to its output until that ends.

A drawing comes as its length in four bytes and a pickle. The answer is a byte, 1 for a picture and 0 for why
there is none, then the length and a PNG or a text.
"""

import gc
import os
import pickle
import sys
from typing import Any

LENGTH = 4


def main() -> None:
    """Serve until the other end closes. What libraries print must not mix with the pictures."""
    if hasattr(os, "nice"):
        os.nice(5)  # Answers go before pictures where the machine is busy.
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while head := requests.read(LENGTH):
        packed = requests.read(int.from_bytes(head))
        try:
            # Only the process that started this one can write here.
            made, body = b"\1", png_of(pickle.loads(packed))  # noqa: S301
        except Exception as error:
            made, body = b"\0", f"{type(error).__name__}: {error}".encode(errors="replace")
        answers.write(made + len(body).to_bytes(LENGTH) + body)
        answers.flush()
        # A figure and its parts point at each other: without this they pile up.
        gc.collect()


def png_of(drawing: Any) -> bytes:
    """The PNG of any drawing."""
    from bot.charts import comparison, history, leaderboard, news, value
    from bot.charts.drawings import (
        ComparisonDrawing,
        LeaderboardDrawing,
        NewsDrawing,
        TimeDrawing,
        ValueDrawing,
    )

    draw: dict[type, Any] = {
        LeaderboardDrawing: leaderboard.draw,
        ComparisonDrawing: comparison.draw,
        NewsDrawing: news.draw,
        TimeDrawing: history.draw,
        ValueDrawing: value.draw,
    }
    png: bytes = draw[type(drawing)](drawing)
    return png


if __name__ == "__main__":
    main()
