"""The workspace under trial: a dialog that counts, a template, a channel of each provider, and the lists."""

from pathlib import Path
from typing import Final

import yaml

from bot_runtime.devtools import accounts
from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.numbers import digits, user_id_of
from bot_runtime.devtools.world import Phone

PUBLIC_URL: Final = "https://prove.example.com"
TALKERS: Final = 34_610_000_000
TEXTERS: Final = 34_620_000_000
LISTED: Final = 34_630_000_000
TEXTED: Final = 34_640_000_000
WAITERS: Final = 34_660_000_000
TEXTING_WAITERS: Final = 34_670_000_000

WAIT: Final = "wait"
ASKED: Final = "?wait"
SILENCE: Final = "!silence"
HEARD: Final = "!heard"
WAIT_S: Final = 60  # the shortest that a dialog may name

# A message's number is in its reply, so whatever is lost, doubled or swapped shows at the provider.
_DIALOG: Final = """
dialog: counter
language: en
response_timeout: 24h
retry: { attempts: 3, goto: more }
starts: { default: true }
states:
  begin:
    set: { count: 1 }
    goto: ask
  ask:
    ask: '#{{ count }} {{ heard | default("-") }}'
    answer: text
    save: heard
    goto: more
  more:
    set: { count: count + 1 }
    goto: ask
"""
# Whoever is silent for a minute is told so once; after it, too, anything they say is heard.
_WAITER: Final = f"""
dialog: waiter
language: en
retry: {{ attempts: 3, goto: heard }}
starts: {{ keywords: [{WAIT}] }}
states:
  ask:
    ask: "{ASKED}"
    answer: text
    response_timeout: {WAIT_S // 60}m
    timeout: silence
    goto: heard
  silence:
    ask: "{SILENCE}"
    answer: text
    goto: heard
  heard:
    say: "{HEARD}"
"""
_TEMPLATE: Final = """
template: greeting
language: en
body: "Hello {{1}}, this is a message to all."
parameters: [name]
"""


def the_accounts() -> list[Account]:
    return [accounts.whatsapp("whatsapp"), accounts.twilio("sms")]


def write(folder: Path, held: list[Account], messages_per_s: float) -> Path:
    """The workspace in `folder`. Every process finds its own way to the provider in `PROVE_PROVIDER`."""
    limits = {
        "messages_per_s": messages_per_s,
        "level": 3,
        "pair_pause_s": 0,
        "replies_per_min": 100_000,
        "same_text": 100_000,
    }
    channels = {}
    for account in held:
        channel = accounts.as_channel(account, "${PROVE_PROVIDER}") | {
            "default_country": "ES",
            "limits": dict(limits),  # YAML would write one that is shared as an alias
        }
        channels[account.name] = channel | ({"read_marks": False} if account.provider == "whatsapp" else {})
    bot = {"brand": "prove", "language": "en", "public_url": PUBLIC_URL, "close_reasons": ["done"]}
    for name, text in {
        "bot.yaml": yaml.safe_dump(bot | {"channels": channels}),
        "dialogs/counter.yaml": _DIALOG,
        "dialogs/waiter.yaml": _WAITER,
        "templates/greeting.yaml": _TEMPLATE,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def phone(number: int, channel: str) -> Phone:
    spelled = f"+{number}"
    return Phone(id=str(number), name=f"P{number}", number=spelled, channel=channel, user_id=user_id_of(spelled))


def list_of(numbers: list[str]) -> bytes:
    """A recipient list as a manager uploads it."""
    return "\n".join(["phone,name", *(f"+{number},N{number[-6:]}" for number in map(digits, numbers))]).encode()
