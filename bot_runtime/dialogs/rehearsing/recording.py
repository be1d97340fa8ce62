"""A conversation that really took place, as a transcript that takes the same path and says nothing of anybody (B31).

Two rehearsals run side by side: one hears what the contact wrote, the other what may be shown of it. Of all the texts
that could stand in (`redaction.py`), the first is taken that brings both to the same place, so that the path is equal
by construction. What a live session did otherwise than its rehearsal is told, not hidden.
"""

from collections.abc import Iterable, Mapping

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.rehearsing import transcripts
from bot_runtime.dialogs.rehearsing.expectations import Difference
from bot_runtime.dialogs.rehearsing.recorder import Happening, Recorder, Recording
from bot_runtime.dialogs.rehearsing.rewriting import document
from bot_runtime.dialogs.session import About, Value

__all__ = ["Happening", "Recording", "record"]

_CONTACTS = 200  # whose arms of a dialog's splits are looked at, until one goes down the same


def record(
    dialog: Dialog, book: Book, about: About, given: Mapping[str, Value], happenings: Iterable[Happening]
) -> Recording:
    """The transcript of one session of `dialog`: what it was given, then what happened, in order."""
    listed = list(happenings)
    recording = Recording({"dialog": dialog.name})
    for number in range(_CONTACTS if listed else 0):
        recorder = Recorder(dialog, book, about, given, listed[0].at, f"contact{number}")
        for happening in listed:
            recorder.take(happening)
        if number == 0 or not recorder.strays:
            recording = recorder.recording
        if not recorder.parted:
            break
    if listed and not recording.strays and (turn := _fails(recording, dialog, book)):
        recording.strays.append((turn, "replay"))
    return recording


def _fails(recording: Recording, dialog: Dialog, book: Book) -> int:
    """The turn where the transcript, written and read again, is not what was recorded; 0: it holds."""
    source = document(recording.head, recording.turns)
    read = transcripts.read(tree.read("transcript", source.encode()), {dialog.name: dialog})
    found = read if isinstance(read, Difference) else transcripts.run(read, book).difference
    return max(1, found.turn) if found is not None else 0
