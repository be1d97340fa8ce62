"""A wait that ends acts once, never early, never after an answer in time (F051, F052). Pure.

A waiter writes `business.WAIT`, is asked `business.ASKED` and has `business.WAIT_S` to say anything. Silence is
answered with `business.SILENCE`, whatever they say before or after it with `business.HEARD`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot_runtime.prove.business import ASKED, HEARD, SILENCE, WAIT_S
from bot_runtime.prove.records import Event, Evidence, Send, Violation

SURE_S = 2.0  # between an answer's 2xx and the end of the wait, lest it be a tie (D04)
# From the mark to the first byte at most; where nobody read the acceptance, the wait runs from the mark (D02).
MARKED_S = 2.0


def waits_told(evidence: Evidence) -> Iterator[Violation]:
    said: defaultdict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in evidence.events:
        if event.kind in ("wait", "answer"):
            said[event.channel, event.contact].append(event)
    sends: defaultdict[tuple[str, str], list[Send]] = defaultdict(list)
    for send in evidence.sends:
        if (send.channel, send.to) in said:
            sends[send.channel, send.to].append(send)
    held = set(evidence.held_unknown)
    for whom, events in sorted(said.items()):
        yield from _waiter("/".join(whom), events, sends[whom], held)


def _waiter(whom: str, events: Sequence[Event], sends: Sequence[Send], held: set[str]) -> Iterator[Violation]:
    asked, ended, heard = ([send for send in sends if send.text == text] for text in (ASKED, SILENCE, HEARD))
    answers = [event for event in events if event.kind == "answer"]  # those without a 2xx may have been kept, too
    if not asked:
        if any(event.taken_at is not None for event in events):
            yield Violation("turn_lost", whom, "nobody asked")
        return
    for text, tries, most in ((ASKED, asked, 1), (SILENCE, ended, 1), (HEARD, heard, len(answers))):
        if len({send.entry for send in tries}) > most:
            yield Violation("turn_twice", whom, f"{text}: {len({send.entry for send in tries})}")
        if tries and not any(send.accepted for send in tries) and tries[0].entry not in held:
            yield Violation("reply_lost", whom, f"{text} ({tries[-1].answer})")
    due = asked[0].store_at + WAIT_S
    if ended and ended[0].store_at < due - MARKED_S:
        yield Violation("wait_early", whom, f"{due - ended[0].store_at:.2f} s")
    # What is answered in the run is answered before the clock is moved: then both clocks are one.
    taken = [event.taken_at for event in answers if event.taken_at is not None]
    if ended and any(at < due - SURE_S for at in taken):
        yield Violation("wait_after_answer", whom)
    if taken and not heard:
        yield Violation("turn_lost", whom, "the answer")
    if not ended and not heard and any(send.accepted for send in asked):
        yield Violation("wait_never_ended", whom)
