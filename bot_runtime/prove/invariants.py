"""What must hold of a run, whatever was killed in it. Pure; `tests/prove` plants a violation of each kind."""

from collections.abc import Iterator

from bot_runtime.prove.deliveries import deliveries_told
from bot_runtime.prove.records import Evidence, Violation
from bot_runtime.prove.turns import turns_told
from bot_runtime.prove.waits import waits_told

OPT_OUT_S = 1.0


def violations(evidence: Evidence) -> list[Violation]:
    """Everything that a promise forbids and that happened all the same."""
    return sorted(
        {
            *turns_told(evidence),
            *waits_told(evidence),
            *deliveries_told(evidence),
            *_opted_out(evidence),
            *_webhooks(evidence),
            *_nothing_happened(evidence),
        }
    )


def _opted_out(evidence: Evidence) -> Iterator[Violation]:
    """No template starts later than a second after the opt-out's 2xx, and every opt-out is confirmed."""
    left: dict[tuple[str, str], float] = {}
    for event in evidence.events:
        if event.kind == "stop" and event.taken_at is not None:
            left[event.channel, event.contact] = event.taken_at
    for send in evidence.sends:
        since = left.get((send.channel, send.to))
        if since is not None and send.kind == "template" and send.at > since + OPT_OUT_S:
            yield Violation("after_opt_out", f"{send.channel}/{send.to}", f"{send.at - since:.2f} s")
    said_farewell = {(one.channel, one.to) for one in evidence.sends if one.kind == "text"}
    for whom in left:
        if whom not in said_farewell:
            yield Violation("opt_out_lost", "/".join(whom))


def _webhooks(evidence: Evidence) -> Iterator[Violation]:
    """A signed webhook is taken or put off, never refused; and whoever goes on trying gets through."""
    for event in evidence.events:
        for one in event.tries:
            if 300 <= one.status < 500 or one.status in (500, 501):
                yield Violation("webhook_refused", event.id, str(one.status))
        if event.taken_at is None and not event.given_up:
            yield Violation("webhook_never_taken", event.id, f"{len(event.tries)}")


def _nothing_happened(evidence: Evidence) -> Iterator[Violation]:
    """A run in which nothing was sent or nothing was said proves nothing."""
    if not any(one.accepted for one in evidence.sends):
        yield Violation("nothing_sent", "-")
    if not any(one.taken_at is not None for one in evidence.events):
        yield Violation("nothing_heard", "-")
    if not evidence.campaigns:
        yield Violation("no_campaign", "-")
