"""Beginning a dialog from our side, with somebody who has not written: what was asked for, as an event. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot_runtime.channels.addresses import from_provider
from bot_runtime.channels.base import Address
from bot_runtime.dialogs.events import DialogRequested
from bot_runtime.dialogs.session import Value
from bot_runtime.errors import BotRuntimeError
from bot_runtime.workspace import Workspace


class NotInWorkspace(BotRuntimeError):
    """A channel, dialog or template that the workspace doesn't define; `field` says which."""

    def __init__(self, field: str, name: str, known: Sequence[str]) -> None:
        super().__init__(f"{field}: there is no '{name}'; expected one of {', '.join(known) or '(none)'}")
        self.field = field


def request_of(
    workspace: Workspace, now: datetime, channel: str, address: str, dialog: str, given: Mapping[str, Value]
) -> tuple[Address, DialogRequested]:
    """Whom to ask, and the event for their inbox: by the dialog's template where it has one.

    Raises:
        NotInWorkspace: no such channel, dialog, or template for it; or the address is none.
    """
    if channel not in workspace.channels:
        raise NotInWorkspace("channel", channel, list(workspace.channels))
    if dialog not in workspace.dialogs:
        raise NotInWorkspace("dialog", dialog, list(workspace.dialogs))
    to = from_provider(address)
    if to is None:
        raise NotInWorkspace("address", address, ["a phone number with its country code"])
    definition = workspace.dialogs[dialog]
    needs = {name: need.default for name, need in definition.needs.items() if need.default is not None}
    values = {**needs, **given}
    name, language, parameters = definition.starts.template, "", ()  # type: str | None, str, tuple[str, ...]
    if name is not None:
        template = workspace.templates.get((name, definition.language)) or next(
            (one for (known, _), one in workspace.templates.items() if known == name), None
        )
        if template is None:
            raise NotInWorkspace("template", name, [known for known, _ in workspace.templates])
        language = template.language
        known_values = [values.get(parameter) for parameter in template.parameters]
        parameters = tuple("" if value is None else str(value) for value in known_values)
    event = DialogRequested(
        at=now, channel=channel, dialog=dialog, template=name, language=language, parameters=parameters, given=values
    )
    return to, event
