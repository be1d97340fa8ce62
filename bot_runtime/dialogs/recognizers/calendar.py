"""The words of days and months in Spanish, English and Portuguese, without accents."""

from bot_runtime.dialogs.recognizers.counting import SMALL

MONTHS = {
    word: number
    for spelled in (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan fev mar abr mai jun jul ago set out nov dez",
    )
    for number, word in enumerate(spelled.split(), 1)
} | {"setiembre": 9, "sept": 9}

WEEKDAYS = {
    word: number
    for spelled in (
        "lunes martes miercoles jueves viernes sabado domingo",
        "lun mar mie jue vie sab dom",
        "seg - qua qui sex sab dom",
        "monday tuesday wednesday thursday friday saturday sunday",
        "mon tue wed thu fri sat sun",
        "segunda terca quarta quinta sexta sabado domingo",
        "segunda-feira terca-feira quarta-feira quinta-feira sexta-feira sabado domingo",
    )
    for number, word in enumerate(spelled.split())
    if word != "-"
} | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}

DAYS_AWAY = {
    "es": {
        "hoy": 0,
        "hoy mismo": 0,
        "hoy dia": 0,
        "ahora": 0,
        "ahora mismo": 0,
        "en este momento": 0,
        "esta tarde": 0,
        "esta noche": 0,
        "manana": 1,
        "manana mismo": 1,
        "pasado manana": 2,
        "pasado": 2,
        "despues de manana": 2,
        "ayer": -1,
        "anoche": -1,
        "anteayer": -2,
        "antes de ayer": -2,
        "antier": -2,
        "antayer": -2,
        "anteanoche": -2,
    },
    "en": {
        "today": 0,
        "now": 0,
        "right now": 0,
        "tonight": 0,
        "this afternoon": 0,
        "this evening": 0,
        "this morning": 0,
        "tomorrow": 1,
        "tmr": 1,
        "tmrw": 1,
        "tomorow": 1,
        "tommorow": 1,
        "tommorrow": 1,
        "day after tomorrow": 2,
        "yesterday": -1,
        "last night": -1,
        "day before yesterday": -2,
    },
    "pt": {
        "hoje": 0,
        "hoje mesmo": 0,
        "agora": 0,
        "esta noite": 0,
        "essa noite": 0,
        "hoje a noite": 0,
        "amanha": 1,
        "depois de amanha": 2,
        "ontem": -1,
        "anteontem": -2,
        "antes de ontem": -2,
    },
}

FEASTS = {
    "nochebuena": (12, 24),
    "navidad": (12, 25),
    "nochevieja": (12, 31),
    "ano nuevo": (1, 1),
    "christmas eve": (12, 24),
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "new year's eve": (12, 31),
    "new years eve": (12, 31),
    "new year's day": (1, 1),
    "new years day": (1, 1),
    "valentine day": (2, 14),
    "valentines day": (2, 14),
    "valentine's day": (2, 14),
    "san valentin": (2, 14),
    "halloween": (10, 31),
    "dia de reyes": (1, 6),
    "natal": (12, 25),
    "vespera de natal": (12, 24),
    "vespera de ano novo": (12, 31),
    "reveillon": (1, 1),
    "ano novo": (1, 1),
}

UNITS = {
    word: unit
    for unit, spelled in {
        "day": "dia dias day days d",
        "week": "semana semanas week weeks w",
        "month": "mes meses month months",
        "year": "ano anos year years",
        "fortnight": "fortnight fortnights",
    }.items()
    for word in spelled.split()
}

_ORDINALS = {
    "es": "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo",
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third "
    "twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first",
    "pt": "primeiro",
}

_TENS = {"decimo": 10, "vigesimo": 20, "trigesimo": 30}
_UNITS = "primero segundo tercero cuarto quinto sexto septimo octavo noveno primeiro terceiro quarto setimo oitavo nono"


def _composed(language: str) -> dict[str, int]:
    """`vigésimo segundo`, in Spanish and Portuguese alike."""
    if language == "en":
        return {}
    units = dict(zip(_UNITS.split(), [*range(1, 10), 1, 3, 4, 7, 8, 9], strict=True))
    found = {f"{ten} {unit}": tens + one for ten, tens in _TENS.items() for unit, one in units.items()}
    return {word: day for word, day in (_TENS | found).items() if day <= 31}


DAY_WORDS = {
    language: {word.replace("-", " "): number for word, number in SMALL[language].items() if 1 <= number <= 31}
    | {word.replace("-", " "): number for number, word in enumerate(_ORDINALS[language].split(), 1)}
    | _composed(language)
    | {"primer": 1, "un": 1}
    for language in SMALL
}
"""Days of the month in words; hyphens are spaces."""
