"""A handful of made-up campaigns, as a server has them: what is known of each, what may be done, and what that does."""

from datetime import timedelta
from itertools import count
from typing import Any

from aiohttp import web

from bot_runtime.channels import sms
from tests.console.campaigns.lists import NOW, Json, filled, recipient

ENDED = ("completed", "finished_with_errors", "error", "cancelled")
ACTIONS: dict[str, tuple[str, ...]] = {
    "draft": ("edit", "delete"),
    "validating": (),
    "loaded": ("launch", "schedule", "edit", "rename", "delete"),
    "invalid": ("edit", "delete"),
    "scheduled": ("unschedule", "edit", "delete"),
    "sending": ("pause", "cancel"),
    "paused": ("resume", "cancel"),
    "completed": ("rename", "duplicate", "archive", "restore"),
    **dict.fromkeys(ENDED[1:], ("archive", "restore", "resend")),
}
AFTER = {
    "launch": "sending",
    "schedule": "scheduled",
    "unschedule": "loaded",
    "edit": "draft",
    "pause": "paused",
    "resume": "sending",
    "cancel": "cancelled",
}


class World:
    """Newest last; whoever listens at `sockets` is told of every change."""

    def __init__(self) -> None:
        self.campaigns: dict[str, Json] = {}
        self.rows: dict[str, list[Json]] = {}
        self.problems: dict[str, list[Json]] = {}
        self.columns: dict[str, list[Json]] = {}
        self.tickets: dict[str, Json] = {}
        self.answers: dict[str, Json] = {}
        self.busy: dict[str, Json] = {}
        self.lists: dict[str, list[list[str]]] = {}
        self.sockets: set[web.WebSocketResponse] = set()
        self._ids = count(101)

    def add(self, name: str, state: str = "loaded", **facts: Any) -> Json:
        """A campaign as it is after what its state says happened; newest last."""
        at = next(self._ids)
        launched = state in ("sending", "paused", *ENDED)
        campaign = {
            "id": f"c{at}",
            "name": name,
            "state": state,
            "label": "draft",
            "cause": "pausada por una persona" if state == "paused" else None,
            "channel": "cobranza",
            "number": "+525550001000",
            "department": "cobranza",
            "template": "saldo_vencido",
            "language": "es_MX",
            "dialog": "recordatorio_pago",
            "expects_answer": True,
            "wait_s": 14_400,
            "remind": [],
            "late": {"policy": "reopen", "within_h": 24, "say": ""},
            "busy": "send_only",
            "contacts": 0,
            "messages": 0,
            "sent": 0,
            "counts": {},
            "answered": 0,
            "created_at": (NOW + timedelta(minutes=at - 200)).isoformat(),
            "scheduled_at": None,
            "sent_at": (NOW - timedelta(hours=1)).isoformat() if launched else None,
            "ended_at": (NOW + timedelta(hours=3)).isoformat() if launched else None,
            "ends_estimated": state in ("sending", "paused"),
            "archived": False,
            "by": "ana",
            "dropped": 0,
            "links": {},
            "file": "lista.xlsx",
            **facts,
        }
        self._count(campaign)
        self.campaigns[campaign["id"]] = campaign
        self.rows.setdefault(campaign["id"], [])
        return campaign

    def fill(self, campaign: Json, **counts: int) -> Json:
        """So many recipients of each status, from row 2 of the list on: above them is its header."""
        statuses = [status for status, n in counts.items() for _ in range(n)]
        self.rows[campaign["id"]] = [recipient(number, status) for number, status in enumerate(statuses, 2)]
        campaign.update(counts=dict(counts), contacts=len(statuses), messages=len(statuses))
        self._count(campaign)
        return campaign

    async def move(self, campaign: Json, **facts: Any) -> None:
        """Something changed, and everybody who listens is told."""
        campaign.update(facts)
        self._count(campaign)
        await self.tell(campaign)

    async def tell(self, campaign: Json) -> None:
        for socket in list(self.sockets):
            await socket.send_json({"type": "campaign", "campaign": campaign})

    async def hang_up(self) -> None:
        for socket in list(self.sockets):
            await socket.close()

    def take(self, campaign: Json, action: str, facts: Json) -> None:
        campaign["state"] = AFTER.get(action, campaign["state"])
        match action:
            case "launch":
                campaign.update(sent_at=NOW.isoformat(), ended_at=(NOW + timedelta(hours=4)).isoformat())
                campaign["ends_estimated"] = True
            case "schedule":
                campaign["scheduled_at"] = f"{facts['date']}T{facts['time']}:00-06:00"
            case "cancel":
                counts = campaign["counts"]
                left = counts.pop("pending", 0) + counts.pop("queued", 0)
                campaign.update(counts={**counts, "cancelled": left}, ends_estimated=False)
            case "rename":
                campaign["name"] = facts["name"]
            case "archive" | "restore":
                campaign["archived"] = action == "archive"
            case "delete":
                del self.campaigns[campaign["id"]]
            case "resend":
                self.add(f"{campaign['name']} (reenvío)", contacts=campaign["counts"].get("failed", 0))
            case "duplicate":
                self.add(f"{campaign['name']} (copia)", contacts=campaign["contacts"], messages=campaign["messages"])

    def actions(self, campaign: Json) -> list[str]:
        idle = "archive" if campaign["archived"] else "restore"
        return [*(act for act in ACTIONS[campaign["state"]] if act != idle), "results", "export"]

    def detailed(self, campaign: Json) -> Json:
        counts = campaign["counts"]
        planned = campaign["contacts"]
        figures = {
            "planned": planned,
            "sent": campaign["sent"],
            "reached": counts.get("delivered", 0) + counts.get("read", 0),
            "answered": campaign["answered"],
            "late": 1 if campaign["answered"] else 0,
            "redemption": campaign["answered"] / planned if planned else None,
            "tickets": self.tickets.get(campaign["id"], {}),
            "busy": self.busy.get(campaign["id"], {}),
            "answers": self.answers.get(campaign["id"], {}),
        }
        columns = self.columns.get(campaign["id"], [])
        told = {"figures": figures, "actions": self.actions(campaign), "columns": columns}
        return {**campaign, **told, "sms": self._cost(campaign)}

    def _cost(self, campaign: Json) -> Json | None:
        if campaign["channel"] != "avisos":
            return None
        counted = [sms.figures(filled(campaign, row)) for row in self.rows[campaign["id"]]]
        parts = [len(one["parts"]) for one in counted]
        over = sum(one["over_budget"] for one in counted)
        return {"parts": sum(parts), "most": max(parts, default=0), "over_budget": over}

    def _count(self, campaign: Json) -> None:
        campaign["sent"] = sum(campaign["counts"].get(status, 0) for status in ("sent", "delivered", "read"))
