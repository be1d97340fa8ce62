"""The commands that read a workspace's store: beside its running server, and after it."""

import asyncio
import csv
import io
import json
import sys
from pathlib import Path

from bot_runtime.devtools.simulate import FakeProviders
from tests.runtime.processes import Process, free_port
from tests.servers import VISIT, write_workspace


async def run(*arguments: str, data: Path) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot_runtime",
        *arguments,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "BOT_DATA_DIR": str(data)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


async def test_unexpected_answers_and_pinned_versions_are_read_beside_the_server_and_after_it(
    fakes: FakeProviders, tmp_path: Path
):
    port, data = free_port(), tmp_path / "data"
    fakes.point_to(f"http://127.0.0.1:{port}")
    ana = fakes.phone("Ana")
    root = write_workspace(tmp_path / "bot", fakes)
    async with Process(root, data, port):
        fakes.say(ana, "hi")
        await fakes.expect(ana, 1)
        fakes.say(ana, "=1+1")
        await fakes.expect(ana, 2)
        code, listed = await run("unexpected", str(root), "--json", data=data)
    (group,) = json.loads(listed)
    (version,) = group["versions"]

    assert code == 0
    assert (group["dialog"], group["state"], group["text"], group["count"]) == ("visit", "rating", "=1+1", 1)
    (root / "dialogs" / "visit.yaml").write_text(VISIT.replace("Will you come back?", "Coming back?"))
    assert await run("export", str(root), "visit", "--version", version, data=data) == (0, VISIT)
    assert (await run("export", str(root), data=data))[1] == VISIT.replace("Will you come back?", "Coming back?")
    code, said = await run("export", str(root), "visit", "--version", "nope", data=data)
    assert (code, said) == (1, "--version: this store never ran a dialog version 'nope'\n")
    table = (await run("unexpected", str(root), data=data))[1]
    assert "rating" in table
    rows = list(csv.DictReader(io.StringIO((await run("unexpected", str(root), "--csv", data=data))[1])))
    assert [row["text"] for row in rows] == ["'=1+1"]  # no spreadsheet runs it


async def test_an_unexpected_answer_is_accepted_and_understood(fakes: FakeProviders, tmp_path: Path):
    port, data = free_port(), tmp_path / "data"
    fakes.point_to(f"http://127.0.0.1:{port}")
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    root = write_workspace(tmp_path / "bot", fakes)
    async with Process(root, data, port):
        for number, said in enumerate(("hi", "5", "With pleasure!"), 1):
            fakes.say(ana, said)
            await fakes.expect(ana, number)
        (group,) = json.loads((await run("unexpected", str(root), "--dialog", "visit", "--json", data=data))[1])
        accept = ("unexpected", "accept", group["id"], str(root), "--option")
        assert (await run(*accept, "nope", data=data))[0] == 1
        code, said = await run(*accept, "yes", data=data)
        assert (code, said.splitlines()[0]) == (0, "«with pleasure» now means 'yes':"), said
        async with asyncio.timeout(30):  # until the server has taken up the saved file
            while json.loads((await run("versions", "visit", str(root), "--json", data=data))[1])["live"] < 2:
                pass
        for number, said in enumerate(("hi", "5", "with pleasure"), 1):
            fakes.say(luis, said)
            await fakes.expect(luis, number)
    assert fakes.texts(luis)[-1] == "Thanks for your 5."
    assert "synonyms: [with pleasure]" in (root / "dialogs" / "visit.yaml").read_text()
    assert (await run("test", str(root), data=data))[0] == 0
    assert json.loads((await run("unexpected", str(root), "--json", data=data))[1]) == []
    (kept,) = json.loads((await run("unexpected", str(root), "--json", "--all", data=data))[1])
    assert (kept["id"], kept["understood"]) == (group["id"], True)
    assert (await run("unexpected", "accept", "nope", str(root), "--option", "yes", data=data))[0] == 1
