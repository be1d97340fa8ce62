"""What is kept of a dialog's published versions. Texts are kept once, under their hash (`runtime/definitions.py`)."""

from typing import Literal

import msgspec

FILE = "file"  # who publishes when a file was saved
SYSTEM = "system"

People = Literal["keep", "migrate", "restart"]


class Version(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One published version; once written it never changes. `version` is the hash of its text, `at` in ms.

    `again`: the number whose text it repeats, 0 unless it rolled back. `share`: of new sessions, while it was on trial.
    """

    number: int
    version: str
    at: int
    by: str
    note: str = ""
    again: int = 0
    share: float = 1.0


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A version that a share of the new sessions begins on; the others begin on `base`. `since` in ms."""

    dialog: str
    number: int
    version: str
    base: str
    share: float
    since: int

    @property
    def name(self) -> str:
        return f"{self.dialog}:{self.number}"


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a dialog stands: `live` is the number new sessions begin on and `version` its text.

    `seen`: the text that was last published from the folder; a file that still says so is no change, whatever was
    published or rolled back since. `withdrawn`: numbers taken back, and why. `moving`: the number that people inside
    are being moved to, 0 for none.
    """

    dialog: str
    last: int
    live: int
    version: str
    seen: str = ""
    trial: Trial | None = None
    withdrawn: dict[int, str] = {}
    moving: int = 0


class Choice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happens to the people who are inside other versions.

    `keep`: they end where they began. `migrate`: they go to the state of the same name, or the one that `states` says
    (old: new); those in `stay` keep their version. `restart`: they read `text` and begin anew.
    """

    people: People = "keep"
    states: dict[str, str] = {}
    stay: tuple[str, ...] = ()
    text: str = ""


class Move(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """People being moved to a version. `versions`: those they are in; `counts`: what became of them, once it ended."""

    dialog: str
    number: int
    version: str
    choice: Choice
    versions: tuple[str, ...]
    at: int
    by: str
    ended_at: int = 0
    counts: dict[str, int] = {}

    @property
    def name(self) -> str:
        return f"{self.dialog}:{self.number}"
