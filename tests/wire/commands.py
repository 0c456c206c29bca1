"""What a person can do with the commands and buttons that the bot offers, as Discord's own client sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .payloads import Context, Json

STRING, INTEGER, BOOLEAN, NUMBER = 3, 4, 5, 10
SELECT = 3
_PYTHON_TYPES: dict[int, type | tuple[type, ...]] = {
    STRING: str,
    INTEGER: int,
    BOOLEAN: bool,
    NUMBER: (int, float),
}


class NotOffered(LookupError):
    """Discord would not let a person do this: no such command, option or button, or not here."""


def command_data(
    offered: list[Json],
    name: str,
    options: Mapping[str, Any],
    context: Context,
    focused: tuple[str, str] | None = None,
) -> Json:
    """The `data` of an interaction with the command `name` ("group sub" for a subcommand).

    `focused` is the option that is being typed in, and what is in it; without it every required option must
    be there. Raises NotOffered where the registered commands do not allow it.
    """
    root, *path = name.split()
    command = _named(offered, root, "command")
    installs, contexts = command["integration_types"], command["contexts"] or [0]
    if int(context.installed_to_user) not in installs or context.number not in contexts:
        raise NotOffered(f"/{root} is not offered in {context.value}")
    leaf, chain = command, []
    for part in path:
        leaf = _named(leaf["options"], part, f"subcommand of /{root}")
        chain.append(leaf)
    values = [_value(leaf, key, value) for key, value in options.items() if value is not None]
    if focused is not None:
        option = _named(leaf["options"], focused[0], f"option of /{name}")
        if not option.get("autocomplete"):
            raise NotOffered(f"{focused[0]} of /{name} does not complete")
        values.append({"name": option["name"], "type": option["type"], "value": focused[1], "focused": True})
    elif missing := [
        o["name"] for o in leaf["options"] if o.get("required") and options.get(o["name"]) is None
    ]:
        raise NotOffered(f"/{name} needs {', '.join(missing)}")
    for outer in reversed(chain):
        values = [{"name": outer["name"], "type": outer["type"], "options": values}]
    data: Json = {"id": command["id"], "name": root, "type": command["type"], "options": values}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _value(command: Json, name: str, value: Any) -> Json:
    option = _named(command["options"], name, f"option of /{command['name']}")
    kind = option["type"]
    if kind not in _PYTHON_TYPES:
        raise NotImplementedError(f"options of type {kind} are not built here")
    if not isinstance(value, _PYTHON_TYPES[kind]) or isinstance(value, bool) != (kind == BOOLEAN):
        raise NotOffered(f"{name} does not take {value!r}")
    choices = [choice["value"] for choice in option.get("choices") or []]
    size = len(value) if isinstance(value, str) else value
    lowest = option.get("min_length" if kind == STRING else "min_value")
    highest = option.get("max_length" if kind == STRING else "max_value", 6000 if kind == STRING else None)
    if choices and value not in choices:
        raise NotOffered(f"{name} has no choice {value!r}")
    if (lowest is not None and size < lowest) or (highest is not None and size > highest):
        raise NotOffered(f"{name} does not take {value!r}")
    return {"name": name, "type": kind, "value": value}


def _named(things: list[Json], name: str, kind: str) -> Json:
    for thing in things:
        if thing["name"] == name:
            return thing
    raise NotOffered(f"no {kind} {name!r}, only {', '.join(thing['name'] for thing in things) or 'none'}")


def component_of(message: Json, custom_id: str) -> Json:
    """The component of `message` with that id. Raises NotOffered if there is none, or it is disabled."""
    for component in components(message):
        if component.get("custom_id") == custom_id:
            if component.get("disabled"):
                raise NotOffered(f"{custom_id!r} is disabled")
            return component
    present = [component["custom_id"] for component in components(message) if component.get("custom_id")]
    raise NotOffered(f"no component {custom_id!r}, only {present}")


def form_data(form: Json, filled: Mapping[str, str]) -> Json:
    """The `data` of a form that is sent. Raises NotOffered where Discord's client would not send it."""
    parts = [label["component"] for label in form["components"]]
    if unknown := filled.keys() - {part["custom_id"] for part in parts}:
        raise NotOffered(f"the form has no {', '.join(sorted(unknown))}")
    return {
        "custom_id": form["custom_id"],
        "components": [
            {"type": label["type"], "id": n, "component": _filled(part, filled.get(part["custom_id"], ""), n)}
            for n, (label, part) in enumerate(zip(form["components"], parts, strict=True), start=1)
        ],
    }


def _filled(part: Json, value: str, number: int) -> Json:
    if not value and part.get("required", True):
        raise NotOffered(f"{part['custom_id']} is needed")
    sent = {"type": part["type"], "id": 100 + number, "custom_id": part["custom_id"]}
    if part["type"] == SELECT:
        if value not in {option["value"] for option in part["options"]}:
            raise NotOffered(f"{part['custom_id']} has no option {value!r}")
        return sent | {"values": [value]}
    if len(value) > part.get("max_length", 4000):
        raise NotOffered(f"{part['custom_id']} does not take {value!r}")
    return sent | {"value": value}


def buttons(message: Json) -> dict[str, str]:
    """The custom id of each button that can be pressed, by its label."""
    return {
        component.get("label") or "": component["custom_id"]
        for component in components(message)
        if component["type"] == 2 and component.get("custom_id") and not component.get("disabled")
    }


def components(message: Json) -> Iterator[Json]:
    """All components of a message, also those within rows, sections and containers."""
    inside = list(message["components"])
    while inside:
        component = inside.pop(0)
        yield component
        inside = component.get("components", []) + inside
        if "accessory" in component:
            inside.insert(0, component["accessory"])
