"""What is said to whoever breaks a rule of `rules.py`: English, Spanish."""

from bot_runtime.people.rules import Refused

RULES: dict[str, tuple[str, str]] = {
    "user_name": (
        "'{got}' is no log-in name: letters a–z, digits and . _ - @ +, up to 64",
        "'{got}' no sirve como nombre de acceso: letras a–z, cifras y . _ - @ +, hasta 64",
    ),
    "display_name": ("a person needs a name that can be shown", "la persona necesita un nombre que se pueda mostrar"),
    "unknown_department": (
        "there is no department '{got}'; there are: {known}",
        "no existe el departamento '{got}'; existen: {known}",
    ),
    "administrators_only": (
        "only administrators may do this",
        "solo los administradores pueden hacer esto",
    ),
    "own_role": (
        "nobody changes their own role",
        "nadie cambia su propio rol",
    ),
    "own_active": (
        "nobody shuts themselves out",
        "nadie se cierra el paso a sí mismo",
    ),
    "short_password": (
        "a password has at least {least} characters",
        "la contraseña tiene al menos {least} caracteres",
    ),
    "long_password": (
        "a password has at most {most} characters",
        "la contraseña tiene como máximo {most} caracteres",
    ),
    "easy_password": (
        "that password is too easy to guess",
        "esa contraseña se adivina con facilidad",
    ),
    "name_taken": (
        "there is or was a user '{got}' already",
        "ya existe o existió un usuario '{got}'",
    ),
    "unknown_user": (
        "there is no user '{got}'",
        "no existe el usuario '{got}'",
    ),
    "changed_meanwhile": (
        "somebody changed it meanwhile; try again",
        "alguien lo cambió entretanto; reinténtalo",
    ),
    "last_administrator": (
        "nobody would be left to administrate; make another administrator first",
        "no quedaría nadie para administrar; nombra antes a otro administrador",
    ),
    "key_name": (
        "'{got}' is no name for a key: letters, digits, space and . _ -, up to 64",
        "'{got}' no sirve como nombre de clave: letras, cifras, espacio y . _ -, hasta 64",
    ),
    "no_scope": (
        "say what the key may do; there are: {known}",
        "di qué puede hacer la clave; existen: {known}",
    ),
    "unknown_scope": (
        "there is no scope '{got}'; there are: {known}",
        "no existe el permiso '{got}'; existen: {known}",
    ),
    "unknown_key": (
        "there is no key '{got}'",
        "no existe la clave '{got}'",
    ),
}


def said(refused: Refused, language: str) -> str:
    return RULES[refused.code][language.startswith("es")].format(**refused.facts)
