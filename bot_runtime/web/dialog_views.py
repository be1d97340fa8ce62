"""Dialogs as pages read them: problems with their place, differences, and the answers' shapes. Pure."""

from typing import Any

import msgspec

from bot_runtime.dialogs.differences import Differences
from bot_runtime.dialogs.problems import Problem
from bot_runtime.runtime.publishing import DialogSeen, MoveSeen, VanishedSeen, VersionSeen
from bot_runtime.workspace.text_counts import TextCount


class ProblemSeen(msgspec.Struct, frozen=True):
    """`line` and `column` count from 1; `file` is another than the dialog's where the fault shows there."""

    file: str
    line: int
    column: int
    width: int
    severity: str
    code: str
    message: str
    hint: str


class DetailSeen(msgspec.Struct, frozen=True):
    """`kind`: text, way or rule. `before` or `after` is null where there was nothing."""

    path: str
    kind: str
    before: str | int | float | bool | None
    after: str | int | float | bool | None


class ChangeSeen(msgspec.Struct, frozen=True):
    """`what`: added, removed, renamed (`was`: its earlier name) or changed."""

    state: str
    what: str
    was: str
    details: list[DetailSeen]


class DifferencesSeen(msgspec.Struct, frozen=True):
    dialog: list[DetailSeen]
    states: list[ChangeSeen]


class Dialogs(msgspec.Struct, frozen=True):
    """`edits`: whether the caller has the author's right. `publishes_saves`: a saved file is live at once."""

    dialogs: list[DialogSeen]
    edits: bool
    publishes_saves: bool


class DialogText(msgspec.Struct, frozen=True):
    """`states`: each with the line it begins on, in the text's order."""

    dialog: DialogSeen
    number: int | None
    source: str
    states: dict[str, int]
    edits: bool


class VersionList(msgspec.Struct, frozen=True):
    versions: list[VersionSeen]
    moves: list[MoveSeen]


class Check(msgspec.Struct, frozen=True):
    """`vanishing`: people who would lose their place; `differences` from what is live. Null and empty with an error.

    `texts`: what each message costs as SMS, filled like a sample row.
    """

    ok: bool
    problems: list[ProblemSeen]
    vanishing: list[VanishedSeen]
    differences: DifferencesSeen | None
    states: list[str]
    texts: list[TextCount]


class Drawn(msgspec.Struct, frozen=True):
    svg: str


class Published(msgspec.Struct, frozen=True):
    """`number`: the version published, promoted or withdrawn. `moving`: people are being moved to it."""

    dialog: DialogSeen
    number: int
    moving: bool


def problem_seen(problem: Problem, language: str) -> ProblemSeen:
    where = problem.where
    return ProblemSeen(
        file=where.file,
        line=where.line,
        column=where.column,
        width=problem.width,
        severity=problem.severity,
        code=problem.code,
        message=problem.message(language),
        hint=problem.hint(language),
    )


def differences_seen(found: Differences) -> DifferencesSeen:
    def details(some: Any) -> list[DetailSeen]:
        return [DetailSeen(*one) for one in some]

    return DifferencesSeen(
        dialog=details(found.dialog),
        states=[ChangeSeen(one.state, one.what, one.was, details(one.details)) for one in found.states],
    )
