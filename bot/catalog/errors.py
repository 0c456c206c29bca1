"""One error type for each thing a person can do something about. Turned into words in chat/errors.py."""

from collections.abc import Mapping, Sequence
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
    """The store at ``path`` cannot be used; ``fault`` says why, the text also what to do."""

    WORDS: Mapping[StoreFault, str] = {
        "newer": "The store {path} was written by a newer version of Matchup and was left as it is. "
        "Update Matchup, or set MATCHUP_DATABASE to another file.",
        "foreign": "The file {path} is a database of another program and was left as it is. "
        "Set MATCHUP_DATABASE to another file.",
        "locked": "The store {path} is in use by another program. Try again in a moment, or stop "
        "that program.",
        "read-only": "The store {path} cannot be written. Allow writing to the file and its folder, or set "
        "MATCHUP_DATABASE to another file.",
        "full": "The store {path} could not be written: the disk is full or failing. Free some space and "
        "try again; what was in the store is still there.",
        "damaged": "The file {path} is damaged or not a Matchup store. Put a backup in its place, or "
        "move it away and a new one is made.",
        "unreachable": "The store {path} cannot be opened. Check that its folder exists and may be read, "
        "or set MATCHUP_DATABASE to another file.",
        "failed": "The store {path} could not be used: {detail}.",
    }

    def __init__(self, fault: StoreFault, path: Path, detail: str = "") -> None:
        super().__init__(self.WORDS[fault].format(path=path, detail=detail))
        self.fault = fault
        self.path = path


class SettingsError(MatchupError):
    """Settings that cannot be used: one line for each, naming the variable, never the value of a secret."""
