"""How much one person may ask: generous, so that only a stuck key or a script meets it."""

from collections.abc import Callable
from time import monotonic

from discord.app_commands import Cooldown

REQUESTS, SECONDS = 20, 60.0
# People remembered before those who have been quiet are forgotten.
MOST_PEOPLE = 10_000


class Cooldowns:
    """A window for each person. ``clock`` gives seconds from any start."""

    def __init__(
        self, requests: int = REQUESTS, seconds: float = SECONDS, clock: Callable[[], float] = monotonic
    ) -> None:
        self._requests = requests
        self._seconds = seconds
        self._clock = clock
        self._windows: dict[int, tuple[float, Cooldown]] = {}

    def wait(self, person: int) -> float:
        """Takes one request of the person: 0, or how many seconds until the next one is free."""
        now = self._clock()
        if len(self._windows) >= MOST_PEOPLE and person not in self._windows:
            self._windows = {p: w for p, w in self._windows.items() if now - w[0] < self._seconds}
        _, window = self._windows.get(person, (now, None))
        if window is None:
            window = Cooldown(self._requests, self._seconds)
        self._windows[person] = (now, window)
        return window.update_rate_limit(now) or 0.0

    @property
    def people(self) -> int:
        """How many people are remembered."""
        return len(self._windows)
