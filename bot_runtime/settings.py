"""Everything an operator may set, read once at start-up from `BOT_…` variables and a `.env`."""

import difflib
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from bot_runtime.errors import SettingError

PREFIX = "BOT_"


def whole(least: int, most: int) -> msgspec.Meta:
    """The limits of a whole number."""
    return msgspec.Meta(ge=least, le=most)


def setting(default: Any, help: str) -> Any:
    """A field of `Settings`: its default, and the sentence an operator reads about it (none: not for operators)."""
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class Settings:
    """What an operator may set, read once at start-up; README's table is printed from here."""

    store_url: str = setting("", "Redis or Valkey URL; empty: the embedded one, in data_dir")
    data_dir: str = setting(
        ".bot-data", "Folder of the embedded store, by default in the workspace; one server a folder"
    )
    embedded_sync: Literal["always", "everysec", "no"] = setting(
        "always", "When the embedded store syncs to disk; only `always` loses nothing at a crash"
    )
    host: str = setting("127.0.0.1", "Address to listen on")
    port: Annotated[int, whole(0, 65535)] = setting(8080, "Port to listen on; 0: any free one")
    public_url: str = setting("", "Where providers reach this server, as https://bot.example.com")
    trusted_proxies: str = setting(
        "", "Addresses of proxies in front, with commas; their X-Forwarded-For says who logs in"
    )
    connections: Annotated[int, whole(16, 65535)] = setting(
        2048, "HTTP connections a process holds at most, a quarter of them from one address (trusted proxies: all)"
    )
    workers: Annotated[int, whole(1, 256)] = setting(1, "Processes that serve; one a core at most")
    role: Literal["web", "worker", "all"] = setting("all", "What this process does: answer HTTP, run turns, or both")
    drain_s: Annotated[int, whole(0, 3600)] = setting(25, "Seconds that SIGTERM lets started work finish")
    lease_s: Annotated[int, whole(1, 3600)] = setting(15, "Seconds after which a silent worker's work is taken over")
    shards: Annotated[int, whole(1, 4096)] = setting(
        64, "Parts the store is split into; fixed when a store is first used"
    )
    duplicate_from: Literal["completed", "ended", "any"] = setting(
        "completed", "Campaigns that may be duplicated: the completed, all that ended, or any"
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting("info", "Least severity that is logged")
    log_format: Literal["console", "json"] = setting("console", "How log lines are written")
    replica_acks: Annotated[int, whole(0, 5)] = setting(
        0, "Replicas that must have a message before its webhook gets a 2xx or it is sent; too few: 503"
    )
    spool_mib: Annotated[int, whole(0, 1_048_576)] = setting(
        256, "MiB in data_dir for what comes in while the store is away, where the provider sends it once only (SMS)"
    )
    files_dir: str = setting(
        "", "Folder of files that contacts send; empty: in data_dir. Several machines need one folder between them"
    )
    files_mib: Annotated[int, whole(0, 1_048_576)] = setting(
        10_240, "MiB of files that contacts send, all together; what comes beyond is refused"
    )
    files_days: Annotated[int, whole(1, 36_500)] = setting(365, "Days that a file a contact sent is kept")
    test_clock: bool = setting(False, "Let POST /test/clock move time; never where real contacts write")
    local_services: bool = setting(False, "")  # given by `dev`: dialogs may call services on this machine
    worker_number: int = setting(0, "")  # given to the processes of `--workers`: which of them this is
    supervisor_fd: int = setting(-1, "")  # given to the processes of `--workers`: it ends when their supervisor does


def read_settings(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    """Settings from `BOT_…` variables; the environment wins over the file `dotenv` (which may be missing).

    Unknown `BOT_…` names are warned about, not refused: another version's setting must not stop the start.

    Raises:
        SettingError: a value is not of its setting's kind; names the variable, never the other values.
    """
    given: dict[str, str] = {}
    if dotenv is not None and dotenv.is_file():
        from dotenv import dotenv_values  # 20 ms, and only where there is a file

        try:
            values_there = dotenv_values(dotenv, interpolate=False)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
            raise SettingError(f"{dotenv}: cannot be read: {why}") from error
        given.update({name: value for name, value in values_there.items() if value is not None})
    given.update(os.environ if environ is None else environ)
    known = {PREFIX + each.name.upper(): each for each in fields(Settings)}
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name in known:
            values[known[name].name] = _converted(name, text, known[name].type)
        elif name.startswith(PREFIX):
            close = difflib.get_close_matches(name, known, n=1)
            warnings.warn(f"unknown setting {name}" + (f"; did you mean {close[0]}?" if close else ""), stacklevel=2)
    return Settings(**values)


def settings_of(workspace: Path) -> Settings:
    """The settings for the workspace in this folder: its `.env` counts, and its data is kept inside it unless set."""
    settings = read_settings(dotenv=workspace / ".env")
    if settings.data_dir == Settings.data_dir:
        return replace(settings, data_dir=str(workspace / settings.data_dir))
    return settings


def _converted(name: str, text: str, kind: Any) -> Any:
    limits = get_args(kind)[1] if get_origin(kind) is Annotated else None
    plain = get_args(kind)[0] if limits else kind
    expected = " or ".join(get_args(plain)) if get_origin(plain) is Literal else plain.__name__
    try:
        value = msgspec.convert(text, plain, strict=False)
        if limits and not limits.ge <= value <= limits.le:
            expected += f" from {limits.ge} to {limits.le}"
            raise msgspec.ValidationError
    except msgspec.ValidationError:
        raise SettingError(f"{name}: expected {expected}, got {text!r}") from None
    return value


def settings_table() -> str:
    """README's table of settings, in Markdown."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for each in fields(Settings):
        if not each.metadata["help"]:
            continue
        default = str(each.default).lower() if isinstance(each.default, bool) else str(each.default)
        rows.append(
            f"| `{PREFIX}{each.name.upper()}` | {f'`{default}`' if default else ''} | {each.metadata['help']} |"
        )
    return "\n".join(rows) + "\n"
