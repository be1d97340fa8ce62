"""What a turn does to a ticket, as it is stored: the ticket, its lists, its wait, and its campaign's counts. Pure."""

from collections.abc import Mapping

import msgspec
from msgspec import structs

from bot_runtime.dialogs.events import CampaignAccepted, Message, TicketClosed, TicketTransferred
from bot_runtime.runtime.contact import SERVICE_WINDOW_S
from bot_runtime.runtime.draft import Draft
from bot_runtime.store.keys import of_campaign
from bot_runtime.tickets import desk
from bot_runtime.tickets.model import WITH_PEOPLE, Ticket

SAID_BEFORE_MS = 1_800_000  # the window closes: half an hour is enough to read and to answer
MOST_LATE = 10  # tickets that a contact keeps for late answers

_encode = msgspec.json.encode


def keep_ticket(draft: Draft, before: Ticket | None, after: Ticket | None) -> None:
    """Store the ticket where its state belongs, and move it between the lists it stands in."""
    if after is None or after == before:
        return
    if after.remind and after.state != "waiting":
        after = structs.replace(after, remind=())  # an answer stops them (F054)
    changes, name = draft.changes, f"t:{after.number}"
    draft.before = before
    if draft.channel.kind == "whatsapp":
        _watch_window(draft, before is not None and before.state in WITH_PEOPLE, after.state in WITH_PEOPLE)
    if after.is_open:
        changes.set_fields[name] = _encode(after)
    else:
        changes.remove_fields.append(name)
        changes.archived.append((after.number, _encode(after)))
    if after.campaign:
        same = before is not None and before.number == after.number
        _count_ticket(draft, after.campaign, before.standing if before and same else "", after.standing)
        _count_arms(draft, before if same else None, after)
        keep_late(draft, after, waits=after.reason == "no_answer" and not after.is_open)
    if after.number > draft.contact.last_ticket:
        changes.set_fields["tn"] = after.number
    if before is not None and before.state == "waiting" and after.state != "waiting":
        changes.cancel_timers.append(_timer(draft, after))
    if not isinstance(draft.event, TicketClosed | TicketTransferred):  # what they say themselves
        was_queued = before is not None and before.state == "queued"
        draft.queued = after.department if after.state == "queued" and not was_queued else ""
        draft.closed = "" if after.is_open else after.reason
    was, stands = desk.indexes(before), desk.indexes(after)
    changes.indexed += [(index, after.id, None) for index in was if index not in stands]
    changes.indexed += [(index, after.id, at) for index, at in stands.items() if was.get(index) != at]


def join_ticket(draft: Draft, event: CampaignAccepted, ticket: Ticket, differing: Mapping[str, str]) -> None:
    """A campaign's message that became part of a conversation with people, whose ticket is not the campaign's.

    `differing`: values of its row that the ticket did not take; the history tells them.
    """
    draft.remark = " · ".join([event.campaign, *(f"{name}: {value}" for name, value in differing.items())])
    draft.change_row(f"{event.campaign}:{event.row}", ticket=ticket.id)
    _count_ticket(draft, event.campaign, "", "joined")


def keep_late(draft: Draft, ticket: Ticket, *, waits: bool) -> None:
    """Whether a late answer still counts for this ticket (D05): the contact keeps those for which one does."""
    known = draft.contact.late(ticket.channel, draft.now_ms) if draft.late is None else draft.late
    kept = [one for one in known if one.number != ticket.number]
    if not waits and len(kept) == len(known):
        return
    if waits:
        kept = [*kept, ticket][-MOST_LATE:]
    draft.late = kept
    changes, field = draft.changes, f"late:{ticket.channel}"
    changes.remove_fields = [name for name in changes.remove_fields if name != field]
    changes.set_fields.pop(field, None)
    if kept:
        changes.set_fields[field] = _encode(kept)
    else:
        changes.remove_fields.append(field)


def start_ticket_wait(draft: Draft, ticket: Ticket, until_ms: int) -> None:
    """`until_ms` is on the store's clock, like the acceptance it counts from: our own may be a little ahead."""
    draft.changes.start_timers.append((_timer(draft, ticket), f"@{until_ms}"))


def _watch_window(draft: Draft, had: bool, have: bool) -> None:
    """Whether people had and have the conversation: while they do, they are told before the window closes (B08)."""
    wrote = isinstance(draft.event, Message)
    if have and (wrote or not had):
        wrote_now = draft.now_ms + SERVICE_WINDOW_S * 1000
        closes_at = wrote_now if wrote else draft.contact.window_closes_at(draft.channel.name)
        if closes_at > draft.now_ms:
            draft.changes.start_timers.append((draft.timer("w"), f"@{closes_at - SAID_BEFORE_MS}"))
    elif had and not have:
        draft.changes.cancel_timers.append(draft.timer("w"))


def _count_ticket(draft: Draft, campaign: str, was: str, stands: str) -> None:
    if was != stands:
        counted = ((was, -1), (stands, 1))
        draft.changes.counted += [(of_campaign(campaign), f"t:{each}", by) for each, by in counted if each]


def _count_arms(draft: Draft, before: Ticket | None, after: Ticket) -> None:
    """How the tickets of each arm of a split stand: `s:dialog.state|standing|arm` (F026)."""
    counts, were = of_campaign(after.campaign), before.arms if before else ()
    for named in after.arms:
        split, _, arm = named.partition("|")
        was = before.standing if before and named in were else ""
        if was != after.standing:
            for standing, by in ((was, -1), (after.standing, 1)):
                draft.changes.counted += [(counts, f"s:{split}|{standing}|{arm}", by)] if standing else []


def _timer(draft: Draft, ticket: Ticket) -> str:
    return f"{draft.contact.id}|{ticket.channel}|t{ticket.number}"
