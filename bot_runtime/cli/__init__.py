"""The command line. Commands load when called, so that `--help` stays quick."""

import os
import warnings
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from bot_runtime import __version__
from bot_runtime.cli import spanish

# name → (module below bot_runtime.cli, one line of help). Each module holds `command`.
COMMANDS = {
    "dev": ("dev", "Run a workspace with fake providers and a phone page."),
    "serve": ("serve", "Run a workspace's server."),
    "init": ("init", "Make a new workspace."),
    "check": ("check", "Report every problem of a workspace."),
    "play": ("play", "Talk to a dialog in the terminal."),
    "test": ("test", "Run a workspace's transcripts."),
    "graph": ("graph", "Draw a dialog."),
    "schema": ("schema", "Print the JSON Schema of a workspace's files."),
    "export": ("export", "Print a dialog as it runs, older versions too."),
    "publish": ("publish", "Let new conversations begin on a dialog as it is now."),
    "versions": ("versions", "List a dialog's published versions, and who is in each."),
    "diff": ("diff", "Compare two versions of a dialog as states and texts."),
    "rollback": ("rollback", "Publish an old version of a dialog again."),
    "promote": ("promote", "Let every new conversation begin on the version on trial."),
    "withdraw": ("withdraw", "End the trial of a version."),
    "unexpected": ("unexpected", "List the answers that fitted no question; teach the bot to understand them."),
    "transcript": ("transcript", "Write a contact's session down as a test that names nobody."),
    "user": ("user", "Add, list, change and shut out the people who log in."),
    "ticket": ("ticket", "List, show and close the conversations people have."),
    "event": ("event", "Tell a contact's session that something happened outside."),
    "key": ("key", "Make, list and revoke API keys."),
    "validate-list": ("validate_list", "Find everything wrong with a recipient list."),
    "sample-list": ("sample_list", "Write the spreadsheet to fill in for a template."),
    "template": ("template", "List templates; ask the provider which are approved."),
    "campaign": ("campaign", "Make, launch, pause and count campaigns."),
    "status": ("status", "Say what is wrong, what to do, and how everything is."),
    "explain": ("explain", "Say why something was sent, decided, or not."),
    "outbox": ("outbox", "List unsettled messages, send them again or close them; hold and release channels."),
    "dead-letters": ("dead_letters", "List, show, replay and drop events that could not be answered."),
    "audit": ("audit", "Say who changed what."),
    "backup": ("backup", "Copy the embedded store into one file."),
    "restore": ("restore", "Make a backup the store again; nothing leaves twice."),
    "prove": ("prove", "Kill servers of its own to prove the delivery promises."),
    "recognize": ("recognize", "Say what a text means as an answer."),
    "sms": ("sms", "Count what a text costs as SMS."),
}


spanish.teach_click()


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"bot_runtime.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        wanted = args[0]
        if wanted in COMMANDS or wanted.startswith("-"):
            return super().resolve_command(ctx, args)
        sentence = spanish.said("No such command {name!r}.", name=wanted)
        if near := get_close_matches(wanted, COMMANDS, 1):
            sentence += " " + spanish.said("Did you mean {possibility}?", possibility=repr(near[0]))
        raise click.UsageError(sentence, ctx)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.filename is None:  # no file that somebody named: ours to find
                raise
            click.echo(f"{os.fsdecode(error.filename)}: {spanish.said(error.strerror or '')}", err=True)
            ctx.exit(2)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(spanish.said("Commands")):
            spoken = spanish.ABOUT if spanish.in_spanish() else {}
            formatter.write_dl([(name, spoken.get(name, about)) for name, (_, about) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bot-runtime")
def main() -> None:
    """Conversations in YAML, over WhatsApp and SMS."""
    warnings.formatwarning = lambda message, *_: f"{message}\n"  # people read it: not where in our code it was said
