"""The surveys that follow a campaign's dialog (F018): which they are, and what each adds to what is sent. Pure."""

from collections.abc import Mapping

import msgspec

from bot_runtime.channels import sms
from bot_runtime.dialogs.advice.walk import Walk
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.model import Dialog, Media, State
from bot_runtime.dialogs.session import Value


class Added(msgspec.Struct, frozen=True):
    """What one more survey costs: at most so many messages and, by SMS, parts for a contact, and for all of them."""

    dialog: str
    title: str
    messages: int
    parts: int | None
    all_messages: int
    all_parts: int | None


def followed(dialogs: Mapping[str, Dialog], first: str) -> list[str]:
    """`first` and the dialogs that follow it, in order; those there are."""
    found: list[str] = []
    pending = [first]
    for name in pending:
        if name in dialogs and name not in found:
            found.append(name)
            pending += [state.then.dialog for state in dialogs[name].states.values() if state.then is not None]
    return found


def added(dialogs: Mapping[str, Dialog], first: str, contacts: int, by_sms: bool) -> list[Added]:
    """What every survey that follows `first` adds, on the way that says most."""
    found = []
    for name in followed(dialogs, first)[1:]:
        dialog = dialogs[name]
        texts = {state.name: _texts(state, dialog) for state in dialog.states.values()}
        messages = _most(dialog, {state: len(said) for state, said in texts.items()})
        of_sms = {state: sum(len(sms.count(one).parts) for one in said) for state, said in texts.items()}
        parts = _most(dialog, of_sms) if by_sms else None
        all_parts = None if parts is None else parts * contacts
        found.append(Added(name, dialog.title, messages, parts, messages * contacts, all_parts))
    return found


def _most(dialog: Dialog, costs: Mapping[str, int]) -> int:
    """The most that some way through the dialog comes to."""
    before = Walk(dialog).most_before(costs.__getitem__)
    return max(before[name] + costs[name] for name in before)


def _texts(state: State, dialog: Dialog) -> list[str]:
    """What a contact reads at a state, with the examples of what the dialog needs."""
    data: dict[str, Value] = {
        name: need.example if need.example is not None else need.default for name, need in dialog.needs.items()
    }

    def rendered(text: Text) -> str:
        return text.render(data, dialog.language)

    said = [rendered(one.caption if isinstance(one, Media) else one) for one in state.say]
    if state.ask is not None:
        options = [f"{number}) {rendered(one.label)}" for number, one in enumerate(state.menu, 1)]
        said.append("\n".join([rendered(state.ask), *options]))
    return [text for text in said if text.strip()]
