"""`bot-runtime promote`: let every new session begin on the version on trial."""

import click

from bot_runtime.cli.going_live import Asked, change_live, live_options
from bot_runtime.cli.publishing import OPERATOR


@click.command()
@live_options
def command(asked: Asked) -> None:
    """Let every new session of DIALOG begin on the version on trial."""
    change_live(asked, lambda publishing: publishing.promote(asked.name, by=OPERATOR, choice=asked.choice))
