"""A checker that cannot fail proves nothing: each kind of violation, planted in a run that was good, is found."""

from collections.abc import Callable

import pytest

from bot_runtime.prove import business
from bot_runtime.prove.deliveries import resent_by_silence
from bot_runtime.prove.invariants import violations
from bot_runtime.prove.records import Evidence, Poll, Recipient, Try
from bot_runtime.prove.words import RULES, WORDS
from tests.prove.evidence import ANA, ANSWERING, LEAVER, LISTED, SILENT, a_good_run, event, send, told

Plant = Callable[[Evidence], object]


def rules_broken(evidence: Evidence) -> set[str]:
    return {one.rule for one in violations(evidence)}


def drop(entry: str) -> Plant:
    def plant(run: Evidence) -> None:
        run.sends = [one for one in run.sends if one.entry != entry]

    return plant


def row(status: str, count: bool = True) -> Plant:
    """The API tells another status of the recipient who got the message."""

    def plant(run: Evidence) -> None:
        campaign = run.campaigns[0]
        campaign.recipients[0] = Recipient(LISTED, status)
        if count:
            campaign.counts = {status: 1, "skipped": 1}

    return plant


def swap_turns(run: Evidence) -> None:
    run.sends[1].text, run.sends[2].text = "#2 m3", "#3 m2"


def stop_late(run: Evidence) -> None:
    run.sends.append(send(5.1 + 1.2, "c.2", LEAVER))
    run.campaigns[0].recipients[1] = Recipient(LEAVER, "sent")
    run.campaigns[0].counts = {"delivered": 1, "sent": 1}
    run.polls.pop()


PLANTED: dict[str, tuple[Plant, set[str]]] = {
    "a turn is lost, and its number given to the next": (
        lambda run: (drop("a.2")(run), setattr(run.sends[1], "text", "#2 m3")),
        {"turn_lost"},
    ),
    "a turn is lost with its number": (drop("a.2"), {"turn_lost", "counter"}),
    "the first message of all got no turn": (
        lambda run: setattr(run, "sends", [one for one in run.sends if one.to != ANA]),
        {"turn_lost"},
    ),
    "the last turn is lost": (drop("a.3"), {"turn_lost"}),
    "a message has two turns": (lambda run: run.sends.append(send(8, "a.4", ANA, "#4 m3")), {"turn_twice"}),
    "a turn is taken twice with the same number": (
        lambda run: run.sends.append(send(8, "a.4", ANA, "#3 m3")),
        {"turn_twice", "counter"},
    ),
    "the first message is answered as if it were a second": (
        lambda run: run.sends.append(send(8, "a.4", ANA, "#4 m1")),
        {"turn_twice"},
    ),
    "another message than the first begins the session": (
        lambda run: (setattr(run.sends[1], "text", "#2 m1"),),
        {"turn_order"},
    ),
    "a session begins twice": (lambda run: run.sends.append(send(8, "a.4", ANA, "#4 -")), {"turn_twice"}),
    "a turn nobody asked for": (lambda run: run.sends.append(send(8, "a.4", ANA, "#4 m9")), {"turn_of_nothing"}),
    "turns in another order than their messages": (swap_turns, {"turn_order"}),
    "replies in another order than their turns": (
        lambda run: run.sends.insert(0, run.sends.pop(1)),
        {"reply_order"},
    ),
    "a reply leaves three times": (
        lambda run: run.sends.extend([send(8, "a.3", ANA, "#3 m3"), send(9, "a.3", ANA, "#3 m3")]),
        {"reply_thrice"},
    ),
    "a reply is refused for good": (lambda run: setattr(run.sends[2], "accepted", False), {"reply_lost"}),
    "an entry says something else the second time": (
        lambda run: run.sends.append(send(8, "a.3", ANA, "#3 m2")),
        {"entry_changed"},
    ),
    "a recipient gets it twice at once": (lambda run: run.sends.append(send(5, "c.1", LISTED)), {"accepted_twice"}),
    "a recipient gets it again though its fate was told": (
        lambda run: run.sends.append(send(10, "c.1", LISTED, store_at=700.0)),
        {"accepted_twice"},
    ),
    "a recipient gets it by two entries": (
        lambda run: (run.told.clear(), run.sends.append(send(7, "c.9", LISTED, store_at=700.0)), row("sent")(run)),
        {"accepted_twice"},
    ),
    "a recipient gets it a third time, however long after": (
        lambda run: (
            run.told.clear(),
            run.sends.extend([send(6, "c.1", LISTED, store_at=700.0), send(7, "c.1", LISTED, store_at=1400.0)]),
            row("sent")(run),
        ),
        {"accepted_twice"},
    ),
    "sent, says the API, and the provider has nothing": (drop("c.1"), {"sent_unsent"}),
    "nothing was sent, says the API, and the provider has it": (row("cancelled"), {"left_all_the_same"}),
    "failed, says the API, and nobody told it so": (row("failed"), {"failed_but_accepted"}),
    "in doubt, says the API, though the provider told": (row("unknown"), {"unknown_though_told"}),
    "on its way for ever": (row("queued"), {"unsettled"}),
    "behind what the provider told": (row("sent"), {"status_behind"}),
    "read, says the API, and nobody told it so": (row("read"), {"status_made_up"}),
    "the counts are others than the rows'": (row("read", count=False), {"counts"}),
    "a recipient is gone from the list": (
        lambda run: (run.campaigns[0].recipients.pop(), run.campaigns[0].counts.pop("skipped")),
        {"rows"},
    ),
    "a status moves back": (
        lambda run: run.polls.append(Poll(at=7, campaign="c1", recipients=[Recipient(LISTED, "queued")])),
        {"status_back"},
    ),
    "a recipient comes back from skipped": (
        lambda run: run.polls.append(Poll(at=7, campaign="c1", recipients=[Recipient(LEAVER, "pending")])),
        {"status_back"},
    ),
    "a message leaves after the opt-out": (stop_late, {"after_opt_out"}),
    "an opt-out gets no confirmation": (drop("l.1"), {"opt_out_lost"}),
    "a wait ends early": (lambda run: setattr(run.sends[-1], "store_at", 59.1), {"wait_early"}),
    "a wait ends twice": (lambda run: run.sends.append(send(70, "s.3", SILENT, business.SILENCE)), {"turn_twice"}),
    "a wait ends though its answer had come": (
        lambda run: run.sends.append(send(61.4, "h.3", ANSWERING, business.SILENCE)),
        {"wait_after_answer"},
    ),
    "a wait never ends": (drop("s.2"), {"wait_never_ended"}),
    "an answer is lost to the wait": (drop("h.2"), {"turn_lost"}),
    "whoever began it is asked nothing": (drop("s.1"), {"turn_lost"}),
    "a signed webhook is refused": (
        lambda run: run.events[1].tries.insert(0, Try(1.9, 2.0, 401, "w0.1")),
        {"webhook_refused"},
    ),
    "a webhook makes the server fail": (
        lambda run: run.events[1].tries.insert(0, Try(1.9, 2.0, 500, "w0.1")),
        {"webhook_refused"},
    ),
    "a webhook is never taken": (
        lambda run: run.events.append(event(6, "m4", status=503)),
        {"webhook_never_taken"},
    ),
    "nothing was sent": (
        lambda run: (run.sends.clear(), run.events.clear(), run.campaigns.clear()),
        {"nothing_sent", "nothing_heard", "no_campaign"},
    ),
}


def test_a_good_run_breaks_nothing():
    assert violations(a_good_run()) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_found(name: str):
    run = a_good_run()
    plant, expected = PLANTED[name]
    plant(run)

    assert expected <= rules_broken(run)


def test_every_rule_is_planted_once_at_least_and_said_in_both_languages():
    planted = {rule for _, expected in PLANTED.values() for rule in expected}

    assert planted == set(RULES["en"]) == set(RULES["es"])
    assert set(WORDS["en"]) == set(WORDS["es"])


@pytest.mark.parametrize(
    "allowed",
    [
        # A rare double beats a contact left hanging: a reply may leave a second time
        lambda run: run.sends.insert(3, send(3.6, "a.3", ANA, "#3 m3")),
        # A refusal is no loss as long as a later try was taken
        lambda run: run.sends.insert(2, send(3.4, "a.3", ANA, "#3 m3", accepted=False, answer="error_500")),
        # What got no 2xx may have been kept all the same, once
        lambda run: (
            run.events.append(event(6, "m4", status=0, given_up=True)),
            run.sends.append(send(7, "a.4", ANA, "#4 m4")),
        ),
        # … or not at all
        lambda run: run.events.append(event(6, "m4", status=0, given_up=True)),
        # A message in doubt that the operator's list shows is not lost
        lambda run: (setattr(run.sends[2], "accepted", False), run.held_unknown.append("a.3")),
        # A template that left within the second
        lambda run: (
            run.sends.append(send(5.9, "c.2", LEAVER)),
            run.campaigns[0].recipients.__setitem__(1, Recipient(LEAVER, "sent")),
            run.campaigns[0].counts.update(skipped=0, sent=1),
            run.polls.pop(),
        ),
        # Who answers in the moment in which the wait ends may be told of silence, and be heard
        lambda run: (
            run.events.append(event(60.5, "here", SILENT, kind="answer")),
            run.sends.append(send(62, "s.3", SILENT, business.HEARD)),
        ),
        # An answer that got no 2xx may have been kept all the same
        lambda run: (
            run.events.append(event(9, "here", SILENT, kind="answer", status=0, given_up=True)),
            setattr(run.sends[-1], "text", business.HEARD),
        ),
        # A status whose webhook got no 2xx may have been kept
        lambda run: (setattr(run, "told", told("c.1", "sent", "delivered", taken_at=None)),),
    ],
)
def test_what_the_promises_leave_open_is_no_violation(allowed: Plant):
    run = a_good_run()
    allowed(run)

    assert violations(run) == []


def test_the_silence_rule_is_counted_apart():
    """Nobody said a word about a message for ten minutes, so it left again: allowed, and told."""
    run = a_good_run()
    run.told.clear()
    run.sends.append(send(9, "c.1", LISTED, store_at=4.5 + 601))
    row("sent")(run)

    assert violations(run) == []
    assert resent_by_silence(run) == ["c.1"]
