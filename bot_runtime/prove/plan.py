"""How much of everything a run does, and what a seed makes of it. Pure."""

import random
from dataclasses import dataclass
from typing import Final, Literal

Deed = Literal[
    "worker_kill",
    "kill_on_accept",
    "worker_stop",
    "worker_term",
    "store_kill",
    "store_stop",
    "outage",
    "token_expired",
]

MESSAGES_EACH: Final = 10  # what one contact says in a run
SHARE_SMS: Final = 0.15
SHARE_OPT_OUT: Final = 0.02
SHARE_ANSWERED: Final = 0.3  # of the waiters
LIST: Final = 2_000  # recipients of one campaign, at most


@dataclass(frozen=True)
class Plan:
    minutes: float = 0.8
    recipients: int = 1_000
    events: int = 500
    waiters: int = 60  # contacts who are asked something with a wait of a minute
    kills: int = 5  # of workers, those on an acceptance among them
    on_accept: int = 2
    store_kills: int = 2
    workers: int = 3
    stops: int = 1
    terms: int = 1
    store_stops: int = 1
    outage_s: float = 0  # the store is away for so long, once
    tokens: int = 0  # how often the provider refuses our token for a while
    longest_stop_s: float = 18.0
    faults: float = 1.0  # how much goes wrong at the provider; 0: nothing

    @property
    def seconds(self) -> float:
        return self.minutes * 60

    @property
    def late_s(self) -> float:
        """How late a provider's late statuses come, at most."""
        return min(25.0, self.seconds / 4)

    @property
    def messages_per_s(self) -> float:
        """The numbers' rate: the broadcasts last through most of the run, so that every blow hits them."""
        return max(20.0, (self.recipients + self.events) / (0.7 * self.seconds))


SHORT: Final = Plan()
LONG: Final = Plan(
    minutes=16,
    recipients=50_000,
    events=20_000,
    waiters=1_000,
    kills=54,
    on_accept=22,
    store_kills=11,
    workers=3,
    stops=10,
    terms=8,
    store_stops=4,
    tokens=1,
    longest_stop_s=60.0,
)


@dataclass(frozen=True, order=True)
class Due:
    """A deed at a time of the run. `lasts_s`: how long it is left so; `skew_s`: the clock of what is started after."""

    at: float
    deed: Deed
    lasts_s: float
    skew_s: float


def deeds(plan: Plan, seed: int) -> list[Due]:
    """What is done to the processes, in order: spread over the run, each kind with jitter of its own."""
    chance = random.Random(f"deeds {seed}")
    on_accept = min(plan.on_accept, plan.kills)
    wanted: list[tuple[Deed, int, float]] = [
        ("worker_kill", plan.kills - on_accept, 2.0),
        ("kill_on_accept", on_accept, 1.0),
        ("worker_stop", plan.stops, plan.longest_stop_s),
        ("worker_term", plan.terms, 8.0),
        ("store_kill", plan.store_kills, 2.0),
        ("store_stop", plan.store_stops, 4.0),
        ("outage", 1 if plan.outage_s else 0, plan.outage_s),
        ("token_expired", plan.tokens, 2.0),
    ]
    found = []
    for deed, count, longest_s in wanted:
        for number in range(count):
            share = (number + chance.random()) / count
            in_full = deed == "outage" or (deed == "worker_stop" and number == 0)
            lasts_s = longest_s if in_full else chance.uniform(0.2, 1) * longest_s
            skew_s = chance.choice((0.0, chance.uniform(-30, 30)))
            found.append(Due(plan.seconds * (0.05 + 0.85 * share), deed, lasts_s, skew_s))
    return sorted(found)
