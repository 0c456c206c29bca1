"""Interactions: what a person did, and what the bot made of it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from . import payloads
from .happenings import Happenings
from .payloads import EPHEMERAL, LOADING, Context, Json, User

PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9


class Rejected(Exception):
    """Discord answers a request with this status and error code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message


class NoAnswer(TimeoutError):
    """The person reads "This interaction failed"."""

    def __init__(self, interaction: Interaction) -> None:
        super().__init__(f"{interaction.what} was not answered within {interaction.patience_s:g} s")
        self.interaction = interaction


class Interaction:
    """One use of the app and everything that the bot answered to it; grows as the bot goes on."""

    def __init__(
        self,
        what: str,
        payload: Json,
        user: User,
        context: Context,
        patience_s: float,
        happenings: Happenings,
    ) -> None:
        self.what = what
        self.payload = payload
        self.user = user
        self.context = context
        self.patience_s = patience_s
        self.sent_at = time.monotonic()
        self.callback: Json | None = None
        self.elapsed = 0.0
        """Seconds from sending the interaction to the bot's first answer."""
        self.settled_after: float | None = None
        """Seconds until the answer had content: `elapsed`, or later where the bot deferred."""
        self.message: Json | None = payload.get("message")
        """The message as it is now: the new one, or the one whose button was pressed; else None."""
        self.followups: list[Json] = []
        self.answered = asyncio.Event()
        self._happenings = happenings

    @property
    def type(self) -> int:
        """Discord's type of the answer: 4 a message, 5 and 6 deferred, 7 an update, 8 choices, 9 a modal."""
        return int(self._answer()["type"])

    @property
    def data(self) -> Json:
        """The `data` of the first answer, as the bot sent it."""
        return self._answer().get("data") or {}

    @property
    def deferred(self) -> bool:
        return self.type in (DEFERRED_MESSAGE, DEFERRED_UPDATE)

    @property
    def ephemeral(self) -> bool:
        """Whether only the person who asked sees the answer."""
        return bool(self.message and self.message["flags"] & EPHEMERAL)

    @property
    def choices(self) -> list[Json]:
        """The choices of an autocompletion: each with name and value."""
        return list(self.data["choices"])

    def since_sent(self) -> float:
        return time.monotonic() - self.sent_at

    def respond(self, callback: Json, files: list[Json], received_at: float) -> None:
        """Take the bot's first answer. Raises Rejected where Discord would refuse it."""
        elapsed = received_at - self.sent_at
        if elapsed > self.patience_s:
            raise Rejected(404, 10062, "Unknown interaction")
        if self.callback is not None:
            raise Rejected(400, 40060, "Interaction has already been acknowledged.")
        kind, data = callback["type"], callback.get("data") or {}
        component = self.payload["type"] == 3 or (self.payload["type"] == 5 and self.message is not None)
        if (kind in (DEFERRED_UPDATE, UPDATE) and not component) or (kind == CHOICES) != (
            self.payload["type"] == 4
        ):
            raise Rejected(400, 50035, "Invalid Form Body")
        self.callback, self.elapsed = callback, elapsed
        if kind in (MESSAGE, DEFERRED_MESSAGE):
            waiting = LOADING if kind == DEFERRED_MESSAGE else 0
            self.message = self._new_message(data, files, flags=waiting)
        elif kind == UPDATE and self.message is not None:
            payloads.change(self.message, data, files)
        if kind not in (DEFERRED_MESSAGE, DEFERRED_UPDATE):
            self.settled_after = elapsed
        self.answered.set()
        self._happenings.note()

    def original(self) -> Json:
        """The message of the first answer. Raises Rejected if there is none (yet)."""
        if self.callback is None:
            raise Rejected(404, 10015, "Unknown Webhook")
        if self.message is None:
            raise Rejected(404, 10008, "Unknown Message")
        return self.message

    def edit_original(self, sent: Json, files: list[Json]) -> Json:
        shown = self.original()
        payloads.change(shown, sent, files)
        shown["flags"] &= ~LOADING
        if self.settled_after is None:
            self.settled_after = self.since_sent()
        self._happenings.note()
        return shown

    def delete_original(self) -> None:
        self.original()
        self.message = None
        self._happenings.note()

    def follow_up(self, sent: Json, files: list[Json]) -> Json:
        """A further message; the first one after a deferral takes the place of "thinking"."""
        if self.callback is None:
            raise Rejected(404, 10015, "Unknown Webhook")
        if self.message is not None and self.message["flags"] & LOADING:
            return self.edit_original(sent, files)
        self.followups.append(self._new_message(sent, files))
        self._happenings.note()
        return self.followups[-1]

    def followup(self, message_id: str) -> Json:
        for message in self.followups:
            if message["id"] == message_id:
                return message
        raise Rejected(404, 10008, "Unknown Message")

    def callback_resource(self) -> Json:
        """What the callback returns when the bot asks `with_response`."""
        answer = self._answer()
        about: Json = {"id": self.payload["id"], "type": self.payload["type"]}
        resource: Json = {"type": answer["type"]}
        if answer["type"] in (MESSAGE, DEFERRED_MESSAGE, UPDATE) and self.message is not None:
            about |= {
                "response_message_id": self.message["id"],
                "response_message_loading": bool(self.message["flags"] & LOADING),
                "response_message_ephemeral": self.ephemeral,
            }
            resource["message"] = self.message
        return {"interaction": about, "resource": resource}

    def _answer(self) -> Json:
        if self.callback is None:
            raise AssertionError(f"{self.what} has no answer")
        return self.callback

    def _new_message(self, sent: Json, files: list[Json], *, flags: int = 0) -> Json:
        message = payloads.message(int(self.payload["channel_id"]), sent, files, flags=flags)
        owners: dict[str, Any] = self.payload["authorizing_integration_owners"]
        message["webhook_id"] = str(payloads.APPLICATION_ID)
        message["interaction_metadata"] = {
            "id": self.payload["id"],
            "type": self.payload["type"],
            "user": payloads.user(self.user),
            "authorizing_integration_owners": owners,
        }
        if self.payload["type"] == 3:
            message["interaction_metadata"]["interacted_message_id"] = self.payload["message"]["id"]
        return message
