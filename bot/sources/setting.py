"""How a score was measured: the words of the column ``variant`` and the columns that say it outright."""

import re

_BUDGET = re.compile(r"thinking-budget=([0-9]+[km]?)")
_EFFORT = re.compile(r"effort=([a-z0-9-]{1,30})")
_TOOLS = {"no-tools": False, "tools": True, "with-tools": True}


class Contradiction(ValueError):
    """A row that says two different things of its setting; the text says which and what to do."""


def read_setting(variant: str, effort: str | None, tools: bool | None) -> tuple[str | None, bool | None, str]:
    """Effort, tools and what remains of ``variant``, whose parts are separated by semicolons.

    ``effort=high`` is the effort high, ``thinking`` the effort thinking where no other is stated,
    ``thinking-budget=16k`` the effort "16k thinking"; ``no-tools``, ``tools`` and ``with-tools`` say whether
    there were tools. Everything else stays as it is. Raises ``Contradiction``.
    """
    efforts = {effort} if effort else set()
    with_tools = set() if tools is None else {tools}
    rest = []
    for part in filter(None, map(str.strip, variant.split(";"))):
        if match := _EFFORT.fullmatch(part):
            efforts.add(match[1])
        elif match := _BUDGET.fullmatch(part):
            efforts.add(f"{match[1]} thinking")
        elif part == "thinking":
            efforts.add(part)
        elif part in _TOOLS:
            with_tools.add(_TOOLS[part])
        else:
            rest.append(part)
    if len(efforts) > 1 and "none" not in efforts:
        efforts.discard("thinking")
    if len(efforts) > 1:
        raise Contradiction(f"the row says effort {' and '.join(sorted(efforts))}. Keep one")
    if len(with_tools) > 1:
        raise Contradiction("the row says both with tools and no tools. Keep one")
    return next(iter(efforts), None), next(iter(with_tools), None), "; ".join(rest)
