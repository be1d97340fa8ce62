"""`publish`, `versions`, `diff`, `rollback`, `promote`, `withdraw`, `export --number` (F025, B10, B11)."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.store.secret import store_keys
from bot_runtime.workspace import load_workspace
from tests.cli.authors import BOT, DIALOG, make_workspace, run
from tests.versions.crowd import Crowd

SECOND = DIALOG.replace("How many?", "How many do you want?")
RENAMED = SECOND.replace("amount: { ask", "count: { ask").replace("goto: amount", "goto: count")
MANUAL = """\
publish: manual
channels:
  sms: { provider: twilio, account_sid: AC1, auth_token: x, number: "+15550001111" }
"""


@pytest.fixture
def root(tmp_path: Path, store_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that publishes by hand, over an empty store."""
    monkeypatch.setenv("BOT_STORE_URL", store_settings.store_url)
    monkeypatch.setenv("BOT_TEST_CLOCK", "1")
    root = make_workspace(tmp_path / "shop")
    (root / "bot.yaml").write_text(BOT.format(language="en") + MANUAL)
    asyncio.run(_with_store(store_settings, _emptied))
    return root


def save(root: Path, text: str) -> Path:
    (root / "dialogs" / "order.yaml").write_text(text)
    return root


def told(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def talk(root: Path, settings: Settings, people: range, *texts: str) -> None:
    """Each of `people` writes each text, and is answered."""

    async def work(store: Store) -> None:
        crowd = Crowd(store, await store_keys(store, "shop", settings.shards), root)
        loaded = load_workspace(root, {})
        assert loaded.workspace
        await crowd.definitions.publish(loaded.workspace, saves=False)
        for text in texts:
            await crowd.say(people, text)

    asyncio.run(_with_store(settings, work))


async def _with_store(settings: Settings, work: Any) -> None:
    store = await Store.connect(settings)
    try:
        await work(store)
    finally:
        await store.close()


async def _emptied(store: Store) -> None:
    await store.command("FLUSHALL")


def test_publish_change_roll_back_and_say_who_when_why(root: Path):
    assert told("publish", "order", root, "--note", "The first")["number"] == 1
    save(root, SECOND)
    diff = run("diff", "order", root)
    assert "~ amount" in diff.output
    assert "- How many?" in diff.output
    assert "+ How many do you want?" in diff.output
    assert run("versions", "order", root).output.splitlines()[-1].startswith("The folder says something else")
    assert told("publish", "order", root, "--note", "Politer")["live"] == 2
    back = run("rollback", "order", root, "--note", "Too long")
    assert back.output == "order: new conversations begin on version 3.\n"

    versions = told("versions", "order", root)
    rows = [(one["number"], one["state"], one["by"], one["note"], one["again"]) for one in versions["versions"]]
    assert rows == [
        (3, "live", "operator", "Too long", 1),
        (2, "earlier", "operator", "Politer", 0),
        (1, "earlier", "operator", "The first", 0),
    ]
    assert run("export", root, "order", "--number", 3).stdout == DIALOG
    assert run("export", root, "order", "--number", 2).stdout == SECOND
    assert told("diff", "order", 1, 3, root) == {"dialog": [], "states": []}
    assert run("diff", "order", 1, 3, root).output == "There are no differences.\n"
    assert [one["what"] for one in told("audit", root)][:3] == [
        "dialog_rolled_back",
        "dialog_published",
        "dialog_published",
    ]


@pytest.mark.parametrize("command", ["publish", "promote", "rollback", "withdraw", "diff"])
def test_a_folder_alone_names_no_dialog(root: Path, command: str):
    refused = run(command, root)
    assert refused.exit_code == 2
    assert "expected the name of a dialog before the folder" in refused.output


def test_nothing_is_published_with_an_error_and_a_warning_is_none(root: Path):
    run("publish", "order", root)
    save(root, SECOND.replace("goto: person }", "goto: persn }"))
    refused = run("publish", "order", root)
    assert refused.exit_code == 1
    assert "dialogs/order.yaml:" in refused.output
    save(root, SECOND)
    broken = root / "elsewhere.yaml"
    broken.write_text(SECOND.replace("How many", "{{ nobody }} how many"))
    refused = run("publish", "order", root, "--file", broken)
    assert refused.exit_code == 1
    assert refused.output.endswith("the text has 1 errors; what is published stays\n")
    assert told("versions", "order", root)["live"] == 1


def test_a_file_full_of_errors_does_not_keep_anybody_from_going_back(root: Path):
    run("publish", "order", root)
    run("publish", "order", save(root, SECOND))
    save(root, "dialog: order\nstates: [")
    assert run("rollback", "order", root).output == "order: new conversations begin on version 3.\n"
    assert run("export", root, "order", "--number", 3).exit_code == 1  # the folder itself cannot be read
    assert [one["again"] for one in told("versions", "order", root)["versions"]] == [1, 0, 0]


def test_people_are_told_before_and_moved_by_a_map_with_exact_counts(root: Path, store_settings: Settings):
    run("publish", "order", root)
    talk(root, store_settings, range(12), "hi")
    talk(root, store_settings, range(8), "Buy")
    save(root, RENAMED)

    unmapped = run("publish", "order", root, "--migrate", "--yes")
    assert unmapped.exit_code == 1
    assert "amount vanishes, with 8 people inside; perhaps it is 'count'" in unmapped.output
    assert "amount (8)" in unmapped.output.splitlines()[-1]
    unsure = run("publish", "order", root, "--restart", "Again.")
    assert unsure.exit_code == 2
    assert told("versions", "order", root)["live"] == 1

    states = root / "map.yaml"
    states.write_text("states: { amount: count }\n")
    moved = told("publish", "order", root, "--migrate", states, "--yes")
    assert moved == {"dialog": "order", "number": 2, "live": 2, "moved": {"asked": 8, "moved": 4}}
    versions = told("versions", "order", root)
    assert [(one["people"], one["states"]) for one in versions["versions"]] == [(12, {"count": 8, "first": 4}), (0, {})]
    again = run("rollback", "order", root, "--restart", "We begin again.", "--yes")
    assert "12  began anew" in again.output


def test_a_trial_is_promoted_or_withdrawn_in_one_step(root: Path):
    run("publish", "order", root)
    save(root, SECOND)
    assert run("publish", "order", root, "--share", "10%").output.endswith(
        "order: version 2 is on trial with 10% of the new conversations.\n"
    )
    assert told("versions", root)[0]["trial"]["share"] == 0.1
    assert "on trial (10%)" in run("versions", "order", root).output
    assert "dialog order: version 2 is on trial with 10% of the new conversations" in run("status", root).output
    assert run("withdraw", "order", root).output == "order: version 2 is no longer on trial; 1 is live.\n"
    run("publish", "order", root, "--share", "0.5")
    assert told("promote", "order", root)["live"] == 3
    assert run("promote", "order", root).output == "no version is on trial\n"
    assert [one["state"] for one in told("versions", "order", root)["versions"]] == ["live", "withdrawn", "earlier"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["publish", "nobody"], 1, "there is no dialog 'nobody'; the dialogs are: order"),
        (["rollback", "order"], 1, "there is no earlier version to go back to"),
        (["rollback", "order", "--to", "9"], 1, "there is no version 9; the last one is 1"),
        (["publish", "order"], 1, "version 1 says just this already"),
        (["publish", "order", "--share", "0%"], 2, "--share: expected 1% to 100%, got '0%'"),
        (["publish", "order", "--keep", "--restart", "x"], 2, "--keep, --migrate and --restart exclude each other"),
        (["diff", "order", "x1"], 2, "x1: expected the number of a version, or draft"),
        (["withdraw", "order"], 1, "no version is on trial"),
        (["promote", "order", "--language", "es"], 1, "no hay una versión a prueba"),
    ],
)
def test_what_cannot_be_done_is_said(root: Path, words: list[str], code: int, said: str):
    run("publish", "order", root)
    result = run(*words, root)
    assert (result.exit_code, result.output.splitlines()[-1]) == (code, said)


def test_check_live_tells_whose_place_the_files_no_longer_have(root: Path, store_settings: Settings):
    """B25: a state that would vanish, with its people; where nobody is there is nothing to tell."""
    told("publish", "order", root)
    assert run("check", "--live", "--no-advice", root).output == "All fine: 1 dialog.\n"
    talk(root, store_settings, range(3), "hi", "Buy")
    save(root, RENAMED)
    problems = json.loads(run("check", "--live", "--no-advice", "--json", root).stdout)["problems"]
    (found,) = [one for one in problems if one["code"] == "vanishing_state"]
    assert found["severity"] == "warning"
    assert found["message"] == "3 people are in state 'amount', and the dialog no longer has it"
    assert found["hint"].startswith("is it 'count' now?")
    assert "vanishing_state" not in run("check", "--no-advice", root).output


def test_who_published_is_told_in_words(root: Path):
    run("publish", "order", root)
    assert "command line" in run("versions", "order", root).output
    assert "línea de comandos" in run("versions", "order", root, "--language", "es").output
    assert "línea de comandos" in run("versions", root, "--language", "es").output


def test_answers_nobody_understood_are_listed_in_short_and_cannot_steer_the_terminal(
    root: Path, store_settings: Settings
):
    told("publish", "order", root)
    talk(root, store_settings, range(1), "hi", "\u202eolleh 👨‍👩‍👧")
    talk(root, store_settings, range(1, 2), "hi", "blah " * 400)
    listed = run("unexpected", root).output
    assert "\\u202eolleh 👨‍👩‍👧" in listed
    assert "blah blah …" in listed or "blah…" in listed
    assert max(map(len, listed.splitlines())) < 200
    assert sorted(len(one["text"]) for one in told("unexpected", "list", root))[-1] > 1000
