"""What a run came to, in figures. Pure."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from bot_runtime.prove.business import SILENCE
from bot_runtime.prove.deliveries import resent_by_silence
from bot_runtime.prove.plan import Plan
from bot_runtime.prove.records import Blow, Evidence, Send, Try, Violation

BUSY = (502, 503, 504)
LOST = ("turn_lost", "reply_lost", "unsettled", "rows", "opt_out_lost", "wait_never_ended")
AWAY = ("store_kill", "outage")


class Spread(msgspec.Struct, frozen=True):
    """Seconds: how many, half of them, 99 of 100, and the worst."""

    count: int
    p50: float
    p99: float
    worst: float


class Result(msgspec.Struct, frozen=True, kw_only=True):
    seed: int
    violations: list[Violation]
    recipients: int
    events: int
    taken: int
    given_up: int
    waits: int
    waits_ended: int
    waits_answered: int
    opt_outs: int
    sends: int
    accepted: int
    faults: dict[str, int]
    blows: dict[str, int]
    statuses: dict[str, int]
    lost: int
    doubled: int
    resent_by_silence: int
    replies_resent: int
    unknown: int
    replies_unknown: int
    back_after_worker: Spread
    back_after_store: Spread
    refused_within: Spread
    reply: Spread
    chaos_s: float
    took_s: float

    @property
    def good(self) -> bool:
        return not self.violations


def measured(
    plan: Plan,
    seed: int,
    evidence: Evidence,
    tries: Sequence[Try],
    found: list[Violation],
    chaos_s: float,
    took_s: float,
) -> Result:
    rules = Counter(one.rule for one in found)
    statuses = Counter(one.status for campaign in evidence.campaigns for one in campaign.recipients)
    replies = Counter(one.entry for one in evidence.sends if one.kind == "text" and one.accepted)
    tried = {one.entry for one in evidence.sends if one.kind == "text"}
    return Result(
        seed=seed,
        violations=found,
        recipients=sum(len(one.wanted) for one in evidence.campaigns),
        events=len(evidence.events),
        taken=sum(one.taken_at is not None for one in evidence.events),
        given_up=sum(one.given_up for one in evidence.events),
        waits=sum(one.kind == "wait" and one.taken_at is not None for one in evidence.events),
        waits_ended=len({one.entry for one in evidence.sends if one.text == SILENCE}),
        waits_answered=sum(one.kind == "answer" and one.taken_at is not None for one in evidence.events),
        opt_outs=sum(one.kind == "stop" and one.taken_at is not None for one in evidence.events),
        sends=len(evidence.sends),
        accepted=sum(one.accepted for one in evidence.sends),
        faults=dict(Counter(one.answer for one in evidence.sends if one.answer != "ok").most_common()),
        blows=dict(Counter(one.kind for one in evidence.blows).most_common()),
        statuses=dict(statuses.most_common()),
        lost=sum(rules[name] for name in LOST),
        doubled=rules["accepted_twice"] + rules["turn_twice"] + rules["reply_thrice"],
        resent_by_silence=len(resent_by_silence(evidence)),
        replies_resent=sum(count - 1 for count in replies.values()),
        unknown=statuses["unknown"],
        replies_unknown=len(tried - set(replies)),
        back_after_worker=_spread(after_kills(evidence)),
        back_after_store=_spread(after_store(evidence.blows, tries, plan.workers)),
        refused_within=_spread(refusals(evidence.blows, tries)),
        reply=_spread(reply_times(evidence)),
        chaos_s=round(chaos_s, 1),
        took_s=round(took_s, 1),
    )


def after_kills(evidence: Evidence) -> list[float]:
    """For each killed worker: how long until everything that it had taken and left unanswered got its first try."""
    first = _first_tries(evidence.sends)
    taken = defaultdict(list)
    for event in evidence.events:
        if event.kind == "said" and event.taken_at is not None:
            by = next(one.worker for one in event.tries if 200 <= one.status < 300)
            taken[by].append(event)
    found = []
    for blow in evidence.blows:
        if blow.kind not in ("worker_kill", "kill_on_accept"):
            continue
        waits = [
            first[event.channel, event.contact, event.text] - blow.at
            for event in taken[blow.whom]
            if event.taken_at is not None
            and event.taken_at <= blow.at
            and first.get((event.channel, event.contact, event.text), 0.0) > blow.at
        ]
        if waits:
            found.append(max(waits))
    return found


def after_store(blows: Sequence[Blow], tries: Sequence[Try], workers: int) -> list[float]:
    """For each time the store came back: how long until a webhook was taken again, by a worker left alone meanwhile."""
    found = []
    for blow in blows:
        if blow.kind in AWAY and blow.until is not None and len(_hit(blows, blow)) < workers:
            taken = [one.ended for one in tries if 200 <= one.status < 300 and one.ended > blow.until]
            if taken:
                found.append(min(taken) - blow.until)
    return found


def _hit(blows: Sequence[Blow], about: Blow) -> set[str]:
    """The workers to which something was done around the time of a blow."""
    end = (about.until or about.at) + 5
    return {
        one.whom.partition(".")[0]
        for one in blows
        if one.whom != about.whom and one.at <= end and (one.until is None or one.until >= about.at)
    }


def refusals(blows: Sequence[Blow], tries: Sequence[Try]) -> list[float]:
    """How long it took to say `try again later` while the store was killed, or not to say it at all."""
    down = [(one.at, one.until or one.at) for one in blows if one.kind in AWAY]
    hit = defaultdict(list)
    for blow in blows:
        hit[blow.whom].append(blow.at)
    return [
        one.ended - one.began
        for one in tries
        if any(start <= one.began < end for start, end in down)
        and (one.status in BUSY or (one.status == 0 and one.ended - one.began > 1))
        and not any(at <= one.ended for at in hit[one.worker])
    ]


def reply_times(evidence: Evidence) -> list[float]:
    """From a message's 2xx to the first try of its reply, kills and all."""
    first = _first_tries(evidence.sends)
    return [
        max(0.0, first[event.channel, event.contact, event.text] - event.taken_at)
        for event in evidence.events
        if event.taken_at is not None and (event.channel, event.contact, event.text) in first
    ]


def _first_tries(sends: Sequence[Send]) -> dict[tuple[str, str, str], float]:
    first: dict[tuple[str, str, str], float] = {}
    for send in sends:
        if send.kind == "text" and send.text.startswith("#"):
            first.setdefault((send.channel, send.to, send.text.partition(" ")[2]), send.at)
    return first


def _spread(values: Sequence[float]) -> Spread:
    if not values:
        return Spread(0, 0.0, 0.0, 0.0)
    ordered = sorted(values)
    worst = ordered[-1]
    at99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return Spread(len(ordered), round(statistics.median(ordered), 2), round(at99, 2), round(worst, 2))
