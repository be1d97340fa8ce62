"""What every act on a campaign shares: finding it, whether its state allows the act, and one step of its machine.

The record says what is so and changes by compare-and-set; the gate that the sending scripts look at follows it.
Whoever changed the record may die before the gate: the scheduler aligns it again.
"""

from collections.abc import Callable
from typing import Any, Final, cast

from msgspec import structs

from bot_runtime.campaigns import plans
from bot_runtime.campaigns.catalogue import Catalogue
from bot_runtime.campaigns.machine import ACTIONS, Action, DuplicateFrom, allowed, moved, states_that_allow
from bot_runtime.campaigns.record import Campaign, CampaignRecords, ChangedMeanwhile
from bot_runtime.campaigns.words import Refused
from bot_runtime.store.campaigns import CampaignRows, Gate
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.limits import LimitStore
from bot_runtime.store.set_aside import set_aside
from bot_runtime.workspace import Workspace

SYSTEM: Final = "system"

_GATES: Final[dict[str, Gate]] = {"sending": "sending", "paused": "paused", "cancelled": "cancelled"}


class WrongState(Refused):
    """The campaign's state does not allow this; `allowed` says what it does."""

    def __init__(self, campaign: Campaign, action: Action, duplicate_from: DuplicateFrom) -> None:
        super().__init__("state", status=409, state=campaign.state)
        self.state = campaign.state
        self.allowed = allowed(campaign.state, campaign.archived, duplicate_from)
        self.states = sorted(states_that_allow(action, duplicate_from))


class Moving:
    """`workspace` is asked each time: it changes while we run."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        workspace: Callable[[], Workspace],
        duplicate_from: DuplicateFrom = "completed",
    ) -> None:
        self.records = CampaignRecords(store, keys)
        self.rows = CampaignRows(store, keys)
        self.catalogue = Catalogue(store, keys)
        self.limits = LimitStore(store, keys)
        self.clock = store.clock
        self._store, self._keys = store, keys
        self._workspace, self.duplicate_from = workspace, duplicate_from

    @property
    def workspace(self) -> Workspace:
        return self._workspace()

    async def get(self, campaign_id: str) -> Campaign:
        """Raises Refused (404) when there is none."""
        campaign = await self.records.get(campaign_id)
        if campaign is None:
            raise Refused("no_such_campaign", "id", status=404, got=campaign_id[:40])
        return campaign

    async def active(self, but: str = "") -> list[Campaign]:
        """The campaigns of which a wait may still run, or that are being sent; newest first (D37)."""
        now = self.clock.now_ms()
        every = await self.records.many([one for one, _ in await self.records.ids() if one != but])
        return [one for one in every if is_active(one, now)]

    async def align(self, campaign: Campaign) -> None:
        """Make the gate say what the record says: whoever changed the record may have died before the gate."""
        if (gate := _GATES.get(campaign.state)) is not None:
            await self.rows.set_gate(campaign.id, gate)

    async def set_aside(self, campaign: Campaign) -> dict[str, int]:
        """Messages not sent yet by why they would be skipped if they were sent now, and `left`: those that would go."""
        return await set_aside(self._store, self._keys, campaign.id, campaign.channel)

    async def statuses(self) -> plans.Status:
        """The provider's word on the workspace's templates."""
        return await self.catalogue.statuses(self.workspace)

    async def _able(self, campaign_id: str, action: Action) -> Campaign:
        campaign = await self.get(campaign_id)
        if action not in allowed(campaign.state, campaign.archived, self.duplicate_from):
            raise WrongState(campaign, action, self.duplicate_from)
        return campaign

    async def _move(
        self, before: Campaign, trigger: str, by: str, _as: Campaign | None = None, file: str = "", **changes: Any
    ) -> Campaign:
        """Take one transition of the machine and make the gate follow."""
        state = moved(before.state, trigger)
        if state is None:
            action = cast("Action", trigger) if trigger in ACTIONS else "edit"  # the list's own steps follow an edit
            raise WrongState(before, action, self.duplicate_from)
        facts = {"file": file} if file else {}
        saved = await self._save(before, structs.replace(_as or before, state=state, **changes), by, trigger, **facts)
        await self.align(saved)
        return saved

    async def move(self, before: Campaign, trigger: str, **changes: Any) -> Campaign:
        """The same for the scheduler."""
        return await self._move(before, trigger, SYSTEM, **changes)

    async def _save(self, before: Campaign, after: Campaign, by: str, what: str, **facts: Any) -> Campaign:
        try:
            return await self.records.save(before, after, by, what, **facts)
        except ChangedMeanwhile:
            raise Refused("changed_meanwhile", status=409) from None


def is_active(campaign: Campaign, now_ms: int) -> bool:
    """Being sent, or a wait of it may still run; an informative one only while it is being sent (D37)."""
    if campaign.state in ("sending", "paused"):
        return campaign.sent_at > 0
    return campaign.expects_answer and campaign.ends_at > now_ms
