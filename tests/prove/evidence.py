"""A small run in which everything went well, to plant violations in."""

from bot_runtime.prove import business
from bot_runtime.prove.records import Campaign, Event, Evidence, Poll, Recipient, Send, Told, Try

ANA, LISTED, LEAVER = "34610000000", "34630000000", "34630000001"
SILENT, ANSWERING = "34660000000", "34660000001"


def send(at: float, entry: str, to: str, text: str = "", **more: object) -> Send:
    """A call that was answered with a yes; a template unless it says something."""
    facts = {
        "at": at,
        "store_at": at,
        "worker": "w0.1",
        "channel": "whatsapp",
        "entry": entry,
        "to": to,
        "kind": "text" if text else "template",
        "text": text or "greeting",
        "accepted": True,
        "answer": "ok",
        "external_id": f"wamid.{entry}",
    }
    return Send(**(facts | more))  # type: ignore[arg-type]


def event(began: float, text: str, contact: str = ANA, status: int = 200, **more: object) -> Event:
    facts = {
        "id": f"wamid.{text}.{contact}",
        "channel": "whatsapp",
        "contact": contact,
        "text": text,
        "tries": [Try(began, began + 0.1, status, "w0.1")],
    }
    return Event(**(facts | more))  # type: ignore[arg-type]


def told(entry: str, *statuses: str, taken_at: float | None = 9.0) -> list[Told]:
    return [Told(entry=entry, external_id=f"wamid.{entry}", status=one, taken_at=taken_at) for one in statuses]


def a_good_run() -> Evidence:
    """Ana says three things and is answered; a list of two goes out, and the second leaves in time.

    Two more have a minute to answer: one lets it pass, one answers.
    """
    campaign = Campaign(
        id="c1",
        channel="whatsapp",
        wanted=[LISTED, LEAVER],
        state="sent",
        counts={"delivered": 1, "skipped": 1, "failed": 0},
        recipients=[Recipient(LISTED, "delivered"), Recipient(LEAVER, "skipped")],
    )
    return Evidence(
        sends=[
            send(1.5, "a.1", ANA, "#1 -"),
            send(2.5, "a.2", ANA, "#2 m2"),
            send(3.5, "a.3", ANA, "#3 m3"),
            send(4.5, "c.1", LISTED),
            send(5.5, "l.1", LEAVER, "You will get no more of these."),
            send(1.2, "s.1", SILENT, business.ASKED),
            send(1.2, "h.1", ANSWERING, business.ASKED),
            send(9.5, "h.2", ANSWERING, business.HEARD),
            send(61.4, "s.2", SILENT, business.SILENCE),
        ],
        events=[
            event(1, "m1"),
            event(2, "m2"),
            event(3, "m3"),
            event(5, "STOP", LEAVER, kind="stop"),
            event(1, business.WAIT, SILENT, kind="wait"),
            event(1, business.WAIT, ANSWERING, kind="wait"),
            event(9, "here", ANSWERING, kind="answer"),
        ],
        told=told("c.1", "sent", "delivered"),
        campaigns=[campaign],
        polls=[
            Poll(at=4, campaign="c1", recipients=[Recipient(LISTED, "queued"), Recipient(LEAVER, "pending")]),
            Poll(at=6, campaign="c1", recipients=[Recipient(LISTED, "sent"), Recipient(LEAVER, "skipped")]),
        ],
    )
