"""The examples are read as documentation: no problem in them, every way tested, a way out for anybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot_runtime.cli import main
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.conversation import converse
from bot_runtime.dialogs.events import MediaReceived, TextReceived, TimedOut
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.rehearsing import coverage, transcripts
from bot_runtime.dialogs.rehearsing.transcripts import Difference, Transcript
from bot_runtime.dialogs.session import About, Session
from bot_runtime.workspace import Loaded, Workspace, load_workspace

EXAMPLES = Path(__file__).parent.parent / "dialogs_examples"
SECRETS = ("WA_APP_SECRET", "WA_VERIFY_TOKEN", "WA_TOKEN", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
DIALOGS = (
    "appointment",
    "asesoria",
    "club",
    "club_opinion",
    "direccion",
    "entrega",
    "envio",
    "promo",
    "recordatorio_pago",
    "restaurante",
    "visita_sucursal",
)
TRANSCRIPTS = sorted(path.name for path in (EXAMPLES / "tests").glob("*.yaml"))
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load_workspace(EXAMPLES, dict.fromkeys(SECRETS, "secret"))


@pytest.fixture(scope="module")
def workspace(loaded: Loaded) -> Workspace:
    assert loaded.workspace is not None
    return loaded.workspace


@pytest.fixture(scope="module")
def written(loaded: Loaded, workspace: Workspace) -> dict[str, Transcript]:
    """Every transcript by its file's name."""
    read = {name: transcripts.read(loaded.trees[f"tests/{name}"], workspace.dialogs) for name in TRANSCRIPTS}
    assert [found for found in read.values() if isinstance(found, Difference)] == []
    return {name: found for name, found in read.items() if isinstance(found, Transcript)}


def test_nothing_is_wrong_with_them_not_even_a_warning(loaded: Loaded) -> None:
    assert [problem.line() for problem in loaded.problems] == []


def test_each_is_there_in_both_languages(workspace: Workspace) -> None:
    assert tuple(sorted(workspace.dialogs)) == DIALOGS
    assert {dialog.language for dialog in workspace.dialogs.values()} == {"es", "en"}
    assert {dialog.starts.template for dialog in workspace.dialogs.values()} >= {
        name for name, _ in workspace.templates
    }


@pytest.mark.parametrize(("channel", "begins"), [("whatsapp", "visita_sucursal"), ("sms", "restaurante")])
def test_any_message_begins_the_channels_own_dialog(workspace: Workspace, channel: str, begins: str) -> None:
    begun = Book.of(workspace).starting(channel, "hola")
    assert begun is not None
    assert begun.name == begins


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_transcript_holds(workspace: Workspace, written: dict[str, Transcript], name: str) -> None:
    outcome = transcripts.run(written[name], Book.of(workspace))
    assert outcome.difference is None


def test_the_transcripts_take_every_state_transition_and_answer(
    workspace: Workspace, written: dict[str, Transcript]
) -> None:
    watch = coverage.Watch(workspace.dialogs.values())
    for transcript in written.values():
        watch.begun(transcript.dialog.name)
        for question in transcripts.run(transcript, Book.of(workspace)).unfit:
            watch.unfit(*question)
    watch.close()
    missed = {
        each.dialog: (each.missed_states, each.missed_transitions, each.missed_answers) for each in watch.covered("en")
    }
    assert missed == dict.fromkeys(workspace.dialogs, ((), (), ()))


def rewired(dialog: Dialog) -> Iterator[tuple[str, Dialog]]:
    """`dialog` with one way on leading elsewhere, for each of its ways on."""
    for state in dialog.states.values():
        elsewhere = next(name for name in reversed(dialog.states) if name not in (state.name, state.goto))
        if state.goto is not None and state.handoff is None:  # only people take the way on from a handoff
            broken = replace(state, goto=elsewhere)
            yield f"{state.name}.goto", replace(dialog, states={**dialog.states, state.name: broken})
        for number, branch in enumerate(state.when):
            other = next(name for name in reversed(dialog.states) if name not in (state.name, branch.goto))
            ways = (*state.when[:number], replace(branch, goto=other), *state.when[number + 1 :])
            broken = replace(state, when=ways)
            yield f"{state.name}.when.{number}", replace(dialog, states={**dialog.states, state.name: broken})
        for number, arm in enumerate(state.split):
            other = next(name for name in reversed(dialog.states) if name not in (state.name, arm.goto))
            arms = (*state.split[:number], replace(arm, goto=other), *state.split[number + 1 :])
            broken = replace(state, split=arms)
            yield f"{state.name}.split.{number}", replace(dialog, states={**dialog.states, state.name: broken})


@pytest.mark.parametrize("name", DIALOGS)
def test_a_way_that_leads_elsewhere_breaks_a_transcript(
    workspace: Workspace, written: dict[str, Transcript], name: str
) -> None:
    """B13: what an author breaks by accident is seen."""
    own = [transcript for transcript in written.values() if transcript.dialog.name == name]
    unseen = []
    for change, broken in rewired(workspace.dialogs[name]):
        runs = (
            transcripts.run(replace(transcript, dialog=broken), Book.of(workspace)).difference is None
            for transcript in own
        )
        if all(runs):
            unseen.append(change)
    assert unseen == []


@pytest.mark.parametrize("nonsense", [None, "blablabla", "¿¡?!", "🤷", "-999999", "{{ nombre }}"])
@pytest.mark.parametrize("name", DIALOGS)
def test_who_answers_nonsense_leaves_within_the_allowed_attempts(
    workspace: Workspace, name: str, nonsense: str | None
) -> None:
    """B14, from every question on. None stands for stickers, which never fit."""
    dialog = workspace.dialogs[name]
    asking = [state for state in dialog.states.values() if state.waits]
    allowed = sum(state.retry.attempts if state.retry else 1 for state in asking)
    for question in asking:
        session: Session | None = waiting_at(dialog, question.name)
        assert session is not None
        for number in range(allowed):
            event = message(number, nonsense)
            runs = workspace.dialogs[session.dialog]  # perhaps one that was called
            session, _ = converse(Book.of(workspace), session, runs, event, About(channel="whatsapp"), False)
            if session is not None and session.burst is not None:  # nothing more comes
                whole = TimedOut(at=event.at, channel="whatsapp", wait=session.wait)
                session, _ = converse(Book.of(workspace), session, runs, whole, About(channel="whatsapp"), False)
            assert session is not None
            if session.phase != "waiting":
                break
        assert session is not None
        assert (session.phase, session.cause) in [("quiet", ""), ("ended", "closed"), ("ended", "finished")]


@pytest.mark.parametrize("name", DIALOGS)
def test_words_that_work_anywhere_work_at_every_question(workspace: Workspace, name: str) -> None:
    """B16: in capitals and with a mark, as people write them."""
    dialog = workspace.dialogs[name]
    for question in (state for state in dialog.states.values() if state.waits):
        for entry in dialog.anywhere:
            for word in entry.words:
                event = message(1, f"¡{word.upper()}!")
                asked = waiting_at(dialog, question.name)
                session, _ = converse(Book.of(workspace), asked, dialog, event, About(channel="whatsapp"), False)
                assert session is not None
                leads_to = question.name if entry.back else entry.goto  # nothing was asked before
                assert session.state == leads_to, f"'{word}' at {question.name}"


def waiting_at(dialog: Dialog, question: str) -> Session:
    return Session(
        dialog=dialog.name,
        version=dialog.version,
        channel="whatsapp",
        state=question,
        started_at=BEGAN,
        updated_at=BEGAN,
        wait=1,
    )


def message(number: int, text: str | None) -> TextReceived | MediaReceived:
    at = BEGAN + timedelta(minutes=number)
    if text is None:
        return MediaReceived(at=at, channel="whatsapp", message_id=f"m{number}", kind="sticker", ref="1")
    return TextReceived(at=at, channel="whatsapp", message_id=f"m{number}", text=text)


@pytest.mark.parametrize("command", [["check", "--strict"], ["test", "--fail-under", "100"]])
def test_the_commands_find_them_fine(command: list[str]) -> None:
    done = CliRunner().invoke(main, [*command, str(EXAMPLES)])
    assert done.exit_code == 0, done.output
