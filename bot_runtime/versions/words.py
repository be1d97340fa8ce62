"""What keeps a dialog from being published, for people."""

from bot_runtime.versions.rules import Refused

RULES: dict[str, tuple[str, str]] = {  # code: English, Spanish
    "unknown_dialog": (
        "there is no dialog '{name}'; the dialogs are: {known}",
        "no hay un diálogo '{name}'; los diálogos son: {known}",
    ),
    "other_name": ("the text is of dialog '{got}', not of '{name}'", "el texto es del diálogo '{got}', no de '{name}'"),
    "errors": (
        "the text has {count} errors; what is published stays",
        "el texto tiene {count} errores; lo publicado sigue",
    ),
    "same": ("version {number} says just this already", "la versión {number} ya dice exactamente esto"),
    "nothing_live": (
        "nothing is published yet to compare a trial with; publish to everybody first",
        "aún no hay nada publicado con qué comparar una prueba; publica primero para todos",
    ),
    "never_published": ("this dialog was never published", "este diálogo nunca se publicó"),
    "nothing_before": ("there is no earlier version to go back to", "no hay una versión anterior a la cual volver"),
    "no_such_version": (
        "there is no version {number}; the last one is {last}",
        "no hay una versión {number}; la última es la {last}",
    ),
    "no_trial": ("no version is on trial", "no hay una versión a prueba"),
    "share": (
        "the share must be more than 0 % and at most 100 %",
        "la parte debe ser mayor que 0 % y de 100 % como máximo",
    ),
    "share_moves": (
        "a trial begins with new conversations; move people when you promote it",
        "una prueba empieza con conversaciones nuevas; mueve a la gente al promoverla",
    ),
    "still_moving": (
        "people are still being moved to version {number}; wait until that ended",
        "todavía se está moviendo gente a la versión {number}; espera a que termine",
    ),
    "text_missing": ("say what people read before they begin again", "di qué lee la gente antes de empezar de nuevo"),
    "text_too_long": ("the text may have {most} characters", "el texto puede tener {most} caracteres"),
    "note_too_long": ("the note may have {most} characters", "la nota puede tener {most} caracteres"),
    "unmapped": (
        "there are people in states that vanish: {states}; say for each where they go (states: old: new) or that they "
        "stay (stay: [old])",
        "hay gente en estados que desaparecen: {states}; di de cada uno adónde va (states: viejo: nuevo) o que "
        "se queda (stay: [viejo])",
    ),
    "unknown_state": (
        "{old} → {new}: nobody can stand in '{new}'; possible are: {known}",
        "{old} → {new}: nadie puede estar en '{new}'; se puede en: {known}",
    ),
}

OUTCOMES: dict[str, tuple[str, str]] = {  # what became of people who were to be moved
    "moved": ("moved, not asked again", "pasaron, sin preguntarles de nuevo"),
    "asked": ("moved and asked again", "pasaron y se les preguntó de nuevo"),
    "restarted": ("began anew", "empezaron de nuevo"),
    "stay": ("stayed, as chosen", "se quedaron, como se eligió"),
    "unmapped": (
        "stayed: their state has no place in the new version",
        "se quedaron: su estado no tiene lugar en la nueva",
    ),
    "person": ("stayed: they talk with a person", "se quedaron: hablan con una persona"),
    "calls": (
        "stayed: another dialog is involved",
        "se quedaron: hay otro diálogo de por medio",
    ),
    "template": ("stayed: they have not answered a template yet", "se quedaron: aún no responden una plantilla"),
    "answering": ("stayed: in the middle of an answer", "se quedaron: a media respuesta"),
    "silent": (
        "stayed: nothing may be said to them now (24 hours, or a person)",
        "se quedaron: ahora no se les puede escribir (24 horas, o una persona)",
    ),
    "gone": ("had ended before their turn came", "habían terminado antes de su turno"),
    "failed": ("stayed: the turn failed", "se quedaron: el turno falló"),
}

WHY: dict[str, tuple[str, str]] = {  # a trial was withdrawn
    "person": ("withdrawn by a person", "retirada por una persona"),
    "replaced": ("another version took its place", "otra versión tomó su lugar"),
    "failed": ("withdrawn by itself: conversations failed", "se retiró sola: fallaron conversaciones"),
    "unfit": ("withdrawn by itself: answers did not fit", "se retiró sola: las respuestas no servían"),
}


def said(error: Refused, language: str) -> str:
    return pick(RULES, error.code, language).format_map(error.facts)


def pick(words: dict[str, tuple[str, str]], code: str, language: str) -> str:
    return words[code][1 if language.startswith("es") else 0] if code in words else code
