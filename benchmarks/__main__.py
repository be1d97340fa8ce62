"""`make bench`: every variant in every round, then single figures. Table and JSON go to benchmarks/results/.

Bounded in time and only on loopback. Let nothing else run meanwhile. `--keep` also writes benchmarks/RESULTS.md.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import campaign_report, lists, report, workload
from benchmarks.load import measure, play, wait_until_stored
from benchmarks.processes import CPUS, OTHER_CPUS, SERVER_CPU, free_port, running
from benchmarks.single import answers, contact_bytes, help_s, pure_turn_us, ready_s, server_env
from benchmarks.valkey import Valkey, valkey
from benchmarks.variants import VARIANTS, Variant

HERE = Path(__file__).parent
WARM_UP = 60
WARM_UP_FROM = 600_000  # contacts that the measured ones are not among
STEADY_RATE = 200
MID_SURVEY = 1000  # contacts, at most: their replies have to be sent


def main() -> None:
    options = arguments()
    os.environ |= {"BENCH_APP_SECRET": workload.APP_SECRET, "BENCH_API_BASE": "http://127.0.0.1:9"}
    chosen = [each for each in VARIANTS if not options.only or each.name in options.only.split(",")]
    rounds: report.Rounds = []
    single: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with valkey(folder) as store:
            for number in range(options.rounds):
                rounds.append({})
                for variant in chosen:
                    rounds[-1][variant.name] = attempt(lambda v=variant: one(v, store, folder, options.contacts))
                    print(
                        f"{number + 1}/{options.rounds} {variant.name}: {short(rounds[-1][variant.name])}", flush=True
                    )
            if not options.only:
                single["contact_bytes"] = attempt(
                    lambda: in_mid_survey(store, folder, min(options.contacts, MID_SURVEY))
                )
        if not options.only:
            single["pure_turn_us"] = attempt(pure_turn_us)
            single["help_s"] = attempt(help_s)
            single["ready_s"] = attempt(lambda: ready_s(folder, free_port()))
            single["list"] = attempt(lambda: lists.against_bare(folder, options.list_rows))
    save(report.facts(options.contacts, options.rounds, len(CPUS)), rounds, single, keep=options.keep)
    failed = any("error" in figures for each in rounds for figures in each.values())
    sys.exit(1 if failed else 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--contacts", type=int, default=2000, help="contacts a variant, six messages each (2000)")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (5)")
    parser.add_argument("--quick", action="store_const", const=True, help="one round of 300 contacts: to try it out")
    parser.add_argument("--only", help="names of variants, with commas between; the base `c` is then up to you")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/RESULTS.md too")
    options = parser.parse_args()
    options.list_rows = 5_000 if options.quick else lists.ROWS
    if options.quick:
        options.contacts, options.rounds = 300, 1
    return options


def one(variant: Variant, store: Valkey, folder: Path, contacts: int) -> dict[str, Any]:
    """One variant in one round: started on an empty store, warmed up, measured, ended."""
    store.forget()
    store.sync(variant.sync)
    port = free_port()
    requests, warm_up = folder / f"{variant.form}-{contacts}.bin", folder / f"{variant.form}-warm-up.bin"
    workload.write(variant.form, contacts, requests)
    workload.write(variant.form, WARM_UP, warm_up, first=WARM_UP_FROM)
    log = folder / f"{variant.name.replace(' ', '-')}.log"
    env = server_env(store, folder)
    with running(variant.command(port), lambda: accepts(port), cpus=SERVER_CPU, log=log, env=env) as server:
        play(folder, warm_up, port)
        if variant.replies:
            wait_until_stored(variant, store)
        expected = contacts * workload.ROUNDS
        figures = measure(variant, server.pid, store, folder, requests, port, expected)
        if "turn_failed" in log.read_text(errors="replace"):
            raise RuntimeError(f"{variant.name}: turns failed, see its log")
        if variant.name == report.OURS:
            workload.write(variant.form, 200, requests, first=700_000)
            steady = measure(variant, server.pid, store, folder, requests, port, 200 * workload.ROUNDS, STEADY_RATE)
            figures |= {
                "open_p50_ms": steady["p50_ms"],
                "open_p99_ms": steady["p99_ms"],
                "open_cpu_us": steady["cpu_us"],
            }
    return figures


def in_mid_survey(store: Valkey, folder: Path, contacts: int) -> dict[str, float]:
    store.sync("everysec")
    stub = free_port()
    command = [sys.executable, "-m", "benchmarks.stub", str(stub)]
    with running(command, lambda: answers(stub), cpus=OTHER_CPUS, log=folder / "stub.log"):
        return contact_bytes(store, folder, free_port(), stub, contacts)


def attempt(what: Callable[[], Any]) -> Any:
    """What it gives, or why it failed: a missing figure is reported, not hidden."""
    try:
        return what()
    except Exception as error:
        return {"error": str(error)}


def short(figures: dict[str, Any]) -> str:
    if "error" in figures:
        return figures["error"]
    return f"{figures['cpu_us']} µs a message, {figures['per_core']}/s per core, p99 {figures['p99_ms']} ms"


def save(facts: dict[str, Any], rounds: report.Rounds, single: dict[str, Any], *, keep: bool) -> None:
    text = report.page(facts, rounds, single)
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    (results / "results.json").write_text(json.dumps({"facts": facts, "rounds": rounds, "single": single}, indent=1))
    (results / "results.md").write_text(text)
    if keep:
        known = campaign_report.RESULTS
        for section in campaign_report.kept(known.read_text() if known.exists() else ""):
            begin, *_, end = section.splitlines()
            text = campaign_report.with_section(text, section, begin, end)
        known.write_text(text)
    print("\n" + text)


def accepts(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 0.2):
        return True


if __name__ == "__main__":
    main()
