"""Running a workspace's transcripts, watched for what they exercise."""

import time
from collections.abc import Iterable
from pathlib import Path

from bot_runtime.cli.reports import Report
from bot_runtime.dialogs import tree
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.rehearsing import coverage, rasa, transcripts
from bot_runtime.dialogs.rehearsing.expectations import Difference
from bot_runtime.dialogs.rehearsing.rewriting import updated
from bot_runtime.dialogs.rehearsing.transcripts import Outcome, Transcript
from bot_runtime.workspace import Workspace


class Run:
    """Runs one transcript after another; `report` is what came of them."""

    def __init__(self, root: Path, workspace: Workspace, update: bool = False, dialog: str = "") -> None:
        """`dialog`: the one that test cases talk to, whose file names none."""
        self.root, self.update, self.dialog = root, update, dialog
        self.book = Book.of(workspace)
        self.watch = coverage.Watch(workspace.dialogs.values())
        self.report = Report()

    def all(self, trees: Iterable[tree.Tree]) -> Report:
        """Run everything; from then on nothing is watched."""
        try:
            for each in trees:
                self.one(each)
        finally:
            self.watch.close()
        return self.report

    def one(self, source: tree.Tree) -> None:
        if rasa.is_rasa(source):
            cases = rasa.read(source, self.book, self.dialog)
            self.report.unmapped += cases.unmapped
            for case in cases.read:
                self._outcome(case, source.file, rewritable=False)
        else:
            self._outcome(transcripts.read(source, self.book.dialogs), source.file, rewritable=True)

    def _outcome(self, read: Transcript | Difference, file: str, rewritable: bool) -> None:
        started = time.perf_counter()
        if isinstance(read, Difference):
            outcome = Outcome(file, "", read)
        else:
            self.watch.begun(read.dialog.name)
            outcome = transcripts.run(read, self.book, to_end=self.update and rewritable)
            if self.update and rewritable and (outcome.difference is not None or _is_blank(read)):
                outcome = self._rewrite(read, outcome)
        for question in outcome.unfit:
            self.watch.unfit(*question)
        self.report.outcomes.append(outcome)
        self.report.took_s.append(time.perf_counter() - started)

    def _rewrite(self, transcript: Transcript, outcome: Outcome) -> Outcome:
        """Bring the file up to date; a transcript that could not go on is left as it is."""
        if len(outcome.happened) < len(transcript.turns):
            return outcome
        blank, happened = _is_blank(transcript), enumerate(outcome.happened, 1)
        changed = [blank or transcripts.differs(transcript, number, got) for number, got in happened]
        text = updated(transcript.tree, outcome.happened, changed)
        (self.root / transcript.file).write_text(text, "utf-8")
        self.report.updated.append(transcript.file)
        again = transcripts.read(tree.read(transcript.file, text.encode()), self.book.dialogs)
        return (
            Outcome(transcript.file, "", again) if isinstance(again, Difference) else transcripts.run(again, self.book)
        )


def _is_blank(transcript: Transcript) -> bool:
    """Whether it says what contacts do and nothing of what the bot should: it is to be filled in."""
    return not any(key in transcripts.EXPECTS for turn in transcript.turns for key in turn)
