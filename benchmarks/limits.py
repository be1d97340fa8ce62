"""What a send pays for its limits: the rate, and the place in a level. `python -m benchmarks.limits [SENDS]`.

As a worker asks: 64 messages at a time, each through `Limits.acquire` and `left`, on one Valkey, with a rate that never
holds anything up. Given are the client's CPU, the store's, and how many script calls a send comes to: what is asked in
the same moment is asked at once.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import structlog

from benchmarks.valkey import Valkey, valkey
from bot_runtime.dialogs.effects import Send, SendTemplate, SendText
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.limits import Limits
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.limits import LimitStore
from bot_runtime.store.outbox import Entry, Meta, Payload
from bot_runtime.workspace import load_workspace

SENDS = 20_000
AT_ONCE = 64  # as many of a campaign's messages leave at a time (`runtime/outbox.py`)
BOT = """
brand: bench
language: en
channels:
  whatsapp:
    { provider: whatsapp, phone_number_id: "1", waba_id: "7", app_secret: s, verify_token: v, token: t,
      limits: { messages_per_s: 1000000, level: 3 } }
"""
DIALOG = "dialog: d\nlanguage: en\nstarts: { default: true }\nstates: { a: { say: Hello. } }\n"
SCRIPTS = "cmdstat_evalsha"


async def measure(store: Valkey, folder: Path, sends: int, effect: Send, campaign: str) -> dict[str, Any]:
    """One kind of message, so many times, each to a contact of its own."""
    settings = Settings(store_url=f"unix://{store.socket}", data_dir=str(folder))
    connected = await Store.connect(settings)
    try:
        keys = Keys("bench", 64, b"secret")
        definitions = Definitions(connected, keys, "")
        loaded = load_workspace(folder, {})
        assert loaded.workspace, [problem.line() for problem in loaded.problems]
        await definitions.publish(loaded.workspace)
        limits, channel = Limits(LimitStore(connected, keys), definitions), definitions.channels["whatsapp"]
        meta, payload = Meta("queued", "template" if campaign else "reply", 0, g=campaign), Payload("1", effect)
        contacts = [keys.contact_id(f"tel:+{n}") for n in range(sends)]
        entries = iter([Entry(contact, "whatsapp", "1", "1", meta, payload) for contact in contacts])

        async def send_some() -> None:
            for entry in entries:
                while await limits.acquire(channel, entry):
                    pass
                limits.left(entry)

        calls, began, cpu, store_cpu = _scripts(store), time.perf_counter(), time.process_time(), store.cpu_us
        await asyncio.gather(*(send_some() for _ in range(AT_ONCE)))
        await limits.drain()
        took = {
            "client_us": round((time.process_time() - cpu) / sends * 1e6, 1),
            "store_us": round((store.cpu_us - store_cpu) / sends, 1),
            "wall_us": round((time.perf_counter() - began) / sends * 1e6, 1),
            "scripts": round((_scripts(store) - calls) / sends, 3),
        }
        room = await limits.room("whatsapp")
        if room and room.used:
            key = keys.level("7", "places")
            size = await connected.command("MEMORY", "USAGE", key, "SAMPLES", 0, key=key)
            took["bytes_a_contact"] = round(size / room.used, 1)
        return took
    finally:
        await connected.close()


def _scripts(store: Valkey) -> int:
    line = store.info("commandstats").get(SCRIPTS, "calls=0,")
    return int(line.partition("calls=")[2].partition(",")[0])


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    sends = int(sys.argv[1]) if len(sys.argv) > 1 else SENDS
    kinds: dict[str, tuple[Send, str]] = {
        "a reply: the rate alone": (SendText("hi"), ""),
        "a campaign's template: level and rate": (SendTemplate("due", "en"), "c1:1"),
    }
    with tempfile.TemporaryDirectory(prefix="bench-") as name, valkey(Path(name)) as store:
        folder = Path(name)
        (folder / "dialogs").mkdir()
        (folder / "dialogs" / "d.yaml").write_text(DIALOG)
        (folder / "bot.yaml").write_text(BOT)
        found = {}
        for kind, (effect, campaign) in kinds.items():
            store.forget()
            found[kind] = asyncio.run(measure(store, folder, sends, effect, campaign))
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
