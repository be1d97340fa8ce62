"""Ten thousand waits end, half of them while the server is stopped; judged by what the provider was asked to send."""

from pathlib import Path

import pytest

from bot_runtime.devtools import accounts
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from tests.runtime.processes import Process, free_port
from tests.runtime.test_timers import nobody_looks_for
from tests.runtime.thousands import Thousands
from tests.servers import write_workspace

CONTACTS = 10_000
WAIT_S = 4 * 3600
HOLD_S = 31
ASKED, CLOSED = "How was it?", "We missed you."

VISIT = f"""
dialog: visit
language: en
response_timeout: 4h
retry: {{ attempts: 2, goto: timeout }}
starts: {{ default: true }}
states:
  rating:
    ask: {ASKED}
    answer: rating
    goto: thanks
  thanks:
    say: Thanks.
  timeout:
    say: {CLOSED}
"""


@pytest.mark.timeout(400)  # some 20 s on two cores; a busy machine is no failure
async def test_ten_thousand_waits_end_once_over_a_stop_and_everybody_is_answered_afterwards(
    store: Store, store_settings: Settings, tmp_path: Path
):
    async with Thousands(accounts.whatsapp(), CONTACTS) as people:
        root = write_workspace(tmp_path / "bot", people, dialogs={"visit": VISIT}, messages_per_s=100_000)
        quiet = {"BOT_STORE_URL": store_settings.store_url, "BOT_LOG_LEVEL": "warning"}
        async with Process(root, tmp_path / "data", free_port(), "--workers", "2", **quiet) as server:
            await people.all_say(server.port, "hi")
            await people.until_heard(CONTACTS)
            first_due = min(asked.store_at for (asked,) in people.said.values()) + WAIT_S
            await people.advance_clock(server, first_due - people.clock.store_now() - 1)
            await people.until_heard(CONTACTS * 3 // 2)
            assert await server.stop() == 0
            left = CONTACTS * 2 - people.heard
            await people.advance_clock(store, 60)  # while it is stopped, all others end
            await nobody_looks_for(store, 6)
            await server.start()
            await people.advance_clock(server, HOLD_S)
            while people.heard < CONTACTS * 2:
                await people.advance_clock(server, 0.2)  # as much as one step lets go; the clock alone runs too slowly
            await people.all_say(server.port, "hello?")
            await people.until_heard(CONTACTS * 3)

    assert left > CONTACTS // 4
    assert len(people.said) == CONTACTS
    for asked, closed, again in people.said.values():
        assert (asked.text, closed.text, again.text) == (ASKED, CLOSED, ASKED)
        assert closed.store_at >= asked.store_at + WAIT_S
