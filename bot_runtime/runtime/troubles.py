"""What is wrong in an overview and what to do about it, worst first. Pure."""

from typing import Any, Final, Literal

import msgspec

from bot_runtime.campaigns.words import cause_said
from bot_runtime.runtime.overview import Overview

Level = Literal["critical", "warning"]

INBOX_LATE_S: Final = 30.0  # a lease and a little: whoever died is replaced by then
LANE_LATE_S: Final = 30.0
TIMER_LATE_S: Final = 10.0
FULL: Final = 0.9  # of the store's memory


class Trouble(msgspec.Struct, frozen=True):
    """`code` names it (docs/operations.md has a row for each), `what` says it, `do` what helps."""

    level: Level
    code: str
    what: str
    do: str


def troubles_of(seen: Overview, language: str = "en") -> list[Trouble]:
    """Everything an operator should look at, in the order of the table below."""
    found = _found(seen, language)
    order = list(_SAID)
    return [
        Trouble(*_said(code, facts, language)) for code, facts in sorted(found, key=lambda one: order.index(one[0]))
    ]


def _found(seen: Overview, language: str) -> list[tuple[str, dict[str, Any]]]:
    store, queues = seen.store, seen.queues
    found: list[tuple[str, dict[str, Any]]] = []
    if store.trouble:
        found.append(("store_cannot_write", {"why": store.trouble}))
    if store.memory_limit_bytes and store.memory_bytes > FULL * store.memory_limit_bytes:
        found.append(("store_full", {"share": f"{store.memory_bytes / store.memory_limit_bytes:.0%}"}))
    if not any(one.alive and one.role != "web" for one in seen.processes):
        found.append(("nobody_works", {}))
    found += [("channel_alarm", {"channel": one.name, "code": one.code, "why": one.why})
              for one in seen.channels if one.held == "alarm"]  # fmt: skip
    found += [("channel_held", {"channel": one.name, "why": one.why}) for one in seen.channels if one.held == "person"]
    found += [("breaker_open", {"channel": one.name, "why": one.why}) for one in seen.channels if one.held == "breaker"]
    late = (("inboxes_late", queues.inboxes, INBOX_LATE_S), ("lanes_late", queues.lanes, LANE_LATE_S),
            ("timers_late", queues.timers, TIMER_LATE_S))  # fmt: skip
    found += [
        (code, {"due": queue.due, "oldest": _span(queue.oldest_s)})
        for code, queue, most in late
        if queue.oldest_s > most
    ]
    if queues.dead_letters:
        found.append(("dead_letters", {"count": queues.dead_letters}))
    if seen.unknown:
        found.append(("unknown_entries", {"count": seen.unknown}))
    found += [
        ("process_gone", {"name": one.name, "seen": _span(one.seen_s)}) for one in seen.processes if not one.alive
    ]
    found += [("workspace_refused", {"name": one.name, "count": one.refused}) for one in seen.processes if one.refused]
    found += [("template_paused", {"channel": one.name, "template": template})
              for one in seen.channels for template in one.paused_templates]  # fmt: skip
    found += [
        ("campaign_paused", {"id": one.id, "name": one.name, "cause": cause_said(one.cause, language)})
        for one in seen.campaigns
        if one.state == "paused" and one.cause != "person"
    ]
    found += [
        (f"version_{one.why}", {"dialog": one.name, "number": one.withdrawn})
        for one in seen.dialogs
        if one.why in ("failed", "unfit")
    ]
    if not store.appendonly or store.fsync not in ("always", ""):
        found.append(("store_may_lose", {"fsync": store.fsync if store.appendonly else "off"}))
    return found


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.0f} h"


def _said(code: str, facts: dict[str, Any], language: str) -> tuple[Level, str, str, str]:
    level, *words = _SAID[code]
    what, do = (words[2], words[3]) if language.startswith("es") else (words[0], words[1])
    return level, code, what.format(**facts), do.format(**facts)


# Worst first: code → level, what and what to do in English, the same in Spanish.
_SAID: Final[dict[str, tuple[Level, str, str, str, str]]] = {
    "store_cannot_write": (
        "critical",
        "the store cannot write its files ({why})",
        "free disk space where the store keeps its data; webhooks get 503 until then",
        "el almacén no puede escribir sus archivos ({why})",
        "libera espacio en el disco del almacén; hasta entonces los webhooks reciben 503",
    ),
    "store_full": (
        "critical",
        "the store uses {share} of its memory",
        "raise its maxmemory or give it a larger machine; it must never evict",
        "el almacén usa {share} de su memoria",
        "sube su maxmemory o dale una máquina mayor; nunca debe descartar claves",
    ),
    "nobody_works": (
        "critical",
        "no process takes turns or sends",
        "start it: bot-runtime serve",
        "ningún proceso atiende ni envía",
        "arráncalo: bot-runtime serve",
    ),
    "channel_alarm": (
        "critical",
        "channel {channel} is held: {why} ({code})",
        "mend the token, the account or the payment; it tries again by itself, "
        "at once after: bot-runtime outbox release {channel}",
        "el canal {channel} está retenido: {why} ({code})",
        "corrige el token, la cuenta o el pago; reintenta solo, o enseguida con: bot-runtime outbox release {channel}",
    ),
    "channel_held": (
        "warning",
        "channel {channel} is held by a person: {why}",
        "when it may send again: bot-runtime outbox release {channel}",
        "el canal {channel} está retenido por una persona: {why}",
        "cuando pueda enviar de nuevo: bot-runtime outbox release {channel}",
    ),
    "breaker_open": (
        "warning",
        "channel {channel} rests, for too many of its sends failed: {why}",
        "look at the provider's status page; it tries again by itself",
        "el canal {channel} descansa porque fallaron demasiados envíos: {why}",
        "mira la página de estado del proveedor; reintenta solo",
    ),
    "inboxes_late": (
        "critical",
        "{due} contacts wait for an answer, the first for {oldest}",
        "look whether the processes are busy or stuck (CPU, log); add workers: --workers",
        "{due} contactos esperan respuesta, el primero desde hace {oldest}",
        "mira si los procesos están ocupados o atascados (CPU, registro); agrega procesos: --workers",
    ),
    "lanes_late": (
        "warning",
        "{due} conversations have messages that nobody sends, the first for {oldest}",
        "look for a held channel above; else whether the processes are stuck",
        "{due} conversaciones tienen mensajes sin enviar, la primera desde hace {oldest}",
        "busca arriba un canal retenido; si no, mira si los procesos están atascados",
    ),
    "timers_late": (
        "warning",
        "{due} waits are over and not yet acted on, the first for {oldest}",
        "after downtime they follow slowly, by themselves; else look whether a process works",
        "{due} esperas terminaron sin atenderse, la primera hace {oldest}",
        "tras una caída siguen poco a poco, solas; si no, mira si algún proceso trabaja",
    ),
    "dead_letters": (
        "warning",
        "{count} events could not be answered",
        "bot-runtime dead-letters list; mend the cause, then replay",
        "{count} eventos no pudieron atenderse",
        "bot-runtime dead-letters list; corrige la causa y repite",
    ),
    "unknown_entries": (
        "warning",
        "of {count} messages nobody knows whether they were accepted",
        "bot-runtime outbox list --status unknown; ask the provider, then resend or close",
        "de {count} mensajes no se sabe si fueron aceptados",
        "bot-runtime outbox list --status unknown; pregunta al proveedor y reenvía o cierra",
    ),
    "process_gone": (
        "warning",
        "process {name} was last heard of {seen} ago and did not end in order",
        "if it should run, start it again; its work was taken over",
        "el proceso {name} no da señales desde hace {seen} y no terminó en orden",
        "si debe correr, arráncalo de nuevo; su trabajo ya lo tomaron otros",
    ),
    "workspace_refused": (
        "warning",
        "process {name} runs the earlier workspace: the latest change has {count} problems",
        "bot-runtime check",
        "el proceso {name} usa la versión anterior: el último cambio tiene {count} problemas",
        "bot-runtime check",
    ),
    "template_paused": (
        "warning",
        "the provider refuses template {template} on {channel}",
        "look at it in the provider's console; its messages wait",
        "el proveedor rechaza la plantilla {template} en {channel}",
        "mírala en la consola del proveedor; sus mensajes esperan",
    ),
    "campaign_paused": (
        "warning",
        "campaign {id} ({name}) stands still: {cause}",
        "bot-runtime campaign resume {id}, or cancel",
        "la campaña {id} ({name}) está detenida: {cause}",
        "bot-runtime campaign resume {id}, o cancel",
    ),
    "version_failed": (
        "warning",
        "version {number} of {dialog} was withdrawn by itself: more of its conversations failed than before",
        "bot-runtime versions {dialog}; mend it and publish again",
        "la versión {number} de {dialog} se retiró sola: fallaron más conversaciones que antes",
        "bot-runtime versions {dialog}; corrígela y publica de nuevo",
    ),
    "version_unfit": (
        "warning",
        "version {number} of {dialog} was withdrawn by itself: more answers to a question did not fit than before",
        "bot-runtime versions {dialog}; mend it and publish again",
        "la versión {number} de {dialog} se retiró sola: una pregunta recibió más respuestas que no sirven que antes",
        "bot-runtime versions {dialog}; corrígela y publica de nuevo",
    ),
    "store_may_lose": (
        "warning",
        "the store may lose its last writes at a power loss (sync: {fsync})",
        "set appendonly yes and appendfsync always where nothing may be lost",
        "el almacén puede perder lo último si se va la luz (sync: {fsync})",
        "pon appendonly yes y appendfsync always donde nada pueda perderse",
    ),
}
