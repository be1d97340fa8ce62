"""What a campaign came to: counts that add up, figures (D47, D48), its recipients one by one, all of it as a table."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from bot_runtime.campaigns import policies
from bot_runtime.campaigns.machine import FOUR_LABELS
from bot_runtime.campaigns.record import Campaign
from bot_runtime.campaigns.words import cause_said, reason_said
from bot_runtime.channels import sms
from bot_runtime.channels.errors import meaning
from bot_runtime.channels.rendering import fill, header_text, placeholders, substitute, template_text
from bot_runtime.dialogs.words import unaccented
from bot_runtime.store.campaigns import STATUSES, Listed, Row, RowState
from bot_runtime.store.clock import from_ms
from bot_runtime.workspace import Workspace

_TICKETS: Final = "t:"
_SPLITS: Final = "s:"
_ANSWERS: Final = "a:"
_BUSY: Final = ("sent", "skipped", "queued", "interrupted", "waiting")  # counted as `b:<what>`


@dataclass(frozen=True, slots=True)
class Shown:
    """How results are written: the language, the provider whose error codes are explained, whose clock files go by."""

    language: str
    provider: str = ""
    zone: str = "UTC"


class Figures(msgspec.Struct, frozen=True):
    """What speaks of contacts counts each once, whatever its rows; `sent` counts messages (D47, D48).

    `answered` counts late answers too, `late` those alone. `redemption`: `answered` by `planned`, or None. `tickets`:
    by the reason they closed with, most first; `open` those that are not closed, `joined` messages that became part
    of a conversation somebody has already (D51). `answers`: how often each code was answered, by the question's name.
    `busy`: of messages that found their contact in a conversation (D51), how many were `sent` beside it, `skipped`
    (also after a day's waiting), `queued` until it ended, `interrupted` it; how many are `waiting` for that now.
    `arms`: of each split, by arm, how its tickets stand (F026): `{dialog.state: {arm: {reason or open: n}}}`.
    """

    planned: int
    sent: int
    reached: int
    answered: int
    late: int
    redemption: float | None
    reached_redemption: float | None
    tickets: dict[str, int]
    busy: dict[str, int]
    answers: dict[str, dict[str, int]]
    arms: dict[str, dict[str, dict[str, int]]]


class Recipient(msgspec.Struct, frozen=True):
    """One row of the list as results show it; `why` is `reason` in words."""

    row: int
    phone: str
    parameters: tuple[str, ...]
    metadata: dict[str, str]
    status: str
    reason: str | None
    why: str | None
    sent_at: str | None
    delivered_at: str | None
    read_at: str | None
    failed_at: str | None
    answered_at: str | None
    late: bool
    ticket: str | None
    answers: dict[str, str]


def by_status(counts: Mapping[str, int]) -> dict[str, int]:
    """Rows by status; they add up to the rows of the list."""
    return {status: counts.get(status, 0) for status in STATUSES}


def summary(
    campaign: Campaign,
    counts: Mapping[str, int],
    workspace: Workspace,
    now_ms: int,
    language: str,
    waits_until: int = 0,
) -> Any:
    """One line of the list of campaigns (F132). `waits_until`: when what has no room goes on (F141)."""
    waits = campaign.state == "sending" and waits_until > now_ms
    channel = workspace.channels.get(campaign.channel)
    ends, estimated = _ends(campaign, counts, channel.limits.messages_per_s if channel else 0, now_ms)
    return {
        "id": campaign.id,
        "name": campaign.name,
        "state": campaign.state,
        "label": FOUR_LABELS[campaign.state],
        "cause": cause_said(campaign.cause, language) if campaign.cause else None,
        "cause_code": campaign.cause or None,
        "channel": campaign.channel,
        "number": str(channel.options.get("number", "")) if channel else "",
        "department": campaign.department or None,
        "template": campaign.template,
        "language": campaign.language,
        "dialog": campaign.dialog or None,
        "expects_answer": campaign.expects_answer,
        "wait_s": campaign.wait_s,
        "remind": [
            {"after_s": one.after_s, "say": one.say, "template": one.template, "language": one.language}
            for one in campaign.remind
        ],
        "late": policies.shown(campaign.late),
        "busy": campaign.busy,
        "contacts": campaign.contacts,
        "messages": campaign.messages,
        "sent": counts.get("accepted", 0),
        "counts": by_status(counts),
        "answered": counts.get("answered", 0) + counts.get("late", 0),
        "created_at": _at(campaign.created_at),
        "scheduled_at": _at(campaign.scheduled_at),
        "zone": campaign.zone or None,
        "sent_at": _at(campaign.sent_at),
        "ended_at": _at(ends),
        "ends_estimated": estimated,
        "waiting": counts.get("pending", 0) if waits else 0,
        "waits_until": _at(waits_until) if waits else None,
        "archived": campaign.archived,
        "by": campaign.created_by.partition(":")[2] or campaign.created_by,
    }


def _ends(campaign: Campaign, counts: Mapping[str, int], per_s: float, now_ms: int) -> tuple[int, bool]:
    """When it ended or will, and whether that is an estimate (D36)."""
    if campaign.ends_at:
        return campaign.ends_at, False
    if not campaign.sent_at:
        return 0, False
    if not campaign.expects_answer:
        return campaign.sent_at, False
    left = counts.get("pending", 0) + counts.get("queued", 0)
    last = now_ms + int(left / per_s * 1000) if per_s else now_ms
    return last + campaign.wait_s * 1000, True


def figures(campaign: Campaign, counts: Mapping[str, int]) -> Figures:
    planned, reached, late = campaign.planned, counts.get("reached", 0), counts.get("late", 0)
    answered = counts.get("answered", 0) + late
    tickets = {name.removeprefix(_TICKETS): count for name, count in counts.items() if name.startswith(_TICKETS)}
    return Figures(
        planned=planned,
        sent=counts.get("accepted", 0),
        reached=reached,
        answered=answered,
        late=late,
        redemption=answered / planned if planned else None,
        reached_redemption=answered / reached if reached else None,
        tickets=dict(sorted(((name, n) for name, n in tickets.items() if n), key=lambda one: -one[1])),
        busy={what: counts.get(f"b:{what}", 0) for what in _BUSY},
        answers=_answers(counts),
        arms=_arms(counts),
    )


def _answers(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for what, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        if what.startswith(_ANSWERS) and count > 0:
            name, _, code = what.removeprefix(_ANSWERS).partition(":")
            found.setdefault(name, {})[code] = count
    return dict(sorted(found.items()))


def _arms(counts: Mapping[str, int]) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for what, count in sorted(counts.items()):
        if what.startswith(_SPLITS) and count > 0:
            split, standing, arm = what.removeprefix(_SPLITS).split("|", 2)
            found.setdefault(split, {}).setdefault(arm, {})[standing] = count
    return found


def recipient(row: Row, state: RowState, shown: Shown) -> Recipient:
    return Recipient(
        row=row.number,
        phone=row.to,
        parameters=row.parameters,
        metadata=row.metadata,
        status=state.s,
        reason=state.e or None,
        why=_why(state, shown),
        sent_at=_at(state.a),
        delivered_at=_at(state.d),
        read_at=_at(state.r),
        failed_at=_at(state.f),
        answered_at=_at(state.w),
        late=bool(state.l),
        ticket=state.t or None,
        answers=state.x,
    )


def _why(state: RowState, shown: Shown) -> str | None:
    reason = state.e or (state.s if state.s in ("cancelled", "expired", "unknown") else "")
    if not reason:
        return None
    if reason.isdigit() and shown.provider:
        told = meaning(shown.provider, reason)
        return f"{told.es if shown.language.startswith('es') else told.en} ({reason})"
    return reason_said(reason, shown.language)


def texts(rows: Iterable[Listed], name: str, code: str) -> Iterator[tuple[Listed, str]]:
    """What contacts wrote themselves beside the `code` they answered at question `name`."""
    for row, state in rows:
        said = state.x.get(f"{name}_text")
        if said and state.x.get(name) == code:
            yield (row, state), said


def matching(rows: Iterable[Listed], q: str) -> Iterator[Listed]:
    """The rows whose phone, parameters or ticket data hold `q`, whatever case and accents; phones by digits too."""
    wanted = unaccented(q).strip()
    digits = "".join(filter(str.isdigit, q))
    for row, state in rows:
        texts = (row.to, row.address, *row.parameters, *row.metadata.values())
        number = "".join(filter(str.isdigit, row.address))
        if any(wanted in unaccented(text) for text in texts) or (len(digits) >= 4 and digits in number):
            yield row, state


def preview(campaign: Campaign, row: Row, sms_budget: int | None = None) -> dict[str, Any]:
    """The message as this row gets it, part by part (F086); on SMS, given its budget, what it costs (F015)."""
    content = campaign.content
    filled = fill(content, row.parameters)
    suffixes = dict(filled.urls)
    buttons = []
    for position, button in enumerate(content.buttons):
        url = substitute(button.url, dict.fromkeys(placeholders(button.url), suffixes.get(position, "")))
        buttons.append({"text": button.text, "url": url or None})
    text, image = header_text(content), (content.header or {}).get("image")
    header = {"text": substitute(text, dict(filled.header))} if text else {"image": image} if image else None
    return {
        "row": row.number,
        "rows": campaign.messages,
        "phone": row.to,
        "header": header,
        "text": substitute(content.body, dict(filled.body)),
        "footer": content.footer or None,
        "buttons": buttons,
        "sms": None if sms_budget is None else sms.figures(template_text(content, filled), sms_budget),
    }


def _at(ms: int) -> str | None:
    return from_ms(ms).isoformat(timespec="milliseconds") if ms else None
