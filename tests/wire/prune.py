"""Keeps of the description that Discord publishes of its API what the bot needs, in `discord-openapi.json`.

`python -m tests.wire.prune FILE` does it again from a newer one: `specs/openapi.json` of
https://github.com/discord/discord-api-spec (MIT). The bodies of the operations that the bot uses are kept and
the schemas that these reach, without prose.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .openapi import PUBLISHED

ORIGIN = (
    "https://github.com/discord/discord-api-spec, specs/openapi.json; pruned by python -m tests.wire.prune"
)
# What the client calls, and what `rest.py` answers.
OPERATIONS: dict[str, tuple[str, ...]] = {
    "/interactions/{interaction_id}/{interaction_token}/callback": ("post",),
    "/webhooks/{webhook_id}/{webhook_token}": ("post",),
    "/webhooks/{webhook_id}/{webhook_token}/messages/@original": ("get", "patch", "delete"),
    "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": ("get", "patch", "delete"),
    "/channels/{channel_id}": ("get",),
    "/channels/{channel_id}/messages": ("get", "post"),
    "/channels/{channel_id}/messages/{message_id}": ("get", "patch", "delete"),
    # Only tests open threads.
    "/channels/{channel_id}/threads": ("post",),
    "/users/@me": ("get",),
    "/users/@me/channels": ("post",),
    "/gateway/bot": ("get",),
    "/applications/@me": ("get",),
    "/oauth2/applications/@me": ("get",),
    "/applications/{application_id}/commands": ("get", "post", "put"),
    "/applications/{application_id}/commands/{command_id}": ("delete",),
    "/applications/{application_id}/guilds/{guild_id}/commands": ("get", "post", "put"),
    "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}": ("delete",),
}

# What says nothing of whether a body is right.
_PROSE = frozenset({"description", "title", "example", "examples", "summary", "externalDocs", "deprecated"})
_SCHEMA = "#/components/schemas/"


def prune(document: dict[str, Any]) -> dict[str, Any]:
    """The part of Discord's description that `OPERATIONS` need. Raises KeyError if it has one of them not."""
    paths: dict[str, Any] = {}
    for path, methods in OPERATIONS.items():
        paths[path] = {method: _body_of(document["paths"][path][method]) for method in methods}
    published, kept = document["components"]["schemas"], dict[str, Any]()
    wanted = list(_references(paths))
    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept[name] = _without_prose(published[name])
            wanted += _references(kept[name])
    return {
        "openapi": document["openapi"],
        "info": {
            "title": document["info"]["title"],
            "version": document["info"]["version"],
            "license": document["info"]["license"],
            "x-origin": ORIGIN,
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(kept.items()))},
    }


def _body_of(operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody")
    if body is None:
        return {}
    content = {kind: {"schema": _without_prose(part["schema"])} for kind, part in body["content"].items()}
    return {"requestBody": {"content": content, "required": body.get("required", False)}}


def _without_prose(schema: Any) -> Any:
    """The same schema; below `properties` a key is the name of a field, also where it is `description`."""
    if isinstance(schema, list):
        return [_without_prose(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_prose(part) for name, part in value.items()}
        if key == "properties"
        else _without_prose(value)
        for key, value in schema.items()
        if key not in _PROSE and not key.startswith("x-")
    }


def _references(part: Any) -> Iterator[str]:
    """The names of the schemas that are pointed at anywhere in `part`."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str):
                yield value.removeprefix(_SCHEMA)
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


if __name__ == "__main__":
    (_, published_file) = sys.argv
    pruned = prune(json.loads(Path(published_file).read_text(encoding="utf-8")))
    PUBLISHED.write_text(f"{json.dumps(pruned, indent=1, ensure_ascii=False)}\n", encoding="utf-8")
