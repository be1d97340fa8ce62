"""What call, split, remind, burst, then and back take, and what never stands beside them (F010, F018, F026, F054)."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from bot_runtime.dialogs.load import DEFAULT_TIMEOUT_S, duration_s
from bot_runtime.dialogs.load_flow import seconds
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.schemas.flow import MOST_WITHIN_S
from bot_runtime.dialogs.splits import ALL
from bot_runtime.dialogs.tree import Path, Tree, items, plain

_STEPS = ("call", "split", "then", "request", "pdf", "on", "handoff", "close")
_OURS = frozenset({"call", "split", "then"})


def step_problems(tree: Tree, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of one state; a question's own combinations are `dialog.py`'s."""
    if "ask" not in state:
        yield from _one_step(tree, path, state)
    if "split" in state:
        yield from _split(tree, path, state)
    if "remind" in state:
        yield from _reminders(tree, path, state)
    if "burst" in state:
        within = plain(state["burst"]).get("within", "5s")
        if str(within).endswith("s") and seconds(within) > MOST_WITHIN_S:
            place: Path = (*path, "burst", "within")
            yield tree.problem(place, "long_burst", got=within, most=f"{MOST_WITHIN_S}s")
    after = plain(state.get("then")).get("after")
    if isinstance(after, str) and duration_s(after) is None and seconds(after):
        yield tree.problem((*path, "then", "after"), "long_duration", name="after", got=after)


def word_problems(tree: Tree) -> Iterator[Problem]:
    """A word leads to a state or back, not both."""
    for place, entry in items(tree.data.get("anywhere"), ("anywhere",)):
        if {"goto", "back"} <= plain(entry).keys():
            yield tree.problem((*place, "goto"), "goto_and_back", key=True)


def _one_step(tree: Tree, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
    steps = [key for key in state if key in _STEPS]
    allowed = {"close", "then"}
    if len(steps) > 1 and not _OURS.isdisjoint(steps) and set(steps) != allowed:
        yield tree.problem((*path, steps[1]), "two_steps", key=True, name=path[-1], first=steps[0], second=steps[1])
    for step in ("split", "then"):
        for key in ("goto", "when") if steps == [step] else ():
            if key in state:
                yield tree.problem((*path, key), "never_beside", key=True, name=key, other=step)


def _split(tree: Tree, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
    arms = [(place, plain(arm)) for place, arm in items(state["split"], (*path, "split"))]
    shares: list[Any] = [arm.get("share") for _, arm in arms]
    if all(isinstance(share, int) and not isinstance(share, bool) for share in shares) and sum(shares) != ALL:
        yield tree.problem((*path, "split"), "shares", key=True, got=sum(shares), all=ALL)
    names: set[str] = set()
    for place, arm in arms:
        name = str(arm.get("name", arm.get("goto")))
        if name in names:
            yield tree.problem((*place, "name" if "name" in arm else "goto"), "same_arm", name=name)
        names.add(name)


def _reminders(tree: Tree, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
    """Each later than the one before, and all before the deadline."""
    wait = state.get("response_timeout", tree.data.get("response_timeout", DEFAULT_TIMEOUT_S))
    ends = wait if wait == DEFAULT_TIMEOUT_S else duration_s(wait)
    reminders = [(place, plain(one)) for place, one in items(state["remind"], (*path, "remind"))]
    for place, reminder in reminders:
        after = reminder.get("after")
        if {"say", "template"} <= reminder.keys():
            yield tree.problem((*place, "template"), "say_and_template", key=True)
        if isinstance(after, str) and seconds(after) and duration_s(after) is None:
            yield tree.problem((*place, "after"), "long_duration", name="after", got=after)
        elif duration_s(after) == 0 or (ends is not None and seconds(after) >= ends):
            written = "24h" if wait == DEFAULT_TIMEOUT_S else wait
            yield tree.problem((*place, "after"), "reminder_too_late", got=after, wait=written)
    for (_, before), (place, reminder) in pairwise(reminders):
        if seconds(before.get("after")) >= seconds(reminder.get("after")) > 0:
            yield tree.problem((*place, "after"), "reminder_order", got=reminder.get("after"), before=before["after"])
