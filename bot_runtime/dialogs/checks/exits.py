"""Whether everybody gets out: no question where all answers go round, none that keeps those it does not understand."""

from collections.abc import Callable, Iterator

from bot_runtime.dialogs.checks.walking import Paths, at_once
from bot_runtime.dialogs.edges import END, Edge
from bot_runtime.dialogs.model import State
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Tree


def exit_problems(tree: Tree, paths: Paths) -> Iterator[Problem]:
    """Silence always ends a dialog, so it does not count as a way out."""
    states = paths.dialog.states

    def by_anything(edge: Edge) -> bool:
        state = states[edge.source]
        return edge.trigger != "timeout" or not state.waits or at_once(state)

    def by_nonsense(edge: Edge) -> bool:
        return by_anything(edge) and _takes_nonsense(states[edge.source], edge)

    ends = [name for name in (*states, END) if paths.is_end(name)]
    asks = [name for name, state in states.items() if state.waits and not at_once(state)]
    leaving = paths.leading(ends, by_anything)
    unheard = paths.leading(ends, by_nonsense)
    yield from _told(tree, paths, [name for name in asks if name not in leaving], "no_way_out", by_anything)
    kept = [name for name in asks if name in leaving and name not in unheard]
    yield from _told(tree, paths, kept, "retry_circle", by_nonsense)


def _takes_nonsense(state: State, edge: Edge) -> bool:
    """Whether somebody goes this way who answers what no question expects; a free text takes anything."""
    if not state.waits or edge.trigger in ("else", "exhausted"):
        return True
    return edge.trigger == "answer" and state.answer is not None and state.answer.kind == "text"


def _told(tree: Tree, paths: Paths, stuck: list[str], code: str, taken: Callable[[Edge], bool]) -> Iterator[Problem]:
    """One finding for a circle and all that leads into it, at the first question that stands in it."""
    told: set[str] = set()
    for name in stuck:
        if name in told:
            continue
        reached = paths.reached(name, taken)
        around = ((one, paths.route(one, [one], taken)) for one in stuck if one in reached)
        first, circle = next(((one, way) for one, way in around if way), (name, [name]))
        told |= paths.leading(reached, taken)
        yield tree.problem(("states", first), code, key=True, warning=True, name=first, path=" → ".join(circle))
