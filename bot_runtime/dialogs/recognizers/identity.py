"""Who somebody is and where: e-mail addresses, names, places on the map."""

import re
from urllib.parse import unquote

from bot_runtime.dialogs.menus import comparable
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit
from bot_runtime.dialogs.words import consent

_LONGEST_EMAIL = 320
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MAILTO = re.compile(r"^(?:mailto:|(?:mi |my |meu )?(?:correo|e-?mail)(?: es| is| é)?[: ]+(?=\S+@))", re.IGNORECASE)


def read_email(text: str, here: Here) -> Fits | Unfit:
    """The address that all of `text` is, its domain in small letters (F037). Nobody is asked whether it exists."""
    if len(text) > _LONGEST_EMAIL * 2:
        return Unfit("not_an_email")
    written = _MAILTO.sub("", _INVISIBLE.sub("", text).strip()).rstrip(".,; ").strip("<>\"' ")
    if written.count("@") > 1:
        return Unfit("several" if len(_ADDRESSES.findall(written)) > 1 else "not_an_email")
    _, at, domain = written.partition("@")
    if not at or "." not in domain or any(char.isspace() for char in written):
        return Unfit("not_an_email")
    from email_validator import EmailNotValidError, validate_email  # 60 ms to import

    try:
        # Names like `.test` and `.local` are refused by default: whoever types one may well be trying the bot out.
        found = validate_email(written, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return Unfit("not_an_email")
    return Fits(f"{found.local_part}@{found.domain}")


_ADDRESSES = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
_LONGEST_NAME = 100
_INTRODUCED = re.compile(
    r"^(?:(?:hola|buenos d[ií]as|buenas tardes|buenas|hi|hello|ol[aá]|oi)[,.! ]+)?"
    r"(?:(?:yo )?me llamo|(?:yo )?soy|mi nombre es|mi nombre completo es|nombre:|(?:my|the) name is|my name's"
    r"|i am|i'm|i’m|this is|meu nome [eé]|(?:eu )?me chamo|(?:eu )?sou|chamo-me|nome:|name:)\s+",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_]+(?:[.'’´`-]{0,2} ?[^\W\d_]+)*\.?")
_NOT_NAMES = frozenset(
    {"hola", "hello", "hi", "hey", "ola", "oi", "buenas", "buenos", "adios", "bye", "gracias", "thanks", "obrigado"}
    | {"obrigada", "please", "favor", "si", "no", "sim", "nao", "yes", "ok", "okay", "vale", "claro", "dale", "listo"}
    | {"nose", "nada", "nadie", "ninguno", "none", "nobody", "anonimo", "anonymous", "prefiero", "menu", "ayuda"}
    | {"help", "ajuda", "que", "what", "quien", "who", "como", "how", "cual", "why", "porque", "quiero", "necesito"}
    | {"puedo", "tengo", "want", "need", "agente", "persona", "agent"}
)
_PARTICLES = frozenset({"de", "del", "la", "las", "los", "y", "e", "da", "do", "dos", "das", "von", "van", "of"})


def read_name(text: str, here: Here) -> Fits | Unfit:
    """A person's name, as written; in title case where it came all small or all large."""
    if len(text) > _LONGEST_NAME * 2:
        return Unfit("too_long")
    written = " ".join(_INVISIBLE.sub("", text).split())
    written = _INTRODUCED.sub("", written, count=1).strip(' ,;:!¡"').rstrip(".") if written else ""
    if len(written) > _LONGEST_NAME:
        return Unfit("too_long")
    parts = comparable(written).split()
    letters = sum(map(str.isalpha, written))
    if (
        letters < 2
        or len(parts) > 8
        or not _NAME.fullmatch(written)
        or not _NOT_NAMES.isdisjoint(parts)
        or _leaves(written)
    ):
        return Unfit("not_a_name")
    if written.islower() or (written.isupper() and letters > 3):
        written = " ".join(_cased(word, first=not place) for place, word in enumerate(written.lower().split(" ")))
    return Fits(written)


def _leaves(written: str) -> bool:
    """A word that opts out is never a name, or nobody could leave at this question."""
    return consent(written, opted_out=False, taken=False) is not None


def _cased(word: str, first: bool) -> str:
    if word in _PARTICLES and not first:
        return word
    return re.sub(r"(^|[-'’])(\w)", lambda found: found[1] + found[2].upper(), word)


_NUMBER = r"([-+−]?[0-9]{1,3}(?:\.[0-9]{1,15})?)"
_PAIR = re.compile(rf"\(?{_NUMBER}\s*°?\s*([NSns])?\s*[,; ]\s*{_NUMBER}\s*°?\s*([EWOewo])?\)?")
_IN_LINK = re.compile(
    rf"(?:[?&](?:q|query|ll|center|daddr|destination|mlat)=(?:loc:)?|/@|geo:|/place/|/search/)"
    rf"{_NUMBER}(?:,\s*\+?|&mlon=){_NUMBER}(?![0-9.])"
)


def read_location(text: str, here: Here) -> Fits | Unfit:
    """A place by its coordinates or a map's link, as `latitude,longitude` in degrees."""
    written = _INVISIBLE.sub("", text).strip() if len(text) <= 2_000 else ""
    if found := _PAIR.fullmatch(written):
        latitude, north, longitude, east = found.groups()
        if "." not in latitude + longitude and not (north and east):
            return Unfit("not_a_location")  # "12, 30" may be anything
        latitude = _signed(latitude, (north or "").lower() == "s")
        longitude = _signed(longitude, (east or "").lower() in ("w", "o"))
    elif linked := _IN_LINK.search(unquote(written)):
        latitude, longitude = _signed(linked[1], False), _signed(linked[2], False)
    else:
        return Unfit("not_a_location")
    if abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
        return Unfit("not_a_location")
    return Fits(f"{latitude},{longitude}")


def read_place(latitude: float, longitude: float, name: str, address: str) -> Fits:
    """A location that was shared, in the form of a written one; name and address beside it where known (F043)."""
    beside = tuple((ending, told) for ending, told in (("name", name), ("address", address)) if told)
    return Fits(f"{_degrees(latitude)},{_degrees(longitude)}", beside)


def _degrees(number: float) -> str:
    return f"{number:.7f}".rstrip("0").rstrip(".")  # a centimetre


def _signed(number: str, negative: bool) -> str:
    number = number.replace("−", "-").removeprefix("+")
    return f"-{number.removeprefix('-')}" if negative else number
