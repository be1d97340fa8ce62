"""The harness itself: it passes on our servers, and it fails when one of their rules is broken."""

import json
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot_runtime.cli.prove import command
from bot_runtime.prove.plan import SHORT, deeds
from bot_runtime.prove.run import prove
from bot_runtime.prove.seeds import failing, remember

pytestmark = pytest.mark.timeout(240)

FIXED_SEED = 20_260_505
BRIEF = replace(SHORT, minutes=0.4, recipients=400, events=200, kills=3, store_kills=1)
UNHARMED = replace(
    SHORT, minutes=0.2, recipients=150, events=100, kills=0, store_kills=0, stops=0, terms=0, store_stops=0, workers=1
)

# What the servers of a run get through `sitecustomize`: one rule of theirs, broken.
FORGETS_REPEATS = """
import secrets
from bot_runtime.runtime import ingest
ingest.hash64 = lambda text: secrets.randbits(63)
"""
GUESSES_AFTER_DOUBT = """
from bot_runtime.channels import sender
from bot_runtime.errors import SendFailed
sender._lost = lambda error: SendFailed("R", "connection", "surely nothing left")
"""
SAYS_YES_TOO_SOON = """
import random
from bot_runtime.runtime.ingest import Ingest
take_in = Ingest.take_in
async def forgetful(self, channel, items):
    if random.random() > 0.05:
        await take_in(self, channel, items)
Ingest.take_in = forgetful
"""


def quiet(step: str, facts: dict[str, Any]) -> None:
    pass


@pytest.mark.parametrize("seed", [FIXED_SEED, secrets.randbelow(2**31)], ids=str)
def test_the_promises_hold_while_processes_and_store_are_killed(seed: int):
    result = prove(BRIEF, seed, quiet)

    assert result.violations == []
    assert (result.lost, result.doubled) == (0, 0)
    assert result.recipients == 400 == sum(result.statuses.values())
    assert result.blows["worker_kill"] + result.blows["kill_on_accept"] == 3
    assert result.blows["store_kill"] == 1


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (FORGETS_REPEATS, "turn_twice"),
        (GUESSES_AFTER_DOUBT, "accepted_twice"),
        (SAYS_YES_TOO_SOON, "turn_lost"),
    ],
    ids=["forgets repeats", "guesses after a doubt", "says yes too soon"],
)
def test_a_server_with_a_broken_rule_is_found_out(broken: str, rule: str, tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(broken)
    more_faults = replace(UNHARMED, faults=8.0)

    result = prove(more_faults, FIXED_SEED, quiet, environ={"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"})

    assert rule in {one.rule for one in result.violations}
    assert not result.good


def test_a_run_is_told_as_json_and_kept_as_a_page(tmp_path: Path):
    seeds, report = tmp_path / "seeds.json", tmp_path / "proof.md"
    few = ["--minutes", "0.2", "--recipients", "60", "--events", "40", "--kills", "1", "--store-kills", "1"]
    asked = [*few, "--seed", "5", "--json", "--report", str(report), "--seeds-file", str(seeds), "--language", "en"]

    done = CliRunner().invoke(command, asked)

    assert done.exit_code == 0, done.output
    [told] = json.loads(done.stdout)
    assert (told["seed"], told["recipients"], told["lost"], told["doubled"]) == (5, 60, 0, 0)
    page = report.read_text("utf-8")
    assert "| seed | 5 |" in page
    assert "| **holds** |" in page
    assert not seeds.exists()


def test_failing_seeds_are_kept_until_they_pass(tmp_path: Path):
    file = tmp_path / "seeds.json"
    assert failing(file) == []

    remember(file, 7, good=False)
    remember(file, 8, good=False)
    remember(file, 7, good=False)
    assert failing(file) == [8, 7]

    remember(file, 8, good=True)
    remember(file, 7, good=True)
    assert not file.exists()


def test_a_file_of_seeds_that_is_none_is_misuse(tmp_path: Path):
    file = tmp_path / "seeds.json"
    file.write_text('{"seed": 7}')

    done = CliRunner().invoke(command, ["--seeds-file", str(file)])

    assert done.exit_code == 2
    assert str(file) in done.output


def test_a_seed_fixes_what_is_done_when():
    assert deeds(SHORT, 7) == deeds(SHORT, 7)
    assert deeds(SHORT, 7) != deeds(SHORT, 8)
    assert sum(one.deed in ("worker_kill", "kill_on_accept") for one in deeds(SHORT, 7)) == SHORT.kills
    assert all(0 <= one.at < SHORT.seconds for one in deeds(SHORT, 7))
