"""Several messages in a row as one answer (B02): `burst: { take: first | last | join, within: 5s }` at a question.

`first` answers at once, and what follows within that time is not read. `last` and `join` wait until nothing more came
for that long; meanwhile the session keeps what was said. Joined are texts; a tap, a file or a place among them is the
answer by itself. Words that work anywhere never wait.
"""

from msgspec import structs

from bot_runtime.dialogs.events import Message, TextReceived
from bot_runtime.dialogs.model import Burst

MOST_CHARS = 1_000  # kept of one answer; with that much it is taken without waiting for more


def gathered(burst: Burst, before: Message | None, event: Message) -> Message:
    """What the messages so far come to."""
    if before is None or burst.take == "last":
        return event
    if not isinstance(event, TextReceived):
        return event
    if not isinstance(before, TextReceived):
        return before
    return structs.replace(event, text=f"{before.text}\n{event.text}")


def is_full(event: Message) -> bool:
    return isinstance(event, TextReceived) and len(event.text) >= MOST_CHARS
