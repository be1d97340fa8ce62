"""What this process counts, for `/metrics`: in memory, by few labels, never a number, a name or a text.

Whoever does a thing counts it here, one line beside the log line. Several processes answer on one port, so each puts
its figures into its heartbeat (`snapshot`), and whichever is asked tells those of all (`exposition`), each under the
label `process`.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Snapshot = Sequence[tuple[str, Mapping[str, str], float]]  # sample name, labels, value

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

TURN_SECONDS = Histogram(
    "bot_turn_seconds",
    "Turns taken, by how long one took with its save.",
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
TURNS_FAILED = Counter(
    "bot_turns_failed",
    "Turns that raised; `dead`: the last try, the event is a dead letter.",
    ["end"],
    registry=REGISTRY,
)
LEASES_LOST = Counter(
    "bot_leases_lost", "Work found in another process's hands: `contact` or `lane`.", ["of"], registry=REGISTRY
)
TIMER_LATE_SECONDS = Histogram(
    "bot_timer_late_seconds",
    "Timers fired, by how late.",
    registry=REGISTRY,
    buckets=(0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600),
)
SENDS = Counter(
    "bot_sends",
    "What became of entries: sent, failed, unknown, cancelled, expired, withdrawn; `queued`: put back.",
    ["channel", "result"],
    registry=REGISTRY,
)
SEND_SECONDS = Histogram(
    "bot_send_seconds",
    "Provider calls, by how long the provider took.",
    ["channel"],
    registry=REGISTRY,
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
SEND_FAILURES = Counter(
    "bot_send_failures", "Provider calls that failed, by retry class (docs/channels.md).", ["channel", "kind"],
    registry=REGISTRY,
)  # fmt: skip
REPORTS = Counter(
    "bot_reports", "Delivery reports that moved a message on, by what it is now.", ["channel", "status"],
    registry=REGISTRY,
)  # fmt: skip
SERVICE_CALLS = Counter(
    "bot_service_calls", "Calls of web services, by what came of each: `answered`, or the reason why not.", ["result"],
    registry=REGISTRY,
)  # fmt: skip
SERVICE_SECONDS = Histogram(
    "bot_service_seconds",
    "Calls of web services, by how long each took.",
    registry=REGISTRY,
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
WEBHOOKS = Counter("bot_webhooks", "Webhooks answered, by HTTP status.", ["channel", "status"], registry=REGISTRY)
CONNECTIONS_REFUSED = Counter(
    "bot_connections_closed",
    "HTTP connections closed on purpose: `slow`, `crowded`, `not_http`.",
    ["why"],
    registry=REGISTRY,
)
STORE_UNAVAILABLE = Counter("bot_store_unavailable", "Calls of the store that got no good answer.", registry=REGISTRY)


@cache
def answered(channel: str, status: int) -> Counter:
    """The webhooks of `channel` answered so: `labels` would look for it at each of them."""
    return WEBHOOKS.labels(channel, str(status))


def snapshot() -> list[tuple[str, dict[str, str], float]]:
    """This process's figures now."""
    return [(one.name, dict(one.labels), one.value) for family in REGISTRY.collect() for one in family.samples]


def exposition(processes: Mapping[str, Snapshot], gauges: Iterable[Metric] = ()) -> bytes:
    """The figures of these processes and `gauges` that are nobody's own, as Prometheus reads them."""
    families: dict[str, Metric] = {}
    of_sample: dict[str, Metric] = {}
    for family in REGISTRY.collect():
        known = families[family.name] = Metric(family.name, family.documentation, family.type)
        suffixes = ("_total",) if family.type == "counter" else ("", "_bucket", "_count", "_sum")
        of_sample.update({family.name + suffix: known for suffix in suffixes})
    for process, figures in processes.items():
        for name, labels, value in figures:
            if name in of_sample:  # another version may count other things
                of_sample[name].add_sample(name, {**labels, "process": process}, value)
    return generate_latest(_Collected([*(one for one in families.values() if one.samples), *gauges]))


def gauge(name: str, about: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Metric:
    """One figure that is read when asked for."""
    metric = Metric(name, about, "gauge")
    for labels, value in samples:
        metric.add_sample(name, dict(labels), value)
    return metric


class _Collected(CollectorRegistry):
    def __init__(self, metrics: Sequence[Metric]) -> None:
        super().__init__()
        self._metrics = metrics

    def collect(self) -> Any:
        return iter(self._metrics)
