"""What a campaign's counts have to be, from its rows and tickets one by one: the long way, which results never go."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

import pytest

from bot_runtime.store.campaigns import FIGURES, STATUSES, WAITING, CampaignRows, Listed
from bot_runtime.tickets.model import Ticket

FindTicket = Callable[[str], Awaitable[Ticket | None]]


def of_rows(listed: Sequence[Listed]) -> Counter[str]:
    """By status, and D47, D48: messages for what was sent, contacts for what reached somebody or was answered."""
    counted = Counter(dict.fromkeys((*STATUSES, *FIGURES), 0))
    counted.update(state.s for _, state in listed)
    counted["accepted"] = sum(1 for _, state in listed if state.a)
    counted["reached"] = len({row.contact for row, state in listed if state.s in ("delivered", "read")})
    answered = sorted(((row, state) for row, state in listed if state.w), key=lambda one: one[1].w)
    first = {row.contact: state for row, state in reversed(answered)}
    counted.update("late" if state.l else "answered" for state in first.values())
    return counted


async def of_tickets(campaign: str, listed: Sequence[Listed], find: FindTicket) -> Counter[str]:
    """By where they stand; a conversation that was there already is not the campaign's (D51)."""
    counted: Counter[str] = Counter()
    for row, state in listed:
        if ticket := await find(state.t) if state.t else None:
            own = ticket.of_row == f"{campaign}:{row.number}"
            counted[f"t:{ticket.standing if own else 'joined'}"] += 1
            for split, _, arm in (named.partition("|") for named in ticket.arms):
                counted[f"s:{split}|{ticket.standing}|{arm}"] += 1
    return counted


def of_answers(listed: Sequence[Listed], kept: Mapping[str, int]) -> Counter[str]:
    """Codes that rows keep; which names are counted only the dialog says, so what is kept says it here."""
    names = {what.split(":")[1] for what in kept if what.startswith("a:")}
    said = ((name, state.x[name]) for _, state in listed for name in names & state.x.keys())
    return Counter(f"a:{name}:{code}" for name, codes in said for code in codes.split(", "))


async def of_busy(rows: CampaignRows, campaign: str, listed: Sequence[Listed], kept: Mapping[str, int]) -> Counter[str]:
    """What busy contacts led to (D51); what went out all the same the rows do not say, so it is taken as counted."""
    counted = Counter({what: kept.get(what, 0) for what in ("b:sent", "b:interrupted")})
    for _, state in listed:
        counted["b:skipped"] += state.e in ("busy", "still_busy")
        counted["b:queued"] += bool(state.h)
    for shard in range(rows._keys.shards):
        key = rows._key(shard, campaign, "held")
        held = await rows._store.command("ZRANGE", key, 0, -1, key=key)
        assert {int(number) for number in held} <= {row.number for row, state in listed if state.s == "pending"}
        counted[WAITING] += len(held)
    return counted


async def differs(rows: CampaignRows, campaign: str, find: FindTicket) -> str:
    """What the kept counts and a recount don't agree on; empty: nothing."""
    listed = await rows.rows(campaign)
    found = of_rows(listed) + await of_tickets(campaign, listed, find)
    kept = await rows.counts(campaign)
    found += of_answers(listed, kept) + await of_busy(rows, campaign, listed, kept)
    names = sorted(found.keys() | kept.keys())
    told = [f"{name}: kept {kept.get(name, 0)}, recounted {found[name]}" for name in names]
    return "; ".join(one for name, one in zip(names, told, strict=True) if kept.get(name, 0) != found[name])


async def agree(rows: CampaignRows, campaign: str, find: FindTicket) -> None:
    """Once nothing moves any more, the kept counts are those of a recount."""
    told = ""
    try:
        async with asyncio.timeout(10):
            while told := await differs(rows, campaign, find):  # noqa: ASYNC110 - the truth is in the store
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(told)
