"""Messages lost, doubled or out of order while the bot is killed: 200 runs with a restart within a minute, 60
with a later one, 40 with two bots on one store. All of them have to be 0; *in doubt* are held as unknown.
Run: python -m tests.benchmarks.crashes [share of the runs, 1 by default]
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.alerts.crashing import Found, crashing_run

KINDS = (("soon", 200, False, 1), ("late", 60, True, 1), ("two bots", 40, False, 2))
AT_ONCE = 4


def main(share: float = 1.0) -> None:
    print(
        f"{'':<10}{'runs':>6}{'kills':>7}{'sent':>8}{'lost':>6}"
        f"{'doubled':>9}{'reordered':>11}{'in doubt':>10}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, runs, late, bots in KINDS:
            count = max(1, round(runs * share))
            found, wrong = asyncio.run(_runs(Path(folder), count, late, bots))
            print(
                f"{name:<10}{count:>6}{found.kills:>7}{found.sent:>8}{found.lost:>6}{found.doubled:>9}"
                f"{found.reordered:>11}{found.in_doubt:>10}"
            )
            print("  ", ", ".join(f"{times} killed {when}" for when, times in found.killed_while.items()))
            if wrong:
                print("   wrong:", wrong)


async def _runs(folder: Path, count: int, late: bool, bots: int) -> tuple[Found, dict[int, str]]:
    total, wrong, places = Found(), dict[int, str](), asyncio.Semaphore(AT_ONCE)

    async def one(seed: int) -> None:
        async with places:
            try:
                found = await crashing_run(folder, seed, late=late, bots=bots)
            except Exception as error:
                wrong[seed] = repr(error)
                return
        if found.lost or found.doubled or found.reordered:
            wrong[seed] = str(found)
        nonlocal total
        total += found

    await asyncio.gather(*(one(seed + 1000 * late + 10_000 * bots) for seed in range(count)))
    return total, wrong


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
