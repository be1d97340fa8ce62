"""What people do in a run: contacts talk, managers send campaigns, some recipients leave while theirs goes out."""

import asyncio
import random
from typing import Final

from bot_runtime.prove import business
from bot_runtime.prove.clock import Clock
from bot_runtime.prove.mail import Mail
from bot_runtime.prove.office import Office
from bot_runtime.prove.plan import LIST, MESSAGES_EACH, SHARE_ANSWERED, SHARE_OPT_OUT, SHARE_SMS, Plan
from bot_runtime.prove.records import Campaign, Event, Poll

AT_ONCE: Final = 3  # campaigns going out side by side
SHARE_BURST: Final = 0.2  # messages that don't wait for the one before
SHARE_TWICE: Final = 0.05  # webhooks that come again although they were taken
LOOK_EVERY_S: Final = 1.0


class Workload:
    def __init__(self, plan: Plan, seed: int, clock: Clock, mail: Mail, office: Office) -> None:
        self._plan, self._clock, self._mail, self._office = plan, clock, mail, office
        self._random = random.Random(f"workload {seed}")
        self.campaigns: list[Campaign] = []
        self.polls: list[Poll] = []

    async def run(self) -> None:
        """All that was planned; returns when everybody has said all and every campaign was launched."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._broadcasts())
            texters = round(self._plan.events * SHARE_SMS / MESSAGES_EACH)
            talkers = max(1, round(self._plan.events / MESSAGES_EACH)) - texters
            for number in range(talkers):
                group.create_task(self._talk("whatsapp", str(business.TALKERS + number)))
            for number in range(texters):
                group.create_task(self._talk("sms", str(business.TEXTERS + number)))
            on_sms = round(self._plan.waiters * SHARE_SMS)
            for number in range(self._plan.waiters - on_sms):
                group.create_task(self._wait("whatsapp", str(business.WAITERS + number)))
            for number in range(on_sms):
                group.create_task(self._wait("sms", str(business.TEXTING_WAITERS + number)))

    async def _talk(self, channel: str, contact: str) -> None:
        """One contact's messages. The first is taken before the second is said, so it is the one that begins it all."""
        last_s = 0.85 * self._plan.seconds
        times = sorted(self._random.uniform(0, last_s) for _ in range(MESSAGES_EACH))
        chance = random.Random(f"{contact} {self._random.random()}")
        for number, at in enumerate(times, 1):
            await asyncio.sleep(at - self._clock.now())
            event = Event(id=self._mail.new_message_id(channel), channel=channel, contact=contact, text=f"m{number}")
            said = self._mail.say(event, repeats=int(chance.random() < SHARE_TWICE))
            if number == 1 or chance.random() > SHARE_BURST:
                await said.settled.wait()
            if number == 1 and event.given_up:
                return  # nobody listened: this conversation never began

    async def _wait(self, channel: str, contact: str) -> None:
        """One contact who begins a dialog with a short wait, and answers it after a while or never."""
        last_s = 0.85 * self._plan.seconds
        chance = random.Random(f"{contact} {self._random.random()}")
        begins = chance.uniform(0, last_s)
        answers = begins + chance.uniform(1, 1.5 * business.WAIT_S) if chance.random() < SHARE_ANSWERED else last_s
        await asyncio.sleep(begins - self._clock.now())
        event = Event(
            id=self._mail.new_message_id(channel), channel=channel, contact=contact, text=business.WAIT, kind="wait"
        )
        await self._mail.say(event, repeats=int(chance.random() < SHARE_TWICE)).settled.wait()
        if answers < last_s and not event.given_up:
            await asyncio.sleep(answers - self._clock.now())
            event = Event(
                id=self._mail.new_message_id(channel), channel=channel, contact=contact, text="here", kind="answer"
            )
            self._mail.say(event)

    async def _broadcasts(self) -> None:
        """Every list becomes a campaign; a few go out at once."""
        on_sms = round(self._plan.recipients * SHARE_SMS)
        lists = [
            *_lists("whatsapp", business.LISTED, self._plan.recipients - on_sms),
            *_lists("sms", business.TEXTED, on_sms),
        ]
        self._random.shuffle(lists)
        room = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for number, (channel, numbers) in enumerate(lists, 1):
                await room.acquire()
                campaign = await self._office.create(f"list-{number}", channel, numbers)
                self.campaigns.append(campaign)
                await self._office.launch(campaign)
                group.create_task(self._accompany(campaign, room))

    async def _accompany(self, campaign: Campaign, room: asyncio.Semaphore) -> None:
        """Look at a campaign while it goes out, and let some of its recipients leave."""
        leavers = self._random.sample(campaign.wanted, max(1, round(len(campaign.wanted) * SHARE_OPT_OUT)))
        rate = self._plan.messages_per_s / min(AT_ONCE, max(1, self._plan.recipients // LIST))
        lasts_s = len(campaign.wanted) / rate
        began = self._clock.now()
        leaves = sorted((began + self._random.uniform(0, lasts_s), one) for one in leavers)
        try:
            while self._clock.now() < self._plan.seconds:
                while leaves and leaves[0][0] <= self._clock.now():
                    self._leave(campaign.channel, leaves.pop(0)[1])
                start = self._random.randrange(len(campaign.wanted))
                self.polls.append(await self._office.poll(campaign, start))
                await self._office.look(campaign)
                if campaign.state not in ("sending", "paused") and not leaves:
                    return
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            room.release()
        for _, one in leaves:
            self._leave(campaign.channel, one)

    def _leave(self, channel: str, contact: str) -> None:
        event = Event(id=self._mail.new_message_id(channel), channel=channel, contact=contact, text="STOP", kind="stop")
        self._mail.say(event)


def _lists(channel: str, first: int, count: int) -> list[tuple[str, list[str]]]:
    numbers = [str(first + number) for number in range(count)]
    return [(channel, numbers[start : start + LIST]) for start in range(0, count, LIST)]
