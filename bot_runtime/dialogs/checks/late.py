"""Texts that may come when WhatsApp takes none: more than 23 h 50 min after the contact's last message (D07, B08)."""

from collections.abc import Iterator

from bot_runtime.dialogs.checks.walking import BY_CONTACT, WITHIN_TURN, Paths, at_once
from bot_runtime.dialogs.edges import END, Edge
from bot_runtime.dialogs.model import Chained, State
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Path, Tree

OPEN_S = 23 * 3600 + 50 * 60
NEVER = 10**9
"""Seconds since the last message of somebody who never wrote: a template began the session."""


def late_problems(tree: Tree, paths: Paths) -> Iterator[Problem]:
    """Each place where silence, or what is waited for, leads to a text, the first of a chain; reminders; dialogs that
    follow much later."""
    dialog = paths.dialog
    silence = _silence(paths)
    told: set[Path] = set()
    late: set[str] = set()  # states whose own words are late: what follows them is no news
    for name, state in dialog.states.items():
        waited = silence.get(name)
        if waited is None:
            continue
        for at, reminder in enumerate(state.remind):
            if reminder.say is not None and waited + reminder.after_s > OPEN_S and waited <= OPEN_S:
                yield _problem(tree, ("states", name, "remind", at, "say"), name, waited + reminder.after_s)
        then = state.then
        if isinstance(then, Chained) and then.after_s and waited <= OPEN_S < waited + then.after_s:
            yield _problem(tree, ("states", name, "then"), name, waited + then.after_s)
    for edge in paths.edges():
        waited = silence.get(edge.source)
        state = dialog.states[edge.source]
        if edge.trigger not in ("timeout", "event") or waited is None or edge.source in late:
            continue  # an event may come at the very end of the wait for it
        after = waited + state.response_timeout_s
        if after <= OPEN_S:
            continue
        for target in _first_words(paths, edge):
            late.add(target)
            place = _words(target, dialog.states[target])
            if place not in told:
                told.add(place)
                yield _problem(tree, place, edge.source, after)


def _problem(tree: Tree, place: Path, source: str, after: int) -> Problem:
    if after >= NEVER:
        return tree.problem(place, "late_start", key=True, warning=True, name=source)
    return tree.problem(place, "late_text", key=True, warning=True, name=source, after=_hours(after))


def _silence(paths: Paths) -> dict[str, int]:
    """The longest after the contact's last message that each state can be entered; those never entered are left out."""
    dialog = paths.dialog
    longest = {dialog.first: NEVER if dialog.starts.template is not None else 0}
    pending = [dialog.first]
    while pending:
        name = pending.pop()
        state = dialog.states[name]
        for edge in paths.ways[name]:
            if edge.target == END:
                continue
            after = min(NEVER, _after(edge, state, longest[name]))
            if after > OPEN_S:
                after = NEVER if after >= NEVER else min(after, 10 * OPEN_S)  # a circle of silence grows no further
            if after > longest.get(edge.target, -1):
                longest[edge.target] = after
                pending.append(edge.target)
    return longest


def _after(edge: Edge, state: State, waited: int) -> int:
    if edge.trigger in BY_CONTACT or edge.trigger in ("given_back", "returned"):
        return 0
    if edge.trigger == "timeout" and not at_once(state):
        return waited + state.response_timeout_s
    return waited


def _first_words(paths: Paths, edge: Edge) -> Iterator[str]:
    """The first states that say something once `edge` is taken, over those that say nothing."""
    seen: set[str] = set()
    pending = [edge.target]
    while pending:
        name = pending.pop()
        if name == END or name in seen:
            continue
        seen.add(name)
        state = paths.dialog.states[name]
        if state.waits or state.say:
            yield name
        else:
            pending += [way.target for way in paths.ways[name] if way.trigger in WITHIN_TURN]


def _words(name: str, state: State) -> Path:
    return ("states", name, "ask" if state.waits else "say")


def _hours(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}h{f' {minutes}m' if minutes else ''}"
