"""`bot-runtime restore`: a backup becomes the store, and nothing that may have left since leaves by itself."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot_runtime.campaigns.service import Campaigns
from bot_runtime.cli.authoring import language_option, misuse
from bot_runtime.cli.backup import begin, told
from bot_runtime.cli.peopling import folder_argument, json_option, print_json
from bot_runtime.people.service import People
from bot_runtime.settings import Settings
from bot_runtime.store import restored
from bot_runtime.store.backups import BackupRefused, holds_data, opened, put_in_place, unpack
from bot_runtime.store.connection import Store
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.store.keys import Keys
from bot_runtime.store.processes import Processes
from bot_runtime.store.secret import store_keys
from bot_runtime.workspace import Workspace

BY_OWN_MEANS = "-"


@click.command("restore")
@click.argument("file", metavar="FILE|-")
@folder_argument
@click.option("--force", is_flag=True, help="Even where a store is kept already; that one is moved aside.")
@json_option
@language_option
def command(file: str, folder: Path, force: bool, as_json: bool, language: str | None) -> None:
    """Make FILE the embedded store of the workspace in DIR; nothing that may have left since leaves by itself.

    `-`: your own Redis or Valkey was restored by its own means; only hold what may have left.
    """
    workspace, settings, words = begin(folder, language, _WORDS)
    if (file == BY_OWN_MEANS) != bool(settings.store_url):
        misuse(words("own_store_restore" if settings.store_url else "needs_file"))
    work = _hold_only if file == BY_OWN_MEANS else _restore
    done = told(lambda: work(folder, Path(file), workspace, settings, force), words)
    if as_json:
        print_json(done)
        return
    click.echo(words("restored", **done))
    if done["aside"]:
        click.echo(words("aside", path=done["aside"]))
    if done["messages"]:
        click.echo(words("next_messages"))
    if done["campaigns"]:
        click.echo(words("next_campaigns", ids=" ".join(done["campaigns"])))


async def _restore(folder: Path, file: Path, workspace: Workspace, settings: Settings, force: bool) -> dict[str, Any]:
    real = EmbeddedStore(settings.data_dir)
    if holds_data(real) and not force:
        raise BackupRefused("not_empty", folder=real.folder)
    with real.reserved():  # else the server that runs there is found only at the end
        pass
    made = real.folder / "restoring"
    with opened(file) as (manifest, data):
        if manifest.brand != workspace.brand:
            raise BackupRefused("other_brand", brand=manifest.brand, ours=workspace.brand)
        if manifest.shards != settings.shards:
            raise BackupRefused("other_shards", shards=manifest.shards, ours=settings.shards)
        await asyncio.to_thread(unpack, data, made)
    store = await Store.connect(replace(settings, data_dir=str(made)))
    try:
        held = await _hold(store, workspace, settings, file.name, manifest.taken_at)
    finally:
        await store.close()
    aside = put_in_place(made, real, f"before-{held['at'].replace(':', '')}")
    return {**held, "aside": str(aside) if aside else None}


async def _hold_only(folder: Path, file: Path, workspace: Workspace, settings: Settings, force: bool) -> dict[str, Any]:
    store = await Store.connect(settings)
    try:
        processes = Processes(store, await store_keys(store, workspace.brand, settings.shards))
        alive = [one.name for one in await processes.all() if one.is_alive(processes.now_ms())]
        if alive and not force:
            raise BackupRefused("served", names=", ".join(alive))
        return {**await _hold(store, workspace, settings, "-", ""), "aside": None}
    finally:
        await store.close()


async def _hold(store: Store, workspace: Workspace, settings: Settings, name: str, taken_at: str) -> dict[str, Any]:
    """Keep all that may have left since the backup from leaving again, until somebody says so."""
    keys: Keys = await store_keys(store, workspace.brand, settings.shards)
    messages = await restored.hold_all(store, keys)
    paused = await Campaigns(store, keys, lambda: workspace).hold_restored()
    await store.command("DEL", keys.processes(), key=keys.processes())  # of another life
    facts = {"messages": messages, "campaigns": paused}
    await People(store, keys).note(None, "backup_restored", name, after={**facts, "taken_at": taken_at})
    return {**facts, "taken_at": taken_at, "at": store.clock.now().isoformat(timespec="seconds")}


_WORDS = {
    "es": {
        "own_store_restore": "el almacén es tuyo (BOT_STORE_URL): restáuralo por sus propios medios y luego, antes de "
        "arrancar el servidor: bot-runtime restore -",
        "needs_file": "di qué archivo restaurar; - es para un almacén propio (BOT_STORE_URL)",
        "no_backup": "{file} no es una copia hecha con bot-runtime backup",
        "damaged": "{file} está dañado: su suma no corresponde",
        "later": "{file} es de una versión posterior ({made_by}); usa esa versión",
        "other_brand": "la copia es de la marca '{brand}', este espacio de trabajo es '{ours}'",
        "other_shards": "la copia tiene {shards} partes: pon BOT_SHARDS={shards} (ahora {ours})",
        "not_empty": "en {folder} ya hay un almacén; --force lo aparta y pone la copia",
        "served": "un servidor usa el almacén ({names}): deténlo primero",
        "restored": "Restaurado (copia de {taken_at}). Mensajes retenidos: {messages}.",
        "aside": "El almacén anterior quedó en {path}.",
        "next_messages": "Míralos: bot-runtime outbox list --status unknown. "
        "Envíalos: bot-runtime outbox release restored.",
        "next_campaigns": "Campañas en pausa hasta que decidas (bot-runtime campaign resume ID): {ids}",
    },
    "en": {
        "own_store_restore": "the store is your own (BOT_STORE_URL): restore it by its own means, and then, before the "
        "server starts: bot-runtime restore -",
        "needs_file": "say which file to restore; - is for a store of your own (BOT_STORE_URL)",
        "no_backup": "{file} is no backup made by bot-runtime backup",
        "damaged": "{file} is damaged: its checksum does not fit",
        "later": "{file} is of a later version ({made_by}); use that one",
        "other_brand": "the backup is of brand '{brand}', this workspace is '{ours}'",
        "other_shards": "the backup has {shards} parts: set BOT_SHARDS={shards} (now {ours})",
        "not_empty": "{folder} holds a store already; --force moves it aside and puts the backup there",
        "served": "a server uses the store ({names}): stop it first",
        "restored": "Restored (backup of {taken_at}). Messages held: {messages}.",
        "aside": "The earlier store is in {path}.",
        "next_messages": "Look at them: bot-runtime outbox list --status unknown. "
        "Send them: bot-runtime outbox release restored.",
        "next_campaigns": "Campaigns that stand still until you decide (bot-runtime campaign resume ID): {ids}",
    },
}
