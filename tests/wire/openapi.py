"""Checks what the bot sends against the OpenAPI description that Discord publishes of its API.

The part of it that the bot uses stands beside this file; `prune.py` makes it from a newer description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

PUBLISHED = Path(__file__).with_name("discord-openapi.json")

_DOCUMENT = "urn:discord"
_PREFIX = re.compile(r"^(https?://[^/]+)?(/api(/v\d+)?)?(?=/)")

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("uri", raises=ValueError)
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or urlsplit(value).scheme in ("http", "https", "attachment", "discord")


class DiscordSchema:
    """The request bodies that Discord accepts, by operation. Knows no server and no client."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths: dict[str, dict[str, Any]] = document["paths"]
        schemas = document["components"]["schemas"]
        if "SnowflakeType" in schemas:
            # Discord also takes ids as numbers, and discord.py sends new attachments so.
            either = {"anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]}
            document = document | {"components": {"schemas": schemas | {"SnowflakeType": either}}}
        contents: Resource[Any] = DRAFT202012.create_resource(document)
        self._registry: Registry[Any] = Registry().with_resource(_DOCUMENT, contents)
        # Literal segments win: `/messages/@original` before `/messages/{message_id}`.
        self._templates: list[tuple[re.Pattern[str], str]] = [
            (re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template))), template)
            for template in sorted(self._paths, key=lambda path: path.count("{"))
        ]
        self._validators: dict[tuple[str, str], Draft202012Validator | None] = {}

    @classmethod
    def published(cls) -> DiscordSchema:
        """What Discord publishes of the operations that the bot uses."""
        return cls(json.loads(PUBLISHED.read_text(encoding="utf-8")))

    def check(self, method: str, path: str, body: Any) -> list[str]:
        """What is wrong with `body` as the JSON of this request; an empty list if nothing is.

        `path` is concrete (`/interactions/1/abc/callback`), with or without `/api/v10` and query. `body` is
        the decoded JSON (of a multipart request: its `payload_json`), None for none.
        """
        method = method.lower()
        path = _PREFIX.sub("", path.split("?", 1)[0])
        template = self._template(method, path)
        if template is None:
            return [f"{method.upper()} {path}: no such operation"]
        validator = self._validator(method, template)
        required = self._paths[template][method].get("requestBody", {}).get("required", False)
        if body is None:
            return ["the body is missing"] if required else []
        if validator is None:
            return [] if body == {} else [f"{method.upper()} {template} takes no body"]
        return [
            f"{'.'.join(map(str, error.absolute_path)) or 'body'}: {_short(error.message)}"
            for error in _causes(validator.iter_errors(body))
        ]

    def _template(self, method: str, path: str) -> str | None:
        for pattern, template in self._templates:
            if method in self._paths[template] and pattern.fullmatch(path):
                return template
        return None

    def _validator(self, method: str, template: str) -> Draft202012Validator | None:
        key = (method, template)
        if key not in self._validators:
            content = self._paths[template][method].get("requestBody", {}).get("content", {})
            kinds = [kind for kind in ("application/json", "multipart/form-data") if kind in content]
            self._validators[key] = None
            if kinds:
                keys = ("paths", template, method, "requestBody", "content", kinds[0], "schema")
                self._validators[key] = Draft202012Validator(
                    {"$ref": f"{_DOCUMENT}#{''.join(map(_pointer_step, keys))}"},
                    registry=self._registry,
                    format_checker=_FORMATS,
                )
        return self._validators[key]


def _pointer_step(key: str) -> str:
    """A key in a JSON pointer within a URI."""
    return "/" + quote(key.replace("~", "~0").replace("/", "~1"), safe="~@")


def _causes(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """The errors that explain: of a union, those of the member that was meant."""
    found: list[ValidationError] = []
    for error in errors:
        members: dict[Any, list[ValidationError]] = {}
        for part in error.context or ():
            members.setdefault(part.schema_path[0], []).append(part)
        # The member that was meant is the one whose `type` fits; a union where none fits is itself the error.
        meant = [parts for parts in members.values() if not any(map(_names_another, parts))]
        if meant:
            found += _causes(min(meant, key=lambda parts: len(_causes(parts))))
        else:
            found.append(error)
    return found


def _names_another(error: ValidationError) -> bool:
    """Whether the value is no instance of this member at all: another kind, or another `type` number."""
    path = list(error.relative_path)
    return (path == ["type"] and error.validator == "enum") or (
        not path and error.validator in ("type", "const")
    )


def _short(message: str) -> str:
    return message if len(message) <= 160 else f"{message[:80]} ... {message[-70:]}"
