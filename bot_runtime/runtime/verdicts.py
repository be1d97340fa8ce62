"""Why one recipient of a campaign got its message, has to wait for it or never will: each gate with its verdict. Pure.

`Facts` is all that the gates look at; from the same facts the verdicts are the same at any time, so an explanation can
be kept and checked. While a row is open the gates say what would happen now, in the order of `lua/mark_sending.lua`;
once it is settled they say which of them it was.
"""

from typing import Any, Final, Literal

import msgspec

Verdict = Literal["pass", "wait", "stop", "unknown"]

OPEN: Final = ("pending", "queued")
TOOK: Final = ("sent", "delivered", "read")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Times in ms, 0: never. `status` and `cause` are the row's, empty: the contact has none in this campaign.

    `gate`: what the sending scripts are told of the campaign; `unread`: events of the contact that no turn has taken;
    `with_people`: somebody has the conversation; `talks_with`: `bot` or `people`, who are in one, and `busy` what the
    campaign wants then; `waits_since_ms`: it waits since then until they are free; `held`: what holds the channel;
    `template_paused`: its error code.
    """

    now_ms: int
    status: str
    cause: str = ""
    campaign_state: str = ""
    campaign_cause: str = ""
    gate: str = ""
    opted_out_ms: int = 0
    rests_until_ms: int = 0
    unread: int = 0
    window_closes_ms: int = 0
    with_people: bool = False
    talks_with: str = ""
    busy: str = ""
    waits_since_ms: int = 0
    level_limit: int | None = None
    level_used: int = 0
    level_wait_ms: int = 0
    held: str = ""
    held_code: str = ""
    held_why: str = ""
    template_paused: str = ""
    entry: str = ""
    entry_status: str = ""
    tries: int = 0
    external_id: str = ""


class Gate(msgspec.Struct, frozen=True):
    """`why` is a word (`cli/explain.py` says it), `data` what the verdict rests on."""

    name: str
    verdict: Verdict
    why: str = ""
    data: dict[str, Any] = {}


def gates_of(facts: Facts) -> list[Gate]:
    """Audience, campaign, opt-out, policy, window, level, collision, provider."""
    settled = facts.status not in OPEN
    stopped_by = _settled_by(facts) if settled else ""
    return [
        gate if not settled else _as_it_was(gate, stopped_by, facts)
        for gate in (
            _audience(facts),
            _opt_out(facts),
            _order(facts),
            _campaign(facts),
            _policy(facts),
            _window(facts),
            _level(facts),
            _collision(facts),
            _provider(facts),
        )
    ]


def verdict_of(gates: list[Gate]) -> Gate:
    """The gate that decides: the first that does not let it pass, or the last."""
    return next((gate for gate in gates if gate.verdict != "pass"), gates[-1])


def _settled_by(facts: Facts) -> str:
    if not facts.status:
        return "audience"
    match facts.status, facts.cause:
        case "skipped", "opt_out":
            return "opt_out"
        case "skipped", "left_alone":
            return "policy"
        case "skipped", "busy" | "still_busy":
            return "collision"
        case "skipped", _:
            return "audience"
        case "cancelled", _:
            return "campaign" if facts.campaign_state == "cancelled" or not facts.opted_out_ms else "opt_out"
    return "provider"


def _as_it_was(gate: Gate, stopped_by: str, facts: Facts) -> Gate:
    """What a gate said when it counted: one had the last word, those before and after it did not stand in the way."""
    if gate.name != stopped_by:
        return Gate(gate.name, "pass", data=gate.data)
    if gate.name == "provider":
        return gate
    data = {"cause": facts.cause, **gate.data} if facts.cause else gate.data
    return Gate(gate.name, "stop", gate.why or facts.cause or "stopped", data)


def _audience(facts: Facts) -> Gate:
    if not facts.status:
        return Gate("audience", "stop", "not_in_list")
    return Gate("audience", "pass", data={"status": facts.status})


def _opt_out(facts: Facts) -> Gate:
    if facts.opted_out_ms:
        return Gate("opt_out", "stop", "opted_out", {"at_ms": facts.opted_out_ms})
    return Gate("opt_out", "pass")


def _order(facts: Facts) -> Gate:
    """What they just wrote is read first, for it may be an opt-out."""
    if facts.unread:
        return Gate("unread", "wait", "unread", {"events": facts.unread})
    return Gate("unread", "pass")


def _campaign(facts: Facts) -> Gate:
    data = {"state": facts.campaign_state, "cause": facts.campaign_cause}
    if facts.gate == "cancelled" or facts.campaign_state == "cancelled":
        return Gate("campaign", "stop", "campaign_cancelled", data)
    if facts.gate != "sending":
        return Gate("campaign", "wait", f"campaign_{facts.campaign_state}", data)
    return Gate("campaign", "pass", data=data)


def _policy(facts: Facts) -> Gate:
    if facts.now_ms < facts.rests_until_ms:
        return Gate("policy", "stop", "left_alone", {"until_ms": facts.rests_until_ms})
    return Gate("policy", "pass")


def _window(facts: Facts) -> Gate:
    """A template needs no open window; it is told because what follows does."""
    return Gate("window", "pass", data={"open": facts.now_ms < facts.window_closes_ms})


def _level(facts: Facts) -> Gate:
    data = {"limit": facts.level_limit, "used": facts.level_used}
    if facts.level_limit is not None and facts.level_wait_ms > 0:
        return Gate("level", "wait", "level_used", {**data, "wait_ms": facts.level_wait_ms})
    return Gate("level", "pass", data=data)


def _collision(facts: Facts) -> Gate:
    """A conversation holds back what its campaign wants held back; other messages join it, or go beside it (D51)."""
    data: dict[str, Any] = {"with_people": facts.with_people, "talks_with": facts.talks_with, "busy": facts.busy}
    if facts.waits_since_ms:
        data["since_ms"] = facts.waits_since_ms
    verdict: Verdict = "pass"
    if facts.talks_with and facts.status == "pending":  # once it is queued, it was free
        verdict = "stop" if facts.busy == "skip" else "wait" if facts.busy == "queue" else "pass"
    return Gate("collision", verdict, "busy" if verdict != "pass" else "", data)


def _provider(facts: Facts) -> Gate:
    data: dict[str, Any] = {"entry": facts.entry, "status": facts.entry_status or facts.status, "tries": facts.tries}
    if facts.external_id:
        data["external_id"] = facts.external_id
    if facts.status in TOOK:
        return Gate("provider", "pass", "accepted", data)
    if facts.status == "unknown":
        return Gate("provider", "unknown", "nobody_knows", data | {"code": facts.cause})
    if facts.status not in OPEN:
        return Gate("provider", "stop", facts.cause or facts.status, data)
    if facts.held:
        return Gate("provider", "wait", "channel_held", data | {"code": facts.held_code, "why": facts.held_why})
    if facts.template_paused:
        return Gate("provider", "wait", "template_paused", data | {"code": facts.template_paused})
    return Gate("provider", "pass", data=data)
