"""Every message taken has exactly one turn, in order: read from the replies that arrived at the provider. Pure.

The dialog answers a contact's n-th message with `#n <the message>`; the first begins the session, and its reply says
`#1 -`. So a lost turn is a missing text, a doubled one a text or a number that comes twice, a swap a number too early.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot_runtime.prove.records import Event, Evidence, Send, Violation

_REPLY = re.compile(r"#(\d+) (.+)", re.DOTALL)
FIRST = "-"
MOST_ACCEPTED = 2  # of one reply: a rare double beats a contact left hanging


def turns_told(evidence: Evidence) -> Iterator[Violation]:
    replies: defaultdict[tuple[str, str], list[Send]] = defaultdict(list)
    for send in evidence.sends:
        if send.kind == "text" and _REPLY.fullmatch(send.text):
            replies[send.channel, send.to].append(send)
    events: defaultdict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in evidence.events:
        if event.kind == "said":
            events[event.channel, event.contact].append(event)
    held = set(evidence.held_unknown)
    for whom in sorted({*replies, *events}):
        yield from _contact("/".join(whom), events[whom], replies[whom], held)


def _contact(whom: str, events: Sequence[Event], sends: Sequence[Send], held: set[str]) -> Iterator[Violation]:
    by_entry: defaultdict[str, list[Send]] = defaultdict(list)
    for send in sends:
        by_entry[send.entry].append(send)
    said = {entry: _REPLY.fullmatch(tries[0].text) for entry, tries in by_entry.items()}
    numbers: dict[str, int] = {entry: int(match[1]) for entry, match in said.items() if match}
    heard: dict[str, str] = {entry: match[2] for entry, match in said.items() if match}

    for entry, tries in by_entry.items():
        if len({one.text for one in tries}) > 1:
            yield Violation("entry_changed", whom, entry)
        accepted = sum(one.accepted for one in tries)
        if accepted > MOST_ACCEPTED:
            yield Violation("reply_thrice", whom, f"#{numbers[entry]}: {accepted}")
        if accepted == 0 and entry not in held:
            yield Violation("reply_lost", whom, f"#{numbers[entry]} ({tries[-1].answer})")
    yield from _numbers(whom, sends, numbers)
    yield from _texts(whom, events, numbers, heard)
    yield from _order(whom, events, numbers, heard)


def _numbers(whom: str, sends: Sequence[Send], numbers: dict[str, int]) -> Iterator[Violation]:
    """1, 2, 3… without a gap, each the number of one entry, and none starts before the one before it."""
    counted = sorted(numbers.values())
    if counted != list(range(1, len(counted) + 1)):
        yield Violation("counter", whom, " ".join(map(str, counted)))
    latest = 0
    for send in sends:
        number = numbers[send.entry]
        if number < latest:
            yield Violation("reply_order", whom, f"#{number} after #{latest}")
        latest = max(latest, number)


def _texts(whom: str, events: Sequence[Event], numbers: dict[str, int], heard: dict[str, str]) -> Iterator[Violation]:
    """What was heard is what was said: all but the message that began it, nothing twice, nothing else."""
    turns: defaultdict[str, int] = defaultdict(int)
    for text in heard.values():
        turns[text] += 1
    known = {event.text for event in events}
    for text, count in turns.items():
        if text != FIRST and text not in known:
            yield Violation("turn_of_nothing", whom, text)
        if count > 1:
            yield Violation("turn_twice", whom, f"{text}: {count}")
    silent = sorted((event for event in events if event.text not in turns), key=lambda event: event.began_at)
    first = min(events, key=lambda event: event.began_at, default=None)
    if FIRST in turns:  # whoever began the session is not quoted in any reply
        beginner = next((event for event in silent if event is first or event.taken_at is not None), None)
        if beginner is None:
            yield Violation("turn_twice", whom, "the message that began the session was an answer too")
        elif first is not None and beginner is not first and _surely_before(first, beginner):
            yield Violation("turn_order", whom, f"{beginner.id} before {first.id}")
        silent = [event for event in silent if event is not beginner]
    for event in silent:
        if event.taken_at is not None:
            yield Violation("turn_lost", whom, event.id)


def _surely_before(one: Event, other: Event) -> bool:
    """Whether `other` was first sent when `one` had its 2xx."""
    return one.taken_at is not None and other.began_at > one.taken_at


def _order(whom: str, events: Sequence[Event], numbers: dict[str, int], heard: dict[str, str]) -> Iterator[Violation]:
    """A message first sent after another one's 2xx has the later turn."""
    turn = {text: numbers[entry] for entry, text in heard.items()}
    placed = [(event, turn[event.text]) for event in events if event.text in turn]
    for earlier, number in placed:
        for later, after in placed:
            if after < number and _surely_before(earlier, later):
                yield Violation("turn_order", whom, f"{later.id} before {earlier.id}")
