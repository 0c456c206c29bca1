"""The process that draws: what it costs when it dies, hangs or refuses, and that nothing stays behind."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import structlog

from bot.analysis.comparison import compare
from bot.charts.drawings import ComparisonDrawing, Drawing
from bot.charts.pictures import MOST_WAITING, WORKER, Pictures
from bot.charts.subjects import comparison_drawing
from tests.worlds import reference

PNG = b"\x89PNG"


def a_drawing(mark: str = "") -> ComparisonDrawing:
    drawing = comparison_drawing(compare(reference(), ("gpt-5-5", "gemma-4-12b")))
    assert drawing
    return replace(drawing, note=mark)


def process_of(pictures: Pictures) -> psutil.Process:
    (child,) = (c for c in psutil.Process().children() if "bot.charts.worker" in c.cmdline())
    return child


@pytest.fixture
async def pictures() -> AsyncIterator[Pictures]:
    made = Pictures()
    yield made
    await made.close()


def stand_in(folder: Path, code: str) -> tuple[str, ...]:
    """A process that does ``code`` at its first start, and draws at the next ones."""
    script = folder / "worker.py"
    script.write_text(
        "import sys, time, os, pathlib\n"
        "from bot.charts.worker import main\n"
        f"once = pathlib.Path({str(folder / 'once')!r})\n"
        "if not once.exists():\n    once.touch()\n"
        f"    {code}\n"
        "main()\n"
    )
    return (sys.executable, str(script))


async def test_a_picture_is_made_in_another_process_and_kept(pictures: Pictures) -> None:
    first = await pictures.png(a_drawing())

    assert first
    assert first.startswith(PNG)
    process_of(pictures).kill()
    assert await pictures.png(a_drawing()) is first


async def test_this_process_never_imports_matplotlib() -> None:
    code = (
        "import asyncio, sys\n"
        "from bot.charts.pictures import Pictures\n"
        "from tests.charts.test_pictures import a_drawing\n"
        "async def main():\n"
        "    pictures = Pictures()\n"
        "    assert await pictures.png(a_drawing())\n"
        "    await pictures.close()\n"
        "asyncio.run(main())\n"
        "import bot.app, bot.sandbox, bot.chat.client\n"
        "print('matplotlib' in sys.modules)"
    )
    said = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert said.stdout.strip() == "False", said.stderr


async def test_the_process_has_no_use_for_the_token(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHUP_TOKEN", "a-token")
    await pictures.png(a_drawing())
    assert not [name for name in process_of(pictures).environ() if name.startswith("MATCHUP_")]


async def test_the_process_ends_with_the_bot(pictures: Pictures) -> None:
    await pictures.png(a_drawing())
    process = process_of(pictures)

    await pictures.close()

    assert not process.is_running()


async def test_the_process_ends_by_itself_when_the_bot_is_gone() -> None:
    process = await asyncio.create_subprocess_exec(*WORKER, stdin=asyncio.subprocess.PIPE)
    assert process.stdin
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 60) == 0


async def test_a_package_of_the_same_name_where_the_bot_is_started_is_not_taken(
    tmp_path: Path, pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").write_text("raise SystemExit(1)")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))
    monkeypatch.chdir(tmp_path)
    assert await pictures.png(a_drawing())


@pytest.mark.parametrize(
    "code",
    ["os._exit(3)", "time.sleep(1000)", "os.write(1, b'nonsense that is longer than a head')"],
    ids=["dies", "hangs", "talks nonsense"],
)
async def test_a_process_that_fails_costs_one_picture_and_is_told_of_once(tmp_path: Path, code: str) -> None:
    pictures = Pictures(stand_in(tmp_path, code), time_out=5)
    try:
        with structlog.testing.capture_logs() as said:
            assert await pictures.png(a_drawing()) is None
            assert await pictures.png(a_drawing())
        assert [each["event"] for each in said] == ["a picture could not be made"]
    finally:
        await pictures.close()


async def test_a_process_that_died_between_two_pictures_costs_none(pictures: Pictures) -> None:
    await pictures.png(a_drawing())
    process = process_of(pictures)
    process.kill()
    for _ in range(1000):  # until asyncio has noticed
        await asyncio.sleep(0.01)
        if not process.is_running():
            break
    await asyncio.sleep(0.1)
    assert await pictures.png(a_drawing("another"))


async def test_what_cannot_be_drawn_is_refused_by_the_same_process(pictures: Pictures) -> None:
    await pictures.png(a_drawing())
    process = process_of(pictures)

    with structlog.testing.capture_logs() as said:
        assert await pictures.png(Drawing(alt="nothing that anybody can draw")) is None
        assert await pictures.png(Drawing(alt="nor this")) is None
        assert await pictures.png(a_drawing("another"))

    assert process_of(pictures) == process
    assert len(said) == 1
    assert "Drawing" in said[0]["why"]


async def test_where_nothing_can_be_started_there_is_no_picture() -> None:
    pictures = Pictures(("/nowhere/python",))
    assert await pictures.png(a_drawing()) is None
    await pictures.close()


async def test_one_drawing_asked_for_many_times_at_once_is_made_once(pictures: Pictures) -> None:
    made = await asyncio.gather(*(pictures.png(a_drawing()) for _ in range(50)))
    assert len({id(png) for png in made}) == 1


async def test_more_than_anybody_would_wait_for_are_not_queued(pictures: Pictures) -> None:
    made = await asyncio.gather(*(pictures.png(a_drawing(str(n))) for n in range(MOST_WAITING + 5)))
    assert [png is None for png in made] == [False] * MOST_WAITING + [True] * 5


async def test_of_more_bytes_than_are_kept_the_oldest_go() -> None:
    pictures = Pictures(kept=100_000)
    try:
        first = await pictures.png(a_drawing("1"))
        for n in range(2, 5):
            await pictures.png(a_drawing(str(n)))
        assert await pictures.png(a_drawing("4")) is await pictures.png(a_drawing("4"))
        assert await pictures.png(a_drawing("1")) is not first
    finally:
        await pictures.close()


async def test_a_picture_given_up_on_leaves_the_next_one_right(pictures: Pictures) -> None:
    await pictures.png(a_drawing())
    given_up = asyncio.create_task(pictures.png(a_drawing("given up")))
    await asyncio.sleep(0)
    await pictures.close()
    assert given_up.cancelled() or await asyncio.gather(given_up, return_exceptions=True)
    again, other = await pictures.png(a_drawing("again")), Pictures()
    try:
        assert again == await other.png(a_drawing("again"))
    finally:
        await other.close()
