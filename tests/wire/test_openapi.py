"""The check against a description of the API: on a small one, and on Discord's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from . import DiscordSchema
from .openapi import PUBLISHED
from .prune import OPERATIONS, prune

BUTTON = {"type": 2, "style": 1, "label": "All", "custom_id": "all"}
REPLY: dict[str, Any] = {
    "type": 4,
    "data": {
        "embeds": [
            {
                "title": "GPT-5.5 and Gemma 4 12B",
                "fields": [{"name": "Coding", "value": "57.7 to 31.0", "inline": True}],
                "timestamp": "2026-07-01T12:00:00+00:00",
            }
        ],
        "components": [{"type": 1, "components": [BUTTON, BUTTON | {"custom_id": "lane"}]}],
        "allowed_mentions": {"parse": []},
        "flags": 64,
    },
}
CALLBACK = "/interactions/1/a-token/callback"


def body(schema: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": schema}}, "required": required}}


SMALL = DiscordSchema(
    {
        "paths": {
            "/things/{thing_id}": {"patch": body({"$ref": "#/components/schemas/Thing"}), "get": {}},
            "/things/@me": {"patch": body({"type": "object", "required": ["mine"]})},
        },
        "components": {
            "schemas": {
                "Thing": {
                    "oneOf": [{"$ref": "#/components/schemas/Round"}, {"$ref": "#/components/schemas/Flat"}]
                },
                "Round": {
                    "properties": {"type": {"enum": [1]}, "radius": {"type": "integer", "maximum": 9}},
                    "required": ["type", "radius"],
                },
                "Flat": {"properties": {"type": {"enum": [2]}}, "required": ["type"]},
            }
        },
    }
)


def test_references_are_followed_and_a_good_body_has_no_problem() -> None:
    assert SMALL.check("PATCH", "/things/7", {"type": 1, "radius": 9}) == []
    assert SMALL.check("patch", "https://discord.com/api/v10/things/7?wait=1", {"type": 2}) == []


def test_the_problem_is_told_of_the_kind_that_was_meant() -> None:
    assert SMALL.check("PATCH", "/things/7", {"type": 1, "radius": 10}) == [
        "radius: 10 is greater than the maximum of 9"
    ]


def test_a_kind_that_does_not_exist_is_a_problem() -> None:
    (problem,) = SMALL.check("PATCH", "/things/7", {"type": 3})
    assert "not valid under any" in problem


def test_a_literal_path_goes_before_a_template() -> None:
    assert SMALL.check("PATCH", "/things/@me", {"mine": 1}) == []


def test_an_unknown_path_or_method_is_a_problem() -> None:
    assert SMALL.check("PATCH", "/thongs/7", {"type": 2}) == ["PATCH /thongs/7: no such operation"]
    assert SMALL.check("DELETE", "/things/7", None) == ["DELETE /things/7: no such operation"]


def test_a_body_has_to_be_there_where_it_is_required_and_only_there() -> None:
    assert SMALL.check("PATCH", "/things/7", None) == ["the body is missing"]
    assert SMALL.check("GET", "/things/7", None) == []
    assert SMALL.check("GET", "/things/7", {"type": 2}) == ["GET /things/{thing_id} takes no body"]


DISCORD = DiscordSchema.published()


def embed(reply: dict[str, Any]) -> Any:
    return reply["data"]["embeds"][0]


def row(reply: dict[str, Any]) -> Any:
    return reply["data"]["components"][0]["components"]


@pytest.mark.parametrize("kind", [4, 7])
def test_discord_takes_an_embed_with_buttons(kind: int) -> None:
    assert DISCORD.check("POST", CALLBACK, REPLY | {"type": kind}) == []


def test_discord_takes_deferrals_choices_and_messages() -> None:
    assert DISCORD.check("POST", CALLBACK, {"type": 5, "data": {"flags": 64}}) == []
    assert DISCORD.check("POST", CALLBACK, {"type": 6}) == []
    assert (
        DISCORD.check("POST", CALLBACK, {"type": 8, "data": {"choices": [{"name": "a", "value": "b"}]}}) == []
    )
    for method, path in (
        ("POST", "/channels/1/messages"),
        ("PATCH", "/channels/1/messages/2"),
        ("POST", "/webhooks/1/a-token"),
        ("PATCH", "/webhooks/1/a-token/messages/@original"),
    ):
        assert DISCORD.check(method, path, REPLY["data"]) == []


@pytest.mark.parametrize(
    ("place", "spoil"),
    [
        ("data.embeds.0.fields", lambda r: embed(r).update(fields=embed(r)["fields"] * 26)),
        ("data.embeds.0.fields.0.name", lambda r: embed(r)["fields"][0].update(name="x" * 257)),
        ("data.embeds.0.fields.0.value", lambda r: embed(r)["fields"][0].update(value="x" * 1025)),
        ("data.embeds.0.title", lambda r: embed(r).update(title="x" * 257)),
        ("data.embeds.0.description", lambda r: embed(r).update(description="x" * 4097)),
        ("data.embeds.0.footer.text", lambda r: embed(r).update(footer={"text": "x" * 2049})),
        ("data.embeds.0.timestamp", lambda r: embed(r).update(timestamp="today")),
        ("data.components.0.components.0.custom_id", lambda r: row(r)[0].update(custom_id="x" * 101)),
        ("data.components.0.components.0.label", lambda r: row(r)[0].update(label="x" * 81)),
        ("data.components.0.components.0", lambda r: row(r)[0].update(type=99)),
        ("data.components.0.components", lambda r: row(r).extend([BUTTON] * 4)),
        ("data.components.1", lambda r: r["data"]["components"].append(BUTTON)),
        ("body", lambda r: r.update(type=99)),
    ],
)
def test_discord_refuses_what_is_over_a_limit(place: str, spoil: Callable[[dict[str, Any]], None]) -> None:
    reply = deepcopy(REPLY)
    spoil(reply)
    (problem,) = DISCORD.check("POST", CALLBACK, reply)
    assert problem.split(":")[0] == place


def test_discord_refuses_a_command_over_its_limits() -> None:
    command = {"name": "compare", "description": "Compare two models", "contexts": [0, 1, 2]}
    path = "/applications/1/commands"
    assert DISCORD.check("PUT", path, [command]) == []
    assert DISCORD.check("PUT", path, [command | {"name": "x" * 33}])
    assert DISCORD.check("PUT", path, [command | {"description": "x" * 101}])
    assert DISCORD.check("PUT", path, [command | {"contexts": [7]}])


def test_discord_takes_a_menu_of_messages_with_a_name_of_32_characters() -> None:
    menu = {"name": "Compare models mentioned here", "type": 3, "contexts": [0, 1, 2]}
    path = "/applications/1/commands"
    assert DISCORD.check("PUT", path, [menu]) == []
    assert DISCORD.check("PUT", path, [menu | {"name": "x" * 33}])
    assert DISCORD.check("PUT", path, [menu | {"type": 99}])


def test_what_is_kept_of_discords_description_is_whole() -> None:
    """Pruned once more it stays as it is: no operation is missing, no schema, and there is none too many."""
    kept = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    assert prune(kept) == kept
    assert kept["info"]["license"]["name"] == "MIT"


def test_pruning_drops_prose_and_keeps_a_field_that_is_called_like_it() -> None:
    thing = {
        "type": "object",
        "title": "A thing",
        "description": "What it is",
        "properties": {"description": {"type": "string", "description": "Of the thing", "maxLength": 9}},
    }
    paths = {
        path: {method: body({"$ref": "#/components/schemas/Thing"}) for method in methods}
        for path, methods in OPERATIONS.items()
    }
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    grown = published | {"paths": paths, "components": {"schemas": {"Thing": thing, "Unused": thing}}}
    assert prune(grown)["components"]["schemas"] == {
        "Thing": {
            "type": "object",
            "properties": {"description": {"type": "string", "maxLength": 9}},
        }
    }
