"""What of the tickets a caller sees, and in which lists (D66). Pure."""

from collections.abc import Collection, Iterable

from bot_runtime.people.model import Caller
from bot_runtime.tickets import desk
from bot_runtime.tickets.model import Ticket

VIEWS = ("queue", "mine", "all", "closed")


def login_of(caller: Caller) -> str:
    """Who a ticket says owns it: a user's name; a key's id, which is no user's name."""
    return caller.name if caller.kind == "user" else caller.id


def reads(caller: Caller, ticket: Ticket) -> bool:
    """Whether they may open it: their own, and those of their departments (of agents' colleagues: to read)."""
    return ticket.owner == login_of(caller) or caller.sees(ticket.department)


def supervises(caller: Caller, department: str) -> bool:
    """Whether they may act on tickets of others there."""
    return caller.sees_all or (caller.has_role("supervisor") and department in caller.departments)


def departments_of(caller: Caller, known: Iterable[str]) -> list[str]:
    """The departments whose tickets they see; whoever sees all sees those of none as well."""
    return [*known, ""] if caller.sees_all else list(caller.departments)


def lists(caller: Caller, view: str, departments: Collection[str]) -> list[str]:
    """The lists (`desk.indexes` names them) that make up a view of theirs, within `departments`."""
    mine = f"{login_of(caller)}"
    of_all = caller.sees_all or caller.has_role("supervisor")
    match view:
        case "queue":
            return [f"queue:{name}" for name in departments]
        case "mine":
            return [f"owner:{mine}"]
        case "closed" if of_all:
            return [f"closed:{name}" for name in departments]
        case "closed":
            return [f"closed_of:{mine}"]
    if of_all:
        return [f"{state}:{name}" for name in departments for state in ("queue", "taken", "bot", "waiting")]
    return [f"owner:{mine}", *(f"queue:{name}" for name in departments)]


def stands_in(ticket: Ticket, names: Collection[str]) -> bool:
    """Whether the ticket is in one of these lists now: it may have moved since the list was read."""
    return any(name in names for name in desk.indexes(ticket))
