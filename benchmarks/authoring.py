"""How quickly dialogs are checked and loaded, and what they weigh: `python -m benchmarks.authoring [--keep]`.

Everything is measured in a process of its own that has read a small workspace before (the start is not counted), in CPU
time: the machine's other work does not count. `--keep` writes the figures into benchmarks/RESULTS.md.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.campaign_report import commit, keep, line

MARKS = BEGIN, END = "<!-- authoring -->", "<!-- /authoring -->"
STATES = 500
DIALOGS = 1_000
STATES_EACH = 12  # as many as the examples have
ROUNDS = 2
BOT = """\
brand: bench
language: es
close_reasons: [listo]
departments: [ventas]
channels:
  wa: { provider: whatsapp, phone_number_id: "1", app_secret: x, verify_token: x, token: x }
  sms: { provider: twilio, number: "+525500000000", account_sid: AC1, auth_token: x }
"""
HEAD = """\
dialog: {name}
language: es
retry: {{ attempts: 3, goto: persona }}
starts: {{ keywords: [{name}] }}
needs: {{ nombre: text, monto: {{ type: number, example: 120 }} }}
states:
"""
# Each kind of state in turn; `{{{{` is a brace of the dialog's own.
KINDS = (
    """\
  e{at}:
    ask: "Hola {{{{ nombre | first }}}}, ¿qué prefieres en el paso {at} de {name}?"
    menu:
      - {{ label: Pagar hoy, goto: {to} }}
      - {{ label: Otro día, synonyms: [luego, después] }}
      - Ninguna
    save: opcion_{at}
    goto: {to}
""",
    """\
  e{at}:
    say: Paso {at} de {{{{ monto }}}} en {name}
    set: {{ total_{at}: monto * {at} }}
    when:
      - {{ if: total_{at} > 100 and not empty(nombre), goto: {to} }}
      - {{ else: persona }}
""",
    """\
  e{at}:
    ask: ¿Qué día harás tu pago? Paso {at} de {name}.
    answer: {{ type: date, mask: dd/mm/yyyy, min: today() }}
    save: fecha_{at}
    retry: {{ say: ["No entendí la fecha.", "Escribe por ejemplo 15/03."], attempts: 2 }}
    goto: {to}
""",
    """\
  e{at}:
    ask: ¿Cuántas visitas hiciste, {{{{ nombre }}}}?
    answer: {{ type: number, min: 0, max: 60 }}
    save: visitas_{at}
    response_timeout: 30m
    goto: {to}
""",
    """\
  e{at}:
    say: ["Gracias por contarlo, {{{{ nombre }}}}.", "Seguimos con lo demás de {name}."]
    goto: {to}
""",
)
TAIL = """\
  persona: { say: Te comunico., handoff: ventas }
  gracias: { say: Gracias., close: listo }
  timeout: { close: listo }
anywhere:
  - { words: [menú, inicio], goto: e0 }
  - { words: [agente], goto: persona }
"""


def dialog(name: str, states: int) -> str:
    """A dialog of so many states without a problem, with a bit of everything."""
    last = states - 4  # besides the three that every dialog ends with
    middle = "".join(
        KINDS[at % len(KINDS)].format(at=at, name=name, to=f"e{at + 1}" if at < last else "gracias")
        for at in range(states - 3)
    )
    return HEAD.format(name=name) + middle + TAIL


def workspace(root: Path, dialogs: int, states: int) -> Path:
    (root / "dialogs").mkdir(parents=True)
    (root / "bot.yaml").write_text(BOT)
    for number in range(dialogs):
        (root / "dialogs" / f"d{number}.yaml").write_text(dialog(f"d{number}", states))
    return root


def measure(dialogs: int, states: int) -> dict[str, float]:
    """The best of some rounds, each in a process of its own: a loaded machine only ever adds."""
    with tempfile.TemporaryDirectory() as folder:
        root = workspace(Path(folder) / "bench", dialogs, states)
        small = workspace(Path(folder) / "small", 1, 10)
        rounds = [_once(small, root) for _ in range(ROUNDS)]
    return {key: min(one[key] for one in rounds) for key in rounds[0]}


def _once(small: Path, root: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.authoring", "--inside", str(small), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def inside(small: Path, root: Path) -> dict[str, float]:
    """What one process measures of itself."""
    import resource
    import time

    from bot_runtime.workspace import load_workspace

    assert load_workspace(small, {}).problems == []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    loaded = load_workspace(root, {})
    took = time.process_time() - began
    assert loaded.problems == [], loaded.problems[0].line()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"s": took, "mib": (after - before) / 1024}


def section(figures: Mapping[str, Any]) -> str:
    linear = figures["double_s"] / figures["big_s"]
    lines = [
        BEGIN,
        "## Checking and loading dialogs",
        "",
        f"Written by `make benchauthoring` on {datetime.now(UTC):%Y-%m-%d}, at commit {commit()}; CPU time.",
        "",
        "| what | measured | aim |",
        "| --- | --- | --- |",
        line(f"`check` of a dialog of {STATES} states, after the start", figures["big_s"], "s", 0.5),
        line("twice the states take so many times as long", linear, "×", 2.5),
        line(f"{DIALOGS:,} dialogs of {STATES_EACH} states checked and loaded", figures["many_s"], "s", 5),
        line("memory of those, their sources included", figures["many_mib"], "MiB", 200),
        END,
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    if "--inside" in sys.argv:
        print(json.dumps(inside(*map(Path, sys.argv[2:4]))))
        return
    big, double, many = measure(1, STATES), measure(1, 2 * STATES), measure(DIALOGS, STATES_EACH)
    figures = {"big_s": big["s"], "double_s": double["s"], "many_s": many["s"], "many_mib": many["mib"]}
    text = section(figures)
    print(text)
    if "--keep" in sys.argv:
        keep(text, *MARKS)


if __name__ == "__main__":
    main()
