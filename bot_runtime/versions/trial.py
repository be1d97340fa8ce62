"""A version on trial: who begins on it, what is counted, and when it is clearly worse than the one before. Pure.

The rule. Two rates are compared, the trial's with the old version's, over sessions begun since the trial did:
sessions that failed (a loop, or an event nobody could answer) among those begun, and answers that did not fit among
all given, question by question. The trial is worse when, whatever chance did, its rate is beyond `RATIO` times the
old one's: when the lower end of its confidence interval (Wilson, z = 2.6: one trial in two hundred by mistake) is.
A rate of the old version below the floor counts as the floor, and so does one known from too few.
"""

import math
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from bot_runtime.dialogs.events import AnyEvent, Message
from bot_runtime.dialogs.session import Session
from bot_runtime.store.keys import hash64
from bot_runtime.versions.model import Trial

Z: Final = 2.6
RATIO: Final = 1.5
FEWEST_BAD: Final = 3  # failed sessions, or answers that did not fit
FEWEST_OLD: Final = 20  # sessions or answers, below which the old version's rate is not known
FAILED_FLOOR: Final = 0.01
UNFIT_FLOOR: Final = 0.10


class Worse(NamedTuple):
    """Why a trial is to be withdrawn: `failed` or `unfit` (then at the question `state`), with both shares."""

    why: str
    state: str
    bad: int
    of: int
    old_share: float

    @property
    def facts(self) -> dict[str, object]:
        told: dict[str, object] = {"bad": self.bad, "of": self.of, "old_share": round(self.old_share, 3)}
        return {"state": self.state, **told} if self.state else told


def begins_on_it(trial: Trial, contact: str) -> bool:
    """Whether this contact's new sessions begin on the version on trial; the same answer as long as it lasts."""
    return hash64(f"{trial.name}:{contact}") / 2**64 + 0.5 < trial.share


def tally(
    trial: Trial, before: Session | None, after: Session | None, event: AnyEvent, unfit: Collection[str]
) -> list[str]:
    """What a turn adds to the trial's counts, each once. `unfit`: the questions whose answer did not fit."""
    counted = []
    if after is not None and (arm := _arm(trial, after, *_root(after))):
        begins = before is None or before.started_at != after.started_at
        if begins:
            counted.append(f"{arm}:begun")
        if after.phase == "ended" and after.cause == "failed" and (begins or _lives(before)):
            counted.append(f"{arm}:failed")
    if before is None or before.phase != "waiting" or not isinstance(event, Message):
        return counted
    if arm := _arm(trial, before, before.dialog, before.version):
        counted.append(f"{arm}:answers:{before.state}")
        counted += [f"{arm}:unfit:{state}" for state in unfit]
    return counted


def tally_dead(trial: Trial, session: Session | None) -> list[str]:
    """The same where an event of a session could not be answered at all."""
    if session is None or not _lives(session):
        return []
    arm = _arm(trial, session, *_root(session))
    return [f"{arm}:failed"] if arm else []


def verdict(counts: Mapping[str, int]) -> Worse | None:
    """What is clearly worse in the trial, if anything is; `counts` as `tally` names them."""
    old = _share(counts.get("old:failed", 0), counts.get("old:begun", 0), FAILED_FLOOR)
    failed, begun = counts.get("new:failed", 0), counts.get("new:begun", 0)
    if _beyond(failed, begun, old):
        return Worse("failed", "", failed, begun, old)
    for name in sorted(counts):
        if name.startswith("new:unfit:"):
            state = name.removeprefix("new:unfit:")
            old = _share(counts.get(f"old:unfit:{state}", 0), counts.get(f"old:answers:{state}", 0), UNFIT_FLOOR)
            unfit, answers = counts[name], counts.get(f"new:answers:{state}", 0)
            if _beyond(unfit, answers, old):
                return Worse("unfit", state, unfit, answers, old)
    return None


def _arm(trial: Trial, session: Session, dialog: str, version: str) -> str:
    """Which side a dialog of the session is on; empty: on neither, or the session is older than the trial."""
    if dialog != trial.dialog or session.started_at.timestamp() * 1000 < trial.since:
        return ""
    return "new" if version == trial.version else "old" if version == trial.base else ""


def _root(session: Session) -> tuple[str, str]:
    """The dialog that the session began with: it answers for those it calls."""
    first = session.callers[0] if session.callers else session
    return first.dialog, first.version


def _lives(session: Session | None) -> bool:
    return session is not None and session.phase != "ended"


def _share(bad: int, of: int, floor: float) -> float:
    return max(bad / of, floor) if of >= FEWEST_OLD else floor


def _beyond(bad: int, of: int, old: float) -> bool:
    return bad >= FEWEST_BAD and lowest(bad, max(of, bad)) > min(RATIO * old, 0.9)


def lowest(bad: int, of: int) -> float:
    """The lower end of Wilson's interval for a share of `bad` in `of`."""
    share, spread = bad / of, Z * Z / of
    middle = share + spread / 2
    return max(0.0, (middle - Z * math.sqrt(share * (1 - share) / of + spread / (4 * of))) / (1 + spread))
