"""One error type for each thing a person can do something about. Turned into words in chat/errors.py."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal


class MatchupError(Exception):
    """Anything that is told to the person in plain words."""


class WrongModels(MatchupError):
    """Not 2 to 4 different models: ``count`` were given, or ``twice`` is the name given more than once."""

    def __init__(self, count: int, twice: str | None) -> None:
        super().__init__(count, twice)
        self.count = count
        self.twice = twice


class FitFailed(MatchupError):
    """The scores of a catalog do not let the ability model be fitted."""


class DataError(MatchupError):
    """Tables that were refused; ``problems`` holds one line each, with file, line, column and what to do."""

    SHOWN = 50

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(*problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        """One line each, the first 50 of them."""
        lines = list(self.problems[: self.SHOWN])
        if more := len(self.problems) - len(lines):
            lines.append(f"and {more} more")
        return "\n".join(lines)


StoreFault = Literal["newer", "foreign", "locked", "read-only", "full", "damaged", "unreachable", "failed"]


class StoreError(MatchupError):
    """The store at ``path`` cannot be used; ``fault`` says why, ``detail`` what SQLite said."""

    def __init__(self, fault: StoreFault, path: Path, detail: str = "") -> None:
        super().__init__(fault, str(path), detail)
        self.fault = fault
        self.path = path
        self.detail = detail


class SettingsError(MatchupError):
    """Settings that cannot be used: one line for each, naming the variable, never the value of a secret."""
