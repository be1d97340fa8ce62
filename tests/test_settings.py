from pathlib import Path

import pytest

from bot_runtime.errors import SettingError
from bot_runtime.settings import Settings, read_settings, settings_table


def test_everything_has_a_default():
    assert read_settings({}) == Settings()


def test_values_become_their_settings_kind():
    settings = read_settings({"BOT_PORT": "9000", "BOT_TEST_CLOCK": "1", "BOT_ROLE": "web", "PATH": "/bin"})
    assert (settings.port, settings.test_clock, settings.role) == (9000, True, "web")


def test_the_environment_wins_over_the_file(tmp_path: Path):
    dotenv = tmp_path / ".env"
    dotenv.write_text("BOT_HOST=0.0.0.0\nBOT_PORT=9000\nWA_TOKEN=of-the-workspace\n")
    settings = read_settings({"BOT_PORT": "9001"}, dotenv)
    assert (settings.host, settings.port) == ("0.0.0.0", 9001)
    assert read_settings({}, tmp_path / "missing.env") == Settings()


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("BOT_DRAIN_S", "abc", "BOT_DRAIN_S: expected int, got 'abc'"),
        ("BOT_DRAIN_S", "", "BOT_DRAIN_S: expected int, got ''"),
        ("BOT_PORT", "80.5", "BOT_PORT: expected int, got '80.5'"),
        ("BOT_TEST_CLOCK", "perhaps", "BOT_TEST_CLOCK: expected bool, got 'perhaps'"),
        ("BOT_ROLE", "boss", "BOT_ROLE: expected web or worker or all, got 'boss'"),
        ("BOT_SHARDS", "0", "BOT_SHARDS: expected int from 1 to 4096, got '0'"),
        ("BOT_PORT", "70000", "BOT_PORT: expected int from 0 to 65535, got '70000'"),
    ],
)
def test_a_bad_value_is_named_with_what_was_expected(name: str, text: str, complaint: str):
    with pytest.raises(SettingError) as refused:
        read_settings({name: text})
    assert str(refused.value) == complaint


def test_an_unknown_setting_is_warned_about_with_what_was_meant():
    with pytest.warns(UserWarning, match="unknown setting BOT_PROT; did you mean BOT_PORT?"):
        assert read_settings({"BOT_PROT": "1"}) == Settings()


def test_the_table_lists_what_an_operator_may_set():
    table = settings_table()
    assert "| `BOT_DRAIN_S` | `25` | Seconds that SIGTERM lets started work finish |" in table
    assert "| `BOT_TEST_CLOCK` | `false` |" in table
    assert "| `BOT_STORE_URL` |  |" in table
    assert "SUPERVISOR" not in table  # internal
