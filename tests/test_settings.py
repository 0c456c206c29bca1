"""Settings come from the environment; a wrong one is one line that names the variable."""

from pathlib import Path

import pytest
from platformdirs import user_data_path

from bot.errors import SettingsError
from bot.settings import Settings, read_settings

NO_SERVER = "this is not an address of a server. Check its name and its port"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MATCHUP_{name.upper()}", raising=False)


def wrong(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        read_settings()
    assert error.value.__cause__ is None
    return str(error.value)


def test_nothing_needs_to_be_set() -> None:
    settings = read_settings()
    assert settings.token is None
    assert settings.database == user_data_path("matchup") / "matchup.db"
    assert (settings.discord_api, settings.discord_gateway, settings.health_port) == (None, None, None)
    assert (settings.pictures, settings.log_level) == (True, "info")


def test_everything_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TOKEN": " abc.def-123 ",
        "DATABASE": "~/models.db",
        "DISCORD_API": "http://127.0.0.1:8080/api/v10",
        "DISCORD_GATEWAY": "ws://127.0.0.1:8081",
        "HEALTH_PORT": "9090",
        "PICTURES": "off",
        "LOG_LEVEL": "DEBUG",
    }.items():
        monkeypatch.setenv(f"MATCHUP_{name}", value)
    settings = read_settings()
    assert settings.token is not None
    assert settings.token.get_secret_value() == "abc.def-123"
    assert settings.database == Path.home() / "models.db"
    assert settings.discord_api == "http://127.0.0.1:8080/api/v10"
    assert settings.discord_gateway == "ws://127.0.0.1:8081"
    assert (settings.health_port, settings.pictures, settings.log_level) == (9090, False, "debug")


def test_the_live_sources_have_public_addresses_and_are_read_every_6_hours() -> None:
    settings = read_settings()
    assert settings.sync_every == 6 * 3600
    assert settings.sources == {
        "modelprices": "https://raw.githubusercontent.com",
        "modelsdev": "https://models.dev",
        "genai": "https://raw.githubusercontent.com",
        "openrouter": "https://openrouter.ai",
        "arena": "https://datasets-server.huggingface.co",
    }


@pytest.mark.parametrize("value", ["", "off"])
def test_a_source_can_be_moved_or_turned_off(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MATCHUP_SOURCE_MODELPRICES", value)
    monkeypatch.setenv("MATCHUP_SOURCE_MODELSDEV", value)
    monkeypatch.setenv("MATCHUP_SOURCE_GENAI", value)
    monkeypatch.setenv("MATCHUP_SOURCE_OPENROUTER", "http://127.0.0.1:8080/mirror")
    monkeypatch.setenv("MATCHUP_SOURCE_ARENA", value)
    assert read_settings().sources == {"openrouter": "http://127.0.0.1:8080/mirror"}


def test_benchlm_is_read_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "benchlm" not in read_settings().sources
    monkeypatch.setenv("MATCHUP_SOURCE_BENCHLM", "https://benchlm.ai")
    assert read_settings().sources["benchlm"] == "https://benchlm.ai"


@pytest.mark.parametrize(
    ("value", "seconds"), [("0", 0), ("90s", 90), ("30m", 1800), ("6H", 21600), ("1d", 86400)]
)
def test_how_often_they_are_read_is_written_with_its_unit(
    monkeypatch: pytest.MonkeyPatch, value: str, seconds: float
) -> None:
    monkeypatch.setenv("MATCHUP_SYNC_EVERY", value)
    assert read_settings().sync_every == seconds


@pytest.mark.parametrize("value", ["6", "often", "-1h", "1.5h", "10s", "367d"])
def test_another_way_to_write_it_is_told(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    advice = "write how often as in 6h, 30m or 1d, at least 1m, or 0 for never"
    assert wrong(monkeypatch, "MATCHUP_SYNC_EVERY", value) == f"MATCHUP_SYNC_EVERY: {advice}."


def test_a_source_at_no_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = wrong(monkeypatch, "MATCHUP_SOURCE_GENAI", "genai")
    assert told.startswith("MATCHUP_SOURCE_GENAI: write an address that begins with http")


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHUP_TOKEN", "")
    monkeypatch.setenv("MATCHUP_HEALTH_PORT", "")
    assert read_settings() == Settings()


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("MATCHUP_HEALTH_PORT", "0", "write a whole number from 1 to 65535"),
        ("MATCHUP_HEALTH_PORT", "65536", "write a whole number from 1 to 65535"),
        ("MATCHUP_HEALTH_PORT", "http", "write a whole number from 1 to 65535"),
        ("MATCHUP_LOG_LEVEL", "loud", "write debug, info, warning or error"),
        ("MATCHUP_DISCORD_API", "localhost:8080", "write an address that begins with http:// or https://"),
        ("MATCHUP_DISCORD_GATEWAY", "http://localhost", "write an address that begins with ws:// or wss://"),
        ("MATCHUP_DISCORD_GATEWAY", "ws://[", NO_SERVER),
        ("MATCHUP_DISCORD_GATEWAY", "ws://host:99999", NO_SERVER),
        ("MATCHUP_DISCORD_API", "http://a..b/", NO_SERVER),
        ("MATCHUP_DISCORD_API", "http://u:p@host/", "write the address without a user name and a password"),
        ("MATCHUP_DATABASE", "~nosuch/x", "write the path of a file"),
    ],
)
def test_a_wrong_value_is_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, advice: str
) -> None:
    assert wrong(monkeypatch, name, value) == f"{name}: {advice}."


@pytest.mark.parametrize(
    ("given", "value", "missing"),
    [("API", "http://localhost/api/v10", "GATEWAY"), ("GATEWAY", "ws://localhost", "API")],
)
def test_half_of_another_discord_is_none(
    monkeypatch: pytest.MonkeyPatch, given: str, value: str, missing: str
) -> None:
    assert wrong(monkeypatch, f"MATCHUP_DISCORD_{given}", value) == (
        f"MATCHUP_DISCORD_{missing}: set it too, it belongs to MATCHUP_DISCORD_{given}."
    )


def test_several_wrong_values_are_a_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHUP_LOG_LEVEL", "loud")
    lines = wrong(monkeypatch, "MATCHUP_HEALTH_PORT", "0").splitlines()
    assert [line.split(":")[0] for line in lines] == ["MATCHUP_HEALTH_PORT", "MATCHUP_LOG_LEVEL"]


def test_the_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    text = wrong(monkeypatch, "MATCHUP_TOKEN", "very secret")
    assert text == "MATCHUP_TOKEN: write the bot's token without spaces or other characters around it."
    monkeypatch.setenv("MATCHUP_TOKEN", "verysecret")
    settings = read_settings()
    assert "verysecret" not in f"{settings!r} {settings} {settings.model_dump_json()}"
