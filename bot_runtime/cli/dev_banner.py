"""What `bot-runtime dev` prints: where the phone page is, what to write there, and what is wrong with the files."""

from collections.abc import Mapping, Sequence

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot_runtime import __version__
from bot_runtime.devtools.town import Town
from bot_runtime.workspace import Loaded, Workspace

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "page": "Phones",
        "inbox": "Inbox",
        "campaigns": "Campaigns",
        "log_in": "{name} · password {password}",
        "people": "{names}, and {count} simulated people who answer",
        "files": "Workspace",
        "dialogs": "What to write",
        "anything": "anything",
        "template": "receive template {name}",
        "phones": "Your phones",
        "hint": "Edit a file and it runs at once. Ctrl-C stops; the chats stay.",
        "loaded": "Loaded the changes.",
        "refused": "Refused the changes; the version before runs on:",
        "secrets": "{count} secrets were not set; the fake providers use made-up ones.",
    },
    "es": {
        "page": "Teléfonos",
        "inbox": "Bandeja",
        "campaigns": "Campañas",
        "log_in": "{name} · contraseña {password}",
        "people": "{names} y {count} personas simuladas que contestan",
        "files": "Espacio",
        "dialogs": "Qué escribir",
        "anything": "cualquier cosa",
        "template": "recibir la plantilla {name}",
        "phones": "Tus teléfonos",
        "hint": "Edita un archivo y corre al instante. Ctrl-C detiene; los chats se quedan.",
        "loaded": "Cambios cargados.",
        "refused": "Cambios rechazados; sigue la versión anterior:",
        "secrets": "Faltan {count} secretos; los proveedores simulados usan inventados.",
    },
}


def show(town: Town, loaded: Loaded, language: str, console: Console | None = None) -> None:
    """The banner, then the files' warnings. `loaded` is the workspace as it was first read."""
    console = console or Console(highlight=False)
    texts = _texts(language)
    workspace: Workspace = town.server.workspace
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", justify="right")
    facts.add_column()
    facts.add_row(texts["page"], Text(town.page, style=f"bold underline link {town.page}"))
    inbox, campaigns = f"{town.url}/console/inbox", f"{town.url}/console/campaigns"
    facts.add_row(texts["inbox"], Text(inbox, style=f"underline link {inbox}"))
    facts.add_row(texts["campaigns"], Text(campaigns, style=f"underline link {campaigns}"))
    for one in town.first_start.made.log_ins:
        facts.add_row(one.display, texts["log_in"].format(name=one.name, password=one.password))
    facts.add_row(texts["files"], str(workspace.root))
    phones = town.fakes.world.phones.values()
    names, count = ", ".join(one.name for one in phones if not one.simulated), sum(one.simulated for one in phones)
    facts.add_row(texts["phones"], texts["people"].format(names=names, count=count) if count else names)
    shown = Group(facts, Text(), _dialogs(workspace, texts), Text(), Text(texts["hint"], style="dim"))
    title = f"[bold]{workspace.brand}[/] [dim]· bot-runtime {__version__}[/]"
    console.print(Panel(shown, title=title, title_align="left", border_style="green", padding=(1, 2), expand=False))
    unset = [problem for problem in loaded.problems if problem.code == "unset_variable"]
    for problem in loaded.problems:
        if problem not in unset:
            console.print(Text(problem.line(language), style="yellow"))
    if unset:
        console.print(Text(texts["secrets"].format(count=len(unset)), style="dim"))


def show_change(problems: Sequence[str], language: str, console: Console | None = None) -> None:
    """One line for a good change; the problems of a refused one."""
    console = console or Console(highlight=False)
    texts = _texts(language)
    if not problems:
        console.print(Text(f"✓ {texts['loaded']}", style="green"))
        return
    console.print(Text(f"✗ {texts['refused']}", style="red"))
    for problem in problems:
        console.print(Text(f"  {problem}"))


def _dialogs(workspace: Workspace, texts: Mapping[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    table.add_column(texts["dialogs"], style="bold green")
    table.add_column()
    for dialog in workspace.dialogs.values():
        ways = list(dialog.starts.keywords)
        if dialog.starts.default or workspace.default_dialog == dialog.name:
            ways.append(f"({texts['anything']})")
        if dialog.starts.template:
            ways.append(f"({texts['template'].format(name=dialog.starts.template)})")
        table.add_row(", ".join(ways), dialog.title or dialog.name)
    return table


def _texts(language: str) -> Mapping[str, str]:
    return TEXTS["es" if language.startswith("es") else "en"]
