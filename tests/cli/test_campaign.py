"""`campaign` on a store that runs, and beside a running server."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from bot_runtime.exports import write_table
from tests.cli.authors import make_workspace, run

GOOD = "phone,name\n+525512345678,Ana\n+525587654321,Luis\n"


@pytest.fixture
def workspace(tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOT_STORE_URL", valkey_url)
    root = make_workspace(tmp_path / "bot")
    bot = (root / "bot.yaml").read_text().replace("brand: shop", f"brand: shop{uuid.uuid4().hex[:8]}")
    channel = "provider: whatsapp, phone_number_id: '1', app_secret: s, verify_token: v, token: t, default_country: MX"
    (root / "bot.yaml").write_text(f"{bot}channels: {{ whatsapp: {{ {channel} }} }}\n")
    return root


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "march.csv"
    path.write_text(GOOD)
    return path


def campaign(*words: object) -> Result:
    return run("campaign", *words)


def told(*words: object, code: int = 0) -> Any:
    result = campaign(*words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.output)


def create(file: Path, workspace: Path, *more: object, code: int = 0) -> Any:
    words = ["create", file, workspace, "--template", "news", "--wait", "4h", "--dialog", "order", *more]
    return told(*words, code=code)


def test_a_campaign_is_made_listed_launched_and_exported(workspace: Path, good: Path, tmp_path: Path):
    made = create(good, workspace, "--department", "care")["campaign"]
    assert (made["name"], made["state"], made["contacts"], made["wait_s"]) == ("march", "loaded", 2, 14_400)
    assert [one["id"] for one in told("list", workspace)] == [made["id"]]
    wrong = told("launch", made["id"], workspace, "--confirm", "3", code=1)
    assert (wrong["code"], wrong["field"]) == ("confirm", "confirm")
    assert told("launch", made["id"], workspace, "--confirm", "2")["campaign"]["state"] == "sending"
    assert told("launch", made["id"], workspace, "--confirm", "2", code=1)["code"] == "state"
    for action, state in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
        assert told(action, made["id"], workspace)["campaign"]["state"] == state
    found = told("results", made["id"], workspace)
    assert found["campaign"]["counts"]["cancelled"] == found["figures"]["planned"] == 2
    told("export", made["id"], workspace, "-o", tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
    assert lines[2].startswith("3,'+525587654321,Luis,cancelled,the campaign was cancelled")
    told("export", made["id"], workspace, "-o", tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").read_bytes()[:2] == b"PK"


def test_f054_a_campaign_is_made_with_reminders(workspace: Path, good: Path):
    made = create(good, workspace, "--remind", "1h=news", "--remind", "3h=news")["campaign"]
    assert made["remind"] == [
        {"after_s": 3_600, "say": "", "template": "news", "language": "en"},
        {"after_s": 10_800, "say": "", "template": "news", "language": "en"},
    ]
    refused = create(good, workspace, "--remind", "1h:Are you there?", code=1)
    assert (refused["code"], refused["field"]) == ("remind_whatsapp", "remind")
    assert campaign("create", good, workspace, "--template", "news", "--wait", "4h", "--remind", "soon").exit_code == 2


def test_what_late_answers_and_busy_contacts_get_is_chosen_and_shown(workspace: Path, good: Path):
    late = ["--late", "say", "--late-within", "48", "--late-say", "It is over, {{ name }}."]
    made = create(good, workspace, *late, "--busy", "queue")["campaign"]
    assert made["late"] == {"policy": "say", "within_h": 48, "say": "It is over, {{ name }}."}
    assert made["busy"] == "queue"
    assert told("show", made["id"], workspace)["campaign"] == made
    shown = {
        language: campaign("show", made["id"], workspace, "--language", language).output for language in ("es", "en")
    }
    assert "hasta 48 h después de la espera recibe un texto y nada más («It is over, {{ name }}.»)" in shown["es"]
    assert "within 48 h of the wait's end it gets one text and nothing else" in shown["en"]
    assert "the message waits until they are free, at most 24 hours; then they are skipped" in shown["en"]
    plain = create(good, workspace)["campaign"]
    assert (plain["late"], plain["busy"]) == ({"policy": "reopen", "within_h": 24, "say": ""}, "send_only")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--late", "say"], "late_say_missing"),
        (["--late-say", "Too late."], "late_say_unused"),
        (["--late", "say", "--late-say", "{{ surname }}"], "late_lacks"),
    ],
)
def test_a_choice_about_late_answers_that_cannot_be_is_refused(
    workspace: Path, good: Path, options: list[str], code: str
):
    refused = create(good, workspace, *options, code=1)
    assert (refused["code"], refused["field"]) == (code, "late")


def test_an_unknown_policy_is_wrong_use(workspace: Path, good: Path):
    for wrong in (["--late", "never"], ["--late-within", "73"], ["--busy", "later"]):
        assert campaign("create", good, workspace, "--template", "news", "--wait", "4h", *wrong).exit_code == 2


def test_the_list_is_narrowed_by_state_channel_name_and_days(workspace: Path, good: Path):
    def found(*options: str) -> list[str]:
        return [one["name"] for one in told("list", workspace, *options)]

    for name in ("Cobranza de marzo", "Promoción de abril"):
        create(good, workspace, "--name", name)
    assert found("-q", "PROMOCION") == ["Promoción de abril"]
    assert found("--state", "loaded", "--channel", "whatsapp", "--from", "2020-01-01") == [
        "Promoción de abril",
        "Cobranza de marzo",
    ]
    for nothing in (["--to", "2020-01-01"], ["--channel", "sms"], ["--from", "2020-01-01", "--dated", "sent"]):
        assert found(*nothing) == []
    wrong = told("list", workspace, "--from", "2026-02-02", "--to", "2026-01-01", code=1)
    assert (wrong["code"], wrong["field"]) == ("days", "to")


def test_people_read_tables_in_their_language(workspace: Path, good: Path):
    made = create(good, workspace)["campaign"]
    listed = campaign("list", workspace, "--language", "es")
    assert "cargada" in listed.output
    shown = campaign("results", made["id"], workspace)
    assert "pending" in shown.output
    assert "100.0%" in shown.output


def test_a_schedule_is_local_to_its_zone(workspace: Path, good: Path):
    made = create(good, workspace)["campaign"]
    words = ("schedule", made["id"], workspace, "--zone", "America/Mexico_City", "--at")
    assert told(*words, "2099-03-15 09:30")["campaign"]["scheduled_at"].startswith("2099-03-15T15:30")
    assert told("unschedule", made["id"], workspace)["campaign"]["state"] == "loaded"
    assert told(*words, "2020-03-15 09:30", code=1)["code"] == "past"
    assert campaign(*words, "tomorrow").exit_code == 2


def test_wrong_rows_are_listed_and_exit_1(workspace: Path, tmp_path: Path):
    path = tmp_path / "wrong.xlsx"
    write_table(path, [("phone", "name"), ("+525512345678", "Ana"), ("nobody", "Eva")], "List")
    checked = told("validate", path, workspace, "--template", "news", "--informative", code=1)
    assert (checked["stage"], checked["rows"], checked["recipients"]) == ("invalid", 2, 1)
    assert told("list", workspace) == []
    made = create(path, workspace, code=1)
    assert made["campaign"]["state"] == "invalid"
    assert [(one["row"], one["column"]) for one in made["problems"]] == [(3, "A")]


def test_a_refused_list_makes_nothing(workspace: Path, tmp_path: Path):
    path = tmp_path / "twice.csv"
    path.write_text("phone,name\n+525512345678,Ana\n+52 1 55 1234 5678,Eva\n")
    refused = create(path, workspace, code=1)
    assert refused["problems"][0]["code"] == "phone_repeated"
    assert told("list", workspace) == []
    made = create(path, workspace, "--allow-repeats")["campaign"]
    assert (made["contacts"], made["messages"]) == (1, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--wait TIME or --informative"),
        (("--wait", "4h", "--informative"), "--wait TIME or --informative"),
        (("--wait", "soon"), "'soon' is no time"),
        (("--informative", "--link", "x"), "HEADER=KEY"),
    ],
)
def test_wrong_use_exits_2_and_says_how(workspace: Path, good: Path, words: tuple[str, ...], said: str):
    result = campaign("create", good, workspace, "--template", "news", *words)
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_an_unknown_campaign_is_said(workspace: Path):
    assert told("results", "nothing", workspace, code=1)["code"] == "no_such_campaign"


def test_a_launch_larger_than_the_level_says_what_leaves_on_which_day(workspace: Path, good: Path):
    bot = (workspace / "bot.yaml").read_text()
    (workspace / "bot.yaml").write_text(bot.replace("token: t,", "token: t, limits: { levels: [1] },"))
    made = create(good, workspace)["campaign"]["id"]
    launched = campaign("launch", made, workspace, "--confirm", "2", "--language", "es")
    assert launched.exit_code == 0
    advice, first, second, state = launched.output.splitlines()
    assert "llegue a 1 contactos en 24 horas" in advice
    assert "un nivel más alto" in advice
    assert [line.partition(": ")[2] for line in (first, second)] == ["1 mensajes", "1 mensajes"]
    assert state.startswith("march: ")


def test_what_a_campaign_declares_is_advised_on_when_it_is_made(workspace: Path, good: Path):
    """F022, F283."""
    declared = ("--goal", "promotion", "--expects", "amount=number", "--expects", "mail=email", "--needs", "branch")
    made = create(good, workspace, *declared)
    assert made["campaign"]["state"] == "loaded"
    told = [(one["rule"], one["code"], one["name"]) for one in made["advice"]]
    assert told == [("W18", "not_asked", "mail"), ("W18", "missing_data", "branch"), ("W18", "undeclared_data", "name")]
    said = campaign("create", good, workspace, "--template", "news", "--wait", "4h", "--dialog", "order", *declared)
    assert said.exit_code == 0
    assert "advice: 'mail' (email) is expected and no question stores it" in said.output
    refused = create(good, workspace, "--goal", "fun", code=1)
    assert (refused["code"], refused["field"]) == ("unknown_goal", "goal")
    assert campaign("create", good, workspace, "--template", "news", "--wait", "4h", "--expects", "x").exit_code == 2


def test_a_template_without_a_flow_gets_one(workspace: Path):
    """F011, for whoever works in a terminal."""
    (workspace / "templates" / "opening.yaml").write_text("template: opening\nlanguage: en\nbody: We open at nine.\n")
    assert told("flow", "opening", workspace) == {"dialog": "opening", "file": "dialogs/opening.yaml"}
    assert "Thank you for your answer." in (workspace / "dialogs" / "opening.yaml").read_text()
    assert run("check", workspace).exit_code == 0
    assert told("flow", "opening", workspace, code=1)["code"] == "flow_there"
