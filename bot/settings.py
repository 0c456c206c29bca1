"""Every setting, read from the environment once."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

_PREFIX = "MATCHUP_"
_SOURCE = "source_"


def _address(*schemes: str) -> AfterValidator:
    pattern = re.compile(rf"({'|'.join(schemes)})://[^\s/?#]+\S*", re.IGNORECASE)

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"write an address that begins with {' or '.join(f'{s}://' for s in schemes)}")
        from yarl import URL  # as whoever uses the address reads it

        try:
            address = URL(value)
            host = (address.raw_host or "").encode("idna")
        except ValueError:
            host = b""
        if not host:
            raise ValueError("this is not an address of a server. Check its name and its port")
        if address.user is not None or address.password is not None:
            raise ValueError("write the address without a user name and a password")
        return value

    return AfterValidator(check)


def _file(path: Path) -> Path:
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:  # there is no such user
        raise ValueError from error


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _one_word(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[\x21-\x7e]+", value.get_secret_value()):
        raise ValueError("write the bot's token without spaces or other characters around it")
    return value


def _seconds(value: Any) -> Any:
    """6h, 30m, 90s or 1d as seconds, 0 for never."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"([0-9]{1,6})\s*([smhd]?)", value.strip().lower())
    seconds = int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400, "": 0}[found[2]] if found else -1
    if found is None or (found[2] == "" and int(found[1])) or seconds > 366 * 86400 or 0 < seconds < 60:
        raise ValueError("write how often as in 6h, 30m or 1d, at least 1m, or 0 for never")
    return float(seconds)


_Source = Annotated[
    Annotated[str, _address("http", "https")] | None,
    BeforeValidator(lambda value: None if value in ("", "off") else value),
]


class Settings(BaseSettings):
    """What can be set, by variables named MATCHUP_ and the field; an empty variable counts as not set.

    Only that of a source turns the source off, as does the word off.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    token: Annotated[SecretStr, BeforeValidator(_trimmed), AfterValidator(_one_word)] | None = None
    database: Annotated[Path, AfterValidator(_file)] = Field(
        default_factory=lambda: user_data_path("matchup") / "matchup.db"
    )
    discord_api: Annotated[str, _address("http", "https")] | None = None
    discord_gateway: Annotated[str, _address("ws", "wss")] | None = None
    health_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    sync_every: Annotated[float, BeforeValidator(_seconds)] = 6 * 3600.0
    source_modelprices: _Source = "https://raw.githubusercontent.com"
    source_modelsdev: _Source = "https://models.dev"
    source_genai: _Source = "https://raw.githubusercontent.com"
    source_openrouter: _Source = "https://openrouter.ai"
    source_arena: _Source = "https://datasets-server.huggingface.co"
    # https://benchlm.ai, under a licence for what is not commercial: whoever runs the bot has to decide.
    source_benchlm: _Source = None
    pictures: bool = True
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
    ] = "info"

    @model_validator(mode="before")
    @classmethod
    def _given(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {name: v for name, v in values.items() if v != "" or name.startswith(_SOURCE)}

    @property
    def sources(self) -> dict[str, str]:
        """The addresses of the live sources that are turned on, by name."""
        return {
            name.removeprefix(_SOURCE): value
            for name, value in self
            if name.startswith(_SOURCE) and value is not None
        }


_ADVICE = {
    "health_port": "write a whole number from 1 to 65535",
    "pictures": "write on or off",
    "log_level": "write debug, info, warning or error",
    "database": "write the path of a file",
}


def read_settings() -> Settings:
    """The settings of this environment. Raises ``SettingsError`` with a line for each wrong variable."""
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = {str(each["loc"][0]): each["msg"] for each in error.errors(include_input=False)}
        lines = [
            f"{_PREFIX}{name.upper()}: {_ADVICE.get(name, message.removeprefix('Value error, '))}."
            for name, message in wrong.items()
        ]
        # Not chained: what pydantic says could hold the value.
        raise SettingsError("\n".join(lines)) from None
    addresses = (settings.discord_api, "DISCORD_API"), (settings.discord_gateway, "DISCORD_GATEWAY")
    (given, name), (missing, other) = sorted(addresses, key=lambda each: each[0] is None)
    if given and not missing:
        # Half of what the bot says would go to Discord itself, and the token with it.
        raise SettingsError(f"{_PREFIX}{other}: set it too, it belongs to {_PREFIX}{name}.")
    return settings
