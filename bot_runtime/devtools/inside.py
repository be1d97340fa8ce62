"""What the server knows of its dialogs and contacts, in the words of the phones' API."""

from collections.abc import Mapping
from typing import Any, cast

from bot_runtime.devtools.calls import BadCall, Scalar, shown


def dialog_info(dialog: Any, workspace: Any) -> dict[str, Any]:
    return {
        "name": dialog.name,
        "title": dialog.title or dialog.name,
        "language": dialog.language,
        "template": dialog.starts.template,
        "keywords": list(dialog.starts.keywords),
        "default": dialog.starts.default or workspace.default_dialog == dialog.name,
        "needs": [
            {"name": name, "kind": need.kind, "example": need.default if need.example is None else need.example}
            for name, need in dialog.needs.items()
        ],
    }


KINDS: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int, float), "yes_no": (bool,)}


def given_for(needs: Mapping[str, Any], given: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """`given` checked against what a dialog needs; an example fills what was left out and has no default."""
    for name in given:
        if name not in needs:
            raise BadCall("given", "one_of", name, names=", ".join(needs) or "—")
    filled: dict[str, Scalar] = {}
    for name, need in needs.items():
        value = given.get(name)
        if value is None:
            if need.default is None and need.example is None:
                raise BadCall(f"given.{name}", need.kind)
            value = cast(Scalar, need.example if need.default is None else need.default)
        right = KINDS.get(need.kind, (str,))
        if not isinstance(value, right) or (isinstance(value, bool) and bool not in right):
            raise BadCall(f"given.{name}", need.kind, shown(value))
        filled[name] = value
    return filled


NEW_SESSION = {"phase": "waiting", "cause": "", "attempts": 0, "answers": {}, "given": {}}


def inside(view: Mapping[str, Any]) -> dict[str, Any]:
    """What the server has on a contact, with nothing left out that the page reads."""
    session = view["session"]
    return {
        **view,
        "session": NEW_SESSION | session if session else None,
        "journal": [line for turn in view["journal"] for line in journal_lines(turn)],
    }


def journal_lines(turn: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A turn of the journal as the page's lines: what came, each message that went, what else followed."""
    facts = {name: turn[name] for name in ("dialog", "from", "to", "cause") if turn.get(name)}
    lines = [{"at": turn["at"], "kind": turn["event"], "text": turn.get("text", ""), "facts": facts}]
    lines += [{"at": turn["at"], "kind": one["status"], "text": one["text"]} for one in turn.get("sent", ())]
    return lines + [{"at": turn["at"], "kind": "effect", "text": text} for text in turn.get("effects", ())]
