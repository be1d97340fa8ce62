"""No recipient gets a campaign's message twice, and what the API says of each is what the provider knows. Pure.

A number is on one campaign's list only, so its templates in the ledger are that campaign's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot_runtime.prove.records import Campaign, Evidence, Recipient, Send, Violation

# As they may follow each other; a failure is news after an acceptance and noise after a delivery.
RANK = {
    name: rank
    for rank, name in enumerate(
        ("pending", "queued", "sending", "unknown", "sent", "failed", "delivered", "read", "cancelled", "expired")
    )
} | {"skipped": 9}
OPEN = ("pending", "queued", "sending")
OUT = ("sent", "delivered", "read")
NEVER_LEFT = ("cancelled", "expired", "skipped")
SILENCE_S = 600.0  # only after so long without a word a campaign's message may be sent again

Told = dict[str, list[tuple[str, float]]]


def deliveries_told(evidence: Evidence) -> Iterator[Violation]:
    sends = sends_by_recipient(evidence)
    told = statuses_by_entry(evidence)
    posted = statuses_by_entry(evidence, taken=False)
    for campaign in evidence.campaigns:
        yield from _adds_up(campaign)
        for recipient in campaign.recipients:
            yield from _recipient(campaign, recipient, sends.get((campaign.channel, recipient.to), ()), told, posted)
    for whom, mine in sends.items():
        yield from _accepted_once("/".join(whom), mine, told)
    yield from _only_forward(evidence)


def sends_by_recipient(evidence: Evidence) -> dict[tuple[str, str], list[Send]]:
    sends: defaultdict[tuple[str, str], list[Send]] = defaultdict(list)
    for send in evidence.sends:
        if send.kind == "template":
            sends[send.channel, send.to].append(send)
    return sends


def statuses_by_entry(evidence: Evidence, taken: bool = True) -> Told:
    """What the provider said of each entry: what got its 2xx, or all of it (a killed server may have kept more)."""
    told: Told = {}
    for one in evidence.told:
        if one.taken_at is not None or not taken:
            told.setdefault(one.entry, []).append((one.status, one.taken_at or 0.0))
    return told


def _adds_up(campaign: Campaign) -> Iterator[Violation]:
    listed, wanted = Counter(one.to for one in campaign.recipients), Counter(campaign.wanted)
    if listed != wanted:
        missing, added = (wanted - listed).total(), (listed - wanted).total()
        yield Violation("rows", campaign.id, f"-{missing} +{added} of {len(campaign.wanted)}")
    by_status = Counter(one.status for one in campaign.recipients)
    told = {status: count for status, count in campaign.counts.items() if count}
    if told != by_status:
        yield Violation("counts", campaign.id, f"{told} / {dict(by_status)}")


def _recipient(
    campaign: Campaign, recipient: Recipient, sends: Sequence[Send], told: Told, posted: Told
) -> Iterator[Violation]:
    """The row's status follows from the ledger and from the statuses that were taken, and from nothing else."""
    whom, status = f"{campaign.id}/{recipient.to}", recipient.status
    accepted = any(one.accepted for one in sends)
    heard = {name for one in sends for name, _ in told.get(one.entry, ())}
    said = {name for one in sends for name, _ in posted.get(one.entry, ())}
    best = max((RANK[name] for name in heard), default=RANK["sending"])
    if status in OPEN:
        yield Violation("unsettled", whom, status)
    elif status in OUT and not accepted:
        yield Violation("sent_unsent", whom, status)
    elif status in NEVER_LEFT and accepted:
        yield Violation("left_all_the_same", whom, status)
    elif status == "failed" and accepted and "failed" not in said:
        yield Violation("failed_but_accepted", whom, ", ".join(one.answer for one in sends))
    elif status == "unknown" and heard:
        yield Violation("unknown_though_told", whom, ", ".join(sorted(heard)))
    elif heard and RANK[status] < best:
        yield Violation("status_behind", whom, f"{status}, {', '.join(sorted(heard))} was told")
    elif status in ("delivered", "read") and status not in said:
        yield Violation("status_made_up", whom, status)


def _accepted_once(whom: str, sends: Sequence[Send], told: Told) -> Iterator[Violation]:
    accepted = [one for one in sends if one.accepted]
    for first, again in pairwise(accepted):
        waited = again.store_at - first.store_at
        heard = [name for name, at in told.get(first.entry, ()) if at < again.at]
        if first.entry != again.entry or len(accepted) > 2 or heard or waited < SILENCE_S:
            why = f"after {waited:.1f} s, first answer {first.answer}, heard {', '.join(heard) or 'nothing'}"
            yield Violation("accepted_twice", whom, why)


def resent_by_silence(evidence: Evidence) -> list[str]:
    """Entries that the silence rule sent a second time: nobody said a word about them for ten minutes."""
    accepted = Counter(one.entry for one in evidence.sends if one.kind == "template" and one.accepted)
    return [entry for entry, count in accepted.items() if count > 1]


def _only_forward(evidence: Evidence) -> Iterator[Violation]:
    known: dict[tuple[str, str], str] = {}
    for poll in evidence.polls:
        for one in poll.recipients:
            before = known.get((poll.campaign, one.to))
            if before is not None and _back(before, one.status):
                yield Violation("status_back", f"{poll.campaign}/{one.to}", f"{before} → {one.status}")
            known[poll.campaign, one.to] = one.status


def _back(before: str, after: str) -> bool:
    """A row may be pending or queued again while nothing has left: after a refusal, a pause, by the silence rule."""
    if before == after or (after in ("pending", "queued") and before in (*OPEN, "unknown")):
        return False
    return RANK[after] <= RANK[before]
