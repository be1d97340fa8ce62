"""The writing adviser over a workspace: whose names it knows, and on which channel each dialog is read."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot_runtime.channels.sms import BUDGET
from bot_runtime.dialogs.advice import About, advise
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Path, Tree, plain
from bot_runtime.workspace.files import Sources


def advice(sources: Sources, broken: set[str], *, raised_only: bool = False) -> Iterator[Problem]:
    """What could be better in the texts of each dialog; the files in `broken` have errors and are left out.

    `raised_only`: just what `bot.yaml` calls an error; where it calls nothing so, nothing is looked at.
    """
    bot: Mapping[str, Any] = plain(sources.bot.data) if sources.bot is not None else {}
    levels = {str(rule): level for rule, level in plain(bot.get("advice")).items()}
    if raised_only and "error" not in levels.values():
        return
    called = {name for tree in sources.dialogs for name in _called(tree)}
    for tree in sources.dialogs:
        if tree.file in broken or not isinstance(tree.data, dict):
            continue
        about = _about(tree, bot, levels, called)
        dialog = load_dialog(tree, about.language)
        for problem in advise(tree, dialog, about, _opener(tree, sources)):
            if problem.severity == "error" or not raised_only:
                yield problem


def _about(tree: Tree, bot: Mapping[str, Any], levels: Mapping[str, Any], called: set[str]) -> About:
    starts = plain(tree.data.get("starts"))
    brand = [bot["brand"]] if isinstance(bot.get("brand"), str) else []
    name = str(tree.data["dialog"])
    begins = _begun_by(name, tree, bot)
    return About(
        language=str(bot.get("language") or "es"),
        names=tuple(str(one) for one in [*brand, *_list(bot.get("aliases"))]),
        jargon=tuple(str(word) for word in _list(bot.get("jargon"))),
        sms=_is_sms(name, bot),
        budget=_budget(bot),
        opens=begins or name not in called,
        asked_for=begins and "template" not in starts,
        levels=levels,
    )


def _begun_by(name: str, tree: Tree, bot: Mapping[str, Any]) -> bool:
    """Whether contacts can begin the dialog, or a template."""
    channels = [plain(channel) for channel in plain(bot.get("channels")).values()]
    defaults = [bot.get("default_dialog"), *(channel.get("default_dialog") for channel in channels)]
    return name in defaults or bool(plain(tree.data.get("starts")))


def _is_sms(name: str, bot: Mapping[str, Any]) -> bool:
    """Whether the channels that begin with the dialog send SMS; where none is its own, whether all channels do."""
    kinds: dict[str, list[bool]] = {"own": [], "all": []}
    for channel in map(plain, plain(bot.get("channels")).values()):
        is_sms = channel.get("provider") not in (None, "whatsapp") and channel.get("kind", "sms") == "sms"
        kinds["all"].append(is_sms)
        if channel.get("default_dialog", bot.get("default_dialog")) == name:
            kinds["own"].append(is_sms)
    return any(kinds["own"]) if kinds["own"] else bool(kinds["all"]) and all(kinds["all"])


def _budget(bot: Mapping[str, Any]) -> int:
    """The least of the SMS channels: a dialog may be read on any of them."""
    stated = [plain(plain(channel).get("limits")).get("sms_budget") for channel in plain(bot.get("channels")).values()]
    return min((one for one in stated if isinstance(one, int)), default=BUDGET)


def _called(tree: Tree) -> Iterator[str]:
    """The dialogs that another goes on with."""
    for state in plain(plain(tree.data).get("states")).values():
        for key in ("call", "then"):
            step = plain(state).get(key)
            dialog = step.get("dialog") if isinstance(step, dict) else step
            if isinstance(dialog, str):
                yield dialog


def _opener(tree: Tree, sources: Sources) -> tuple[Tree, Path] | None:
    """The template that contacts read first, where a dialog begins with one."""
    name = plain(tree.data.get("starts")).get("template")
    language = tree.data.get("language")
    named = [one for one in sources.templates if plain(one.data).get("template") == name] if name else []
    named.sort(key=lambda one: str(one.data.get("language", ""))[:2] != language)
    found = next((one for one in named if isinstance(one.data.get("body"), str)), None)
    return (found, ("body",)) if found is not None else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
