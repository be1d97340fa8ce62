"""What `check --live` adds: the places of people in conversations going on that the files no longer have (B25)."""

from pathlib import Path

from bot_runtime.cli.publishing import Press, at_press
from bot_runtime.dialogs.problems import Problem
from bot_runtime.workspace import Loaded


def vanishing_states(folder: Path, loaded: Loaded, language: str | None) -> list[Problem]:
    """Asked of the workspace's store, whatever versions people are in; nothing is changed there."""

    async def work(press: Press) -> list[Problem]:
        found: list[Problem] = []
        for dialog in press.workspace.dialogs.values():
            tree = loaded.trees[dialog.where.file]
            for one in await press.publishing.vanishing(dialog):
                facts = {"name": one.state, "people": one.people, "near": one.near}
                found.append(tree.problem(("states",), "vanishing_state", key=True, warning=True, **facts))
        return found

    problems, _ = at_press(folder, language, {"es": {}, "en": {}}, work)
    return problems
