"""What click says of a wrong command line, and the list of commands, in Spanish.

click asks gettext for each of its sentences, and gettext wants compiled files. Here it asks us: who has a Spanish
terminal gets the sentence below, everybody else click's own.
"""

import errno
import os
from types import ModuleType

from click import core, decorators, exceptions, formatting, parser, types

from bot_runtime.cli.terminal import terminal_language

SAID = {
    "Usage:": "Uso:",
    "Options": "Opciones",
    "Commands": "Comandos",
    "Show this message and exit.": "Muestra esta ayuda y termina.",
    "Show the version and exit.": "Muestra la versión y termina.",
    "default: {default}": "si no se dice: {default}",
    "Aborted!": "Interrumpido.",
    "Error: {message}": "Error: {message}",
    "Try '{command} {option}' for help.": "La ayuda está en '{command} {option}'.",
    "Invalid value: {message}": "Valor incorrecto: {message}",
    "Invalid value for {param_hint}: {message}": "Valor incorrecto de {param_hint}: {message}",
    "Missing argument": "Falta el argumento",
    "Missing option": "Falta la opción",
    "Missing command.": "Falta el comando.",
    "No such option {name!r}.": "No existe la opción {name!r}.",
    "No such command {name!r}.": "No existe el comando {name!r}.",
    "Did you mean {possibility}?": "¿Quisiste decir {possibility}?",
    "(Did you mean one of: {possibilities}?)": "¿Quisiste decir uno de estos? {possibilities}",
    "Option {name!r} requires an argument.": "A la opción {name!r} le falta su valor.",
    "Option {name!r} requires {nargs} arguments.": "La opción {name!r} lleva {nargs} valores.",
    "Option {name!r} does not take a value.": "La opción {name!r} no lleva valor.",
    "Got unexpected extra argument ({args})": "Sobra un argumento ({args})",
    "Got unexpected extra arguments ({args})": "Sobran argumentos ({args})",
    "Choose from:\n\t{choices}": "Elige entre:\n\t{choices}",
    "{value!r} is not {choice}.": "{value!r} no es {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} no es ninguno de {choices}.",
    "{value!r} is not a valid {number_type}.": "{value!r} no es un número de los que van aquí.",
    "{value} is not in the range {range}.": "{value} está fuera de {range}.",
    "{value!r} does not match the format {format}.": "{value!r} no tiene la forma {format}.",
    "{value!r} does not match the formats {formats}.": "{value!r} no tiene ninguna de las formas {formats}.",
    "{name} {filename!r} does not exist.": "{filename!r} no existe.",
    "{name} {filename!r} is a file.": "{filename!r} es un archivo; va una carpeta.",
    "{name} {filename!r} is a directory.": "{filename!r} es una carpeta; va un archivo.",
    "{name} {filename!r} is not readable.": "{filename!r} no se puede leer.",
    "{name} {filename!r} is not writable.": "{filename!r} no se puede escribir.",
    "there is no folder '{folder}'": "no existe la carpeta '{folder}'",
    "expected a folder and a dialog, got {places}": "van una carpeta y un diálogo; llegó {places}",
    "expected at most {most} names and a folder, got {places}": (
        "van a lo más {most} nombres y una carpeta; llegó {places}"
    ),
    "expected the name of a dialog before the folder, got {places}": (
        "va el nombre de un diálogo antes de la carpeta; llegó {places}"
    ),
    "--no-advice and --advice-only leave nothing to say": "con --no-advice y --advice-only no queda nada que decir",
    "--watch runs a whole workspace and prints what it finds": (
        "--watch corre el espacio de trabajo entero y muestra lo que encuentra"
    ),
    "one workspace at a time": "un espacio de trabajo a la vez",
    "{name}: a drawing is written as .svg, .dot or Mermaid's text": (
        "{name}: un dibujo se guarda como .svg, .dot o texto de Mermaid"
    ),
    "say --option CODE, or --new-option LABEL [--goto STATE]": (
        "di --option CÓDIGO, o --new-option ETIQUETA [--goto ESTADO]"
    ),
    "'{written}' is none of {known}": "'{written}' no es ninguno de {known}",
    "an answer of type {kind} takes no --{option}": "una respuesta de tipo {kind} no lleva --{option}",
    "{kind} needs at least one --option": "{kind} necesita por lo menos una --option",
    "'{mask}' is no order of day, month and year; write it as dd/mm/yyyy": (
        "'{mask}' no es un orden de día, mes y año; escríbelo como dd/mm/yyyy"
    ),
    "there is no validator '{name}'; there are: {known}": "no hay un validador '{name}'; los que hay son: {known}",
    "--{name}: '{written}' is no {kind}": "--{name}: '{written}' no es de tipo {kind}",
    "pattern needs --pattern": "pattern necesita --pattern",
    "'{text}' is no whole number": "'{text}' no es un número entero",
    "--with is written NAME=VALUE, not '{wrong}'": "--with se escribe NOMBRE=VALOR, no '{wrong}'",
    "the braces of the text lead nowhere ({code})": "las llaves del texto no llevan a nada ({code})",
    os.strerror(errno.ENOENT): "no existe el archivo o la carpeta",
    os.strerror(errno.EACCES): "no hay permiso",
    os.strerror(errno.EISDIR): "es una carpeta",
    os.strerror(errno.ENOTDIR): "una parte del camino no es una carpeta",
    os.strerror(errno.EROFS): "ahí no se puede escribir",
    os.strerror(errno.ENOSPC): "el disco está lleno",
}
"""A sentence of click's, the system's, or of our own on misuse → in Spanish; a test looks for each where it is said."""

ABOUT = {
    "dev": "Corre un espacio de trabajo con proveedores simulados y una página de teléfonos.",
    "serve": "Corre el servidor de un espacio de trabajo.",
    "init": "Crea un espacio de trabajo.",
    "check": "Informa de todos los problemas de un espacio de trabajo.",
    "play": "Conversa con un diálogo en la terminal.",
    "test": "Corre las transcripciones de un espacio de trabajo.",
    "graph": "Dibuja un diálogo.",
    "schema": "Muestra el JSON Schema de los archivos de un espacio de trabajo.",
    "export": "Muestra un diálogo tal como corre, también versiones anteriores.",
    "publish": "Hace que las conversaciones nuevas empiecen con un diálogo tal como está.",
    "versions": "Lista las versiones publicadas de un diálogo, y quién está en cada una.",
    "diff": "Compara dos versiones de un diálogo por estados y textos.",
    "rollback": "Publica de nuevo una versión anterior de un diálogo.",
    "promote": "Deja la versión a prueba para todas las conversaciones nuevas.",
    "withdraw": "Termina la prueba de una versión.",
    "unexpected": "Agrupa las respuestas que no encajaron en ninguna pregunta; con `accept` el bot las entiende.",
    "transcript": "Escribe la sesión de un contacto como prueba, sin nombres ni números.",
    "user": "Añade, lista, cambia y cierra el acceso a las personas que entran.",
    "ticket": "Lista, muestra y cierra las conversaciones que atienden personas.",
    "event": "Avisa a la sesión de un contacto que algo pasó afuera.",
    "key": "Crea, lista y revoca claves de API.",
    "validate-list": "Encuentra todo lo que está mal en una lista de destinatarios.",
    "sample-list": "Escribe la hoja que se llena para una plantilla.",
    "template": "Lista las plantillas; pregunta al proveedor cuáles están aprobadas.",
    "campaign": "Crea, lanza, pausa y cuenta campañas.",
    "status": "Dice qué anda mal, qué hacer y cómo está todo.",
    "explain": "Dice por qué algo se envió, se decidió o no.",
    "outbox": "Lista los mensajes sin resolver, los reenvía o los cierra; retiene y libera canales.",
    "dead-letters": "Lista, muestra, repite y quita eventos que no pudieron atenderse.",
    "audit": "Dice quién cambió qué.",
    "backup": "Copia el almacén incluido en un archivo.",
    "restore": "Vuelve a poner una copia como almacén; nada sale dos veces.",
    "prove": "Mata servidores propios para probar las promesas de entrega.",
    "recognize": "Dice qué significa un texto como respuesta.",
    "sms": "Cuenta lo que cuesta un texto como SMS.",
}
"""What each command does, as in the list of `--help`."""


def in_spanish() -> bool:
    return terminal_language() == "es"


def said(sentence: str, **facts: object) -> str:
    """`sentence` in the terminal's language, filled with `facts`; without any it is click that fills it."""
    spoken = SAID.get(sentence, sentence) if in_spanish() else sentence
    return spoken.format(**facts) if facts else spoken


def counted(one: str, many: str, number: int) -> str:
    return said(one if number == 1 else many)


def teach_click() -> None:
    modules: tuple[ModuleType, ...] = (core, decorators, exceptions, formatting, parser, types)
    for module in modules:
        for name, ours in (("_", said), ("ngettext", counted)):
            if hasattr(module, name):
                setattr(module, name, ours)
