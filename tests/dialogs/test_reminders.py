"""F054: reminders at a question come before its deadline, an answer stops them, and they never move it."""

from datetime import timedelta

from bot_runtime.dialogs.effects import SendTemplate, StartTimer
from bot_runtime.dialogs.events import TimedOut
from tests.dialogs.talking import Contact

SURVEY = """\
dialog: survey
language: en
needs: { amount: { type: text, default: "$5" } }
retry: { attempts: 2, goto: lost }
states:
  pay:
    ask: "Will you pay {{ amount }}?"
    answer: yes_no
    response_timeout: 4h
    remind:
      - { after: 1h, say: "{{ contact_name | first }}, are you there?" }
      - { after: 3h, template: reminder }
    goto: done
    timeout: silent
  done: { close: thanks }
  silent: { say: Another time., close: no_answer }
  lost: { close: lost }
"""


class Template:
    name, language, header, body, footer = "reminder", "es", None, "Debes {{1}}", ""
    parameters, buttons = ("amount",), ()


class Reminded(Contact):
    def __init__(self) -> None:
        super().__init__(SURVEY, templates=[Template()])
        self.says("hello")
        self.asked_at = self.at - timedelta(seconds=1)

    def waits(self, after: timedelta, late: timedelta = timedelta()) -> "Reminded":
        """The running wait ends `after` the question; somebody looks `late`."""
        self.at = self.asked_at + after + late
        self.take(TimedOut(at=self.at, channel="wa", wait=self.session.wait, due_at=self.asked_at + after))
        return self

    @property
    def next_in(self) -> timedelta:
        """When the running wait ends, counted from the question."""
        [timer] = self.of(StartTimer)
        assert timer.wait == self.session.wait
        base = timer.since - self.asked_at if timer.since else timedelta()
        return base + timedelta(seconds=timer.seconds)


H = timedelta(hours=1)


def test_f054_reminders_then_the_deadline_all_counted_from_the_question():
    contact = Reminded()
    assert contact.next_in == H
    assert contact.waits(H).texts == ["Ana, are you there?"]
    assert contact.next_in == 3 * H
    contact.waits(3 * H)
    assert contact.of(SendTemplate) == [SendTemplate("reminder", "es", ("$5",))]
    assert contact.next_in == 4 * H
    assert contact.waits(4 * H).texts == ["Another time."]
    assert contact.session.cause == "timed_out"


def test_a_late_look_moves_nothing():
    contact = Reminded().waits(H, late=timedelta(minutes=20))
    assert contact.next_in == 3 * H


def test_reminders_that_are_overdue_together_are_said_once():
    contact = Reminded().waits(H, late=2.5 * H)
    assert [type(each) for each in contact.of(SendTemplate)] == [SendTemplate]
    assert contact.texts == [""]
    assert contact.next_in == 4 * H


def test_after_the_deadline_nobody_is_reminded():
    assert Reminded().waits(H, late=4 * H).texts == ["Another time."]


def test_an_answer_stops_them():
    contact = Reminded()
    old = contact.session.wait
    contact.says("yes")
    contact.take(TimedOut(at=contact.at, channel="wa", wait=old, due_at=contact.at))
    assert contact.texts == []
    assert contact.session.cause == "closed"


def test_an_answer_after_a_reminder_is_an_answer():
    contact = Reminded().waits(H)
    assert contact.says("yes").session.cause == "closed"


def test_an_answer_that_does_not_fit_renews_the_wait_with_its_reminders():
    contact = Reminded().waits(H).says("perhaps")
    assert contact.session.attempts == 1
    contact.asked_at = contact.at
    assert contact.next_in == H


def test_a_reminder_uses_up_no_attempt():
    contact = Reminded().says("perhaps")
    contact.asked_at = contact.at
    assert contact.waits(H).session.attempts == 1
