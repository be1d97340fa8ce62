"""`bot-runtime transcript`: a contact's session as a test of the workspace, redacted."""

import sys
from pathlib import Path

import click

from bot_runtime.cli.authoring import Words, language_option
from bot_runtime.cli.explain import address_of
from bot_runtime.cli.operating import Room, fail, in_room
from bot_runtime.cli.peopling import folder_argument, json_option, print_json


@click.command("transcript")
@click.argument("who", metavar="CONTACT")
@folder_argument
@click.option("--channel", help="The channel of the session; the one used last unless given.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the screen.")
@json_option
@language_option
def command(
    who: str, folder: Path, channel: str | None, output: Path | None, as_json: bool, language: str | None
) -> None:
    """Write the newest session of CONTACT as a transcript that takes the same path.

    Names, numbers, addresses and free texts are replaced; what the dialog's author wrote stays. CONTACT is a phone
    number, or the id of a contact, ticket or message. Exits 1 when the replay does not take the live session's path:
    then the places are told.
    """
    from bot_runtime.runtime.explain import Explaining
    from bot_runtime.runtime.recorded import NotRecorded, Recorded, Recordings

    async def work(room: Room) -> Recorded:
        words = Words(_WORDS, language or room.workspace.language)
        contact = await Explaining(room.store, room.keys, room.workspace).find(who, address_of(who, room.workspace))
        if contact is None:
            fail(words("nobody", who=who))
        if channel and channel not in room.workspace.channels:
            fail(words("no_channel", name=channel, known=", ".join(room.workspace.channels)))
        try:
            return await Recordings(room.store, room.keys, room.workspace).of(contact, channel or "")
        except NotRecorded as error:
            fail(words(error.code))

    found, words = in_room(folder, language, _WORDS, work)
    strays = [{"turn": turn, "what": what} for turn, what in found.recording.strays]
    text = found.written(words("comment", version=found.version[:12]))
    if output is not None:
        output.write_text(text, "utf-8")
    if as_json:
        print_json(
            {
                "dialog": found.dialog,
                "version": found.version,
                "channel": found.channel,
                "turns": len(found.recording.turns),
                "strays": strays,
                "transcript": text,
            }
        )
    else:
        if output is None:
            click.echo(text, nl=False)
        for stray in strays:
            click.echo(words("stray", **stray), err=True)
    sys.exit(1 if strays else 0)


_WORDS = {
    "es": {
        "nobody": "no hay un contacto '{who}'",
        "no_channel": "no hay un canal '{name}'; hay: {known}",
        "no_session": "el contacto no ha tenido ninguna sesión ahí",
        "no_beginning": "el diario ya no llega hasta el comienzo de la sesión",
        "no_version": "el almacén ya no tiene la versión del diálogo con que empezó la sesión",
        "comment": "Sesión real, sin nombres ni números; versión del diálogo {version}.",
        "stray": "turno {turn}: la sesión real no siguió el camino de la repetición ({what})",
    },
    "en": {
        "nobody": "there is no contact '{who}'",
        "no_channel": "there is no channel '{name}'; there are: {known}",
        "no_session": "the contact has had no session there",
        "no_beginning": "the journal no longer reaches back to the session's beginning",
        "no_version": "the store no longer has the dialog version that the session began with",
        "comment": "A real session, without names or numbers; dialog version {version}.",
        "stray": "turn {turn}: the real session did not take the replay's path ({what})",
    },
}
