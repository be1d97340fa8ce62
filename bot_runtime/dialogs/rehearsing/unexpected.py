"""The answers that fitted nothing, grouped: the same words however they were typed, by question (F046, B28)."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot_runtime.dialogs import engine, menus
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import About, Session

EXAMPLES = 5
_LONGEST = 200  # characters of a text that is compared; nobody names an option with more


@dataclass(slots=True)
class Group:
    """Answers to one question that mean the same. `text` is how it was written most; `id` stays as more come."""

    id: str
    dialog: str
    state: str
    text: str = ""
    count: int = 0
    contacts: int = 0
    texts: list[str] = field(default_factory=list)  # every way it was written, the most frequent first
    versions: list[str] = field(default_factory=list)  # of the dialog, the latest last
    first_at: str = ""
    last_at: str = ""
    understood: bool = False  # by the dialog as it is now

    @property
    def examples(self) -> list[str]:
        return self.texts[:EXAMPLES]


def grouped(answers: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Groups of `{at, contact, dialog, version, state, text}` (oldest first), the largest of each question first.

    The questions with most answers come first. Two texts are similar when a menu would take one for the other.
    """
    by_question: dict[tuple[str, str], dict[str, list[Mapping[str, Any]]]] = {}
    for answer in answers:
        called = _called(str(answer["text"]))
        by_question.setdefault((answer["dialog"], answer["state"]), {}).setdefault(called, []).append(answer)
    found = {
        question: sorted((_group(*question, ours) for ours in _similar(texts)), key=lambda one: (-one.count, one.text))
        for question, texts in by_question.items()
    }
    busiest = sorted(found, key=lambda question: (-sum(one.count for one in found[question]), question))
    return [group for question in busiest for group in found[question]]


def judge(groups: Iterable[Group], dialogs: Mapping[str, Dialog], about: About) -> None:
    """Say which groups the dialogs understand by now, however each of their texts was written."""
    for group in groups:
        dialog = dialogs.get(group.dialog)
        if dialog is not None and group.state in dialog.states and dialog.states[group.state].waits:
            group.understood = all(_fits(dialog, group, text, about) for text in group.texts)


def _fits(dialog: Dialog, group: Group, text: str, about: About) -> bool:
    at = datetime.fromisoformat(group.last_at)
    session = Session(
        dialog=dialog.name,
        version=dialog.version,
        channel=about.channel,
        state=group.state,
        started_at=at,
        updated_at=at,
    )
    return engine.takes(dialog, session, text, about)


def _called(text: str) -> str:
    """What is the same of two texts that differ in case, accents and signs only; signs alone stay as they are."""
    return menus.comparable(text[:_LONGEST]) or text[:_LONGEST].strip()


def _similar(texts: Mapping[str, list[Mapping[str, Any]]]) -> list[list[Mapping[str, Any]]]:
    """Texts joined to the most frequent one they are a typo of."""
    heads: dict[str, list[Mapping[str, Any]]] = {}
    for called, answers in sorted(texts.items(), key=lambda one: -len(one[1])):
        near = next((head for head in heads if menus.fitting([(head,)], called, numbered=0)), None)
        heads[near if near is not None else called] = [*heads.get(near or called, []), *answers]
    return list(heads.values())


def _group(dialog: str, state: str, answers: list[Mapping[str, Any]]) -> Group:
    ours = sorted(answers, key=lambda one: str(one["at"]))
    texts = [text for text, _ in Counter(str(one["text"]).strip() for one in ours).most_common()]
    named = hashlib.blake2b(f"{dialog}\0{state}\0{_called(str(ours[0]['text']))}".encode(), digest_size=4)
    return Group(
        named.hexdigest(),
        dialog,
        state,
        texts[0],
        len(ours),
        len({one.get("contact") for one in ours}),
        texts,
        list(dict.fromkeys(str(one["version"]) for one in ours)),
        str(ours[0]["at"]),
        str(ours[-1]["at"]),
    )
