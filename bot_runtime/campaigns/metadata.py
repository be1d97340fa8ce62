"""Columns of a list linked to the metadata of tickets (F101–F103, D26–D29)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot_runtime.campaigns.columns import Columns, Variable, same_name
from bot_runtime.campaigns.problems import Fault, ListRefused
from bot_runtime.dialogs.problems import nearest
from bot_runtime.workspace import Metadata


@dataclass(frozen=True, slots=True)
class Link:
    variable: Variable
    metadata: Metadata


def available(metadata: Sequence[Metadata], department: str | None) -> list[Metadata]:
    """Those a campaign may link: with an integration key, and of its department if it has one (F102)."""
    return [one for one in metadata if one.key and (department is None or one.serves(department))]


def link(
    columns: Columns,
    metadata: Sequence[Metadata],
    department: str | None = None,
    by_hand: Mapping[str, str] | None = None,
    removed: Collection[str] = (),
) -> tuple[Link, ...]:
    """Each column with its metadata, in the order of the columns. `by_hand`: header → key; `removed`: headers.

    What nobody links by hand is linked when its header is the name of just one metadata, or its key.

    Raises:
        ListRefused: a link by hand breaks a rule; the faults name it.
    """
    links: dict[int, Link] = {}
    used: set[str] = set()
    faults = []
    for header, key in (by_hand or {}).items():
        variable = next((one for one in columns.variables if same_name(one.header) == same_name(header)), None)
        fault = _forbidden(header, key, variable, columns, metadata, department, used)
        if fault is not None or variable is None:
            faults.append(fault or Fault("link_no_column", facts={"name": header}))
            continue
        links[variable.column] = Link(variable, next(one for one in metadata if one.key == key))
        used.add(key)
    if faults:
        raise ListRefused(faults)
    left_out = {same_name(header) for header in removed}
    choices = available(metadata, department)
    for variable in columns.variables:
        if variable.column in links or same_name(variable.header) in left_out:
            continue
        found = _named(variable.header, choices)
        if found is not None and found.key not in used:
            links[variable.column] = Link(variable, found)
            used.add(found.key)
    return tuple(links[column] for column in sorted(links))


def stored(metadata: Metadata, value: str) -> str | bool | None:
    """What a ticket keeps of a fitting cell; None: nothing."""
    if metadata.kind == "yes_no":
        return value.strip() == "1"
    return value.strip() or None


def _named(header: str, choices: Sequence[Metadata]) -> Metadata | None:
    by_name = [one for one in choices if same_name(one.name) == same_name(header)]
    found = by_name or [one for one in choices if same_name(one.key) == same_name(header)]
    return found[0] if len(found) == 1 else None


def _forbidden(
    header: str,
    key: str,
    variable: Variable | None,
    columns: Columns,
    metadata: Sequence[Metadata],
    department: str | None,
    used: Collection[str],
) -> Fault | None:
    """The rule that linking `header` to the metadata `key` breaks."""
    if variable is None:
        headers = [one.header for one in columns.variables]
        return Fault("link_no_column", facts={"name": header, "known": ", ".join(headers) or "—"})
    wanted = next((one for one in metadata if one.key == key), None)
    if wanted is None or not key:
        keys = [one.key for one in available(metadata, department)]
        facts = {"name": key, "known": nearest(key, keys) or ", ".join(keys) or "—"}
        return Fault("link_no_metadata", 1, variable.column, variable.header, facts=facts)
    if department is not None and not wanted.serves(department):
        facts = {"name": key, "department": department or ""}
        return Fault("link_not_of_department", 1, variable.column, variable.header, facts=facts)
    if key in used:
        return Fault("link_twice", 1, variable.column, variable.header, facts={"name": key})
    return None
