"""`bot-runtime rollback`: publish an old version of a dialog again, in one step."""

import click

from bot_runtime.cli.going_live import Asked, change_live, live_options
from bot_runtime.cli.publishing import OPERATOR


@click.command()
@click.option("--to", type=click.IntRange(min=1), help="The version to publish again; without it, the one before.")
@click.option("--note", default="", help="Why; it is kept with the version.")
@live_options
def command(asked: Asked, to: int | None, note: str) -> None:
    """Publish an old text of DIALOG again, under a new number. The folder keeps what it says."""
    change_live(
        asked,
        lambda publishing: publishing.roll_back(asked.name, by=OPERATOR, to=to or 0, note=note, choice=asked.choice),
    )
