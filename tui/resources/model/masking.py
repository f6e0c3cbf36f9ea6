"""Detection and masking of secrets in every value that is shown, copied or saved.

A value is judged by its name (`masked`), free text and command lines by the names and patterns in them (`masked_text`,
`masked_words`), JSON by all of these (`masked_json`). Where the end of a secret is uncertain, more is masked, not less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

MASK = "•" * 8

_TELLING = re.compile(
    r"passw|passphrase|(?:require|user|db|ssh|login|root|admin)pass\b|masterauth|secret|token|credential"
    r"|(?:api|access|private)[-_.]?key",
    re.IGNORECASE,
)
_WEAK = frozenset(
    (
        "pass",
        "pwd",
        "pw",
        "pat",
        "key",
        "auth",
        "authorization",
        "dsn",
        "jwt",
        "cookie",
        "salt",
        "pin",
        "bearer",
        "signature",
        "webhook",
    )
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_HARMLESS_ENDS = ("_FILE", "_PATH", "_DIR", "_STDIN")
_ENGINES_OWN = frozenset(("SandboxKey",))  # keys of the engine's JSON that look secret and are not

_HINTS = (
    "pass",
    "secret",
    "token",
    "credential",
    "key",
    "auth",
    "pwd",
    "pw",
    "pat",
    "dsn",
    "jwt",
    "cookie",
    "salt",
    "pin",
    "bearer",
    "signature",
    "webhook",
    "basic",
    "://",
    "eyj",
    "gho_",
    "ghp_",
    "ghu_",
    "ghs_",
    "ghr_",
    "glpat-",
    "swmtkn-",
    "swmkey-",
    "xox",
    "sk_live",
    "rk_live",
    "mysql",
    "mariadb",
    "redis-cli",
    "curl",
    "wget",
)
_LOGIN = re.compile(
    r"(?P<before>\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@]{0,256}:)(?=[^\s/@])(?:[^\s/@]{0,1024}+@)++"
    r"|(?P<start>\bhttps?://)[\w.~%+-]{20,256}+@",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)"
    r"|\beyJ[\w-]{8,}+\.[\w-]{8,}+\.[\w-]*+"
    r"|\b(?:gh[opusr]_|github_pat_|glpat-|xox[abeoprs]-|sk_live_|rk_live_|SWMTKN-|SWMKEY-)[\w-]{10,}+",
    re.DOTALL,
)
_SCHEME = re.compile(r"\b(?P<before>(?:Bearer|Basic)\s{1,8})[\w.~+/=-]{6,}+", re.IGNORECASE)
_NAME = re.compile(
    r"""(?<![\w.-])(?P<name>-{0,2}+[A-Za-z_][\w.-]*+)(?P<quote>\\?["'])?"""
    r"""(?:[ \t]{0,8}(?P<sign>:=|=|:)[ \t]{0,8}|(?P<gap>[ \t]{1,8}))"""
)
_CHAIN = re.compile(r"-{0,2}+[A-Za-z_][\w.-]*+=")
_DECLARES = re.compile(r"(?:ENV|ARG|LABEL|RUN \|\d{1,6}|\|\d{1,6})\s")
_NEXT_PAIR = re.compile(r"\s[A-Za-z_][\w.-]*+=|\s/bin/sh\s|\Z")
_REFERENCE = re.compile(r"\$\{?\w+\}?")
_SECOND = re.compile(r"[ \t]{1,8}[^\s]*+")
_WORD = re.compile(r"(?:\\.|[^\s\\]|\\\Z)*+", re.DOTALL)
_QUOTED = {
    '"': re.compile(r'"((?:[^"\\]|\\.)*+)"?', re.DOTALL),
    "'": re.compile(r"'([^']*+)'?"),
    '\\"': re.compile(r'\\"(.*?)(?:\\"|\Z)', re.DOTALL),
    "\\'": re.compile(r"\\'(.*?)(?:\\'|\Z)", re.DOTALL),
}
_UNTIL = {
    ";": re.compile(r"[^;\n]*+"),
    ",": re.compile(r"[^,\n]*+"),
    "&": re.compile(r"[^&\s]*+"),
    "?": re.compile(r"[^&\s]*+"),
    '"': re.compile(r'[^"\n]*+'),
    "'": re.compile(r"[^'\n]*+"),
}
_SCHEMES = frozenset(("bearer", "basic", "digest", "token"))
NESTED = 8  # names before a value: --env=CONNECTION=password=…
LONGEST = 65536  # characters of a text that are searched; the rest is masked as a whole

# Programs whose one-letter flags take a secret: joined to the flag, as the next word, or after a user name and a colon.
_PROGRAM = re.compile(r"([;&|\n]|\b(?:(?:mysql|mariadb)[\w-]{0,20}+|sshpass|redis-cli|curl|wget)(?=\s))")
_AFTER_USER = re.compile(r"(?P<flag>(?<=\s)(?:-u|-U|--user|--proxy-user)[ \t=]{0,8}[^\s:]{1,256}:)(?P<value>[^\s]++)")
_ATTACHED = re.compile(r"(?P<flag>(?<=\s)-p)(?P<value>[^\s]++)")
_SHORT_FLAGS = {
    "sshpass": re.compile(r"(?P<flag>(?<=\s)-p\s{0,8})(?P<value>[^\s]++)"),
    "redis-cli": re.compile(r"(?P<flag>(?<=\s)-a\s{1,8})(?P<value>[^\s]++)"),
    "curl": _AFTER_USER,
    "wget": _AFTER_USER,
}


@lru_cache(1024)
def looks_secret(name: str) -> bool:
    """Return whether a variable, flag, option or label of this name probably holds a secret.

    Paths of secrets and public keys do not.
    """
    name = name[:256].lstrip("-")
    if name.upper().replace("-", "_").endswith(_HARMLESS_ENDS) or name == "PWD":
        return False
    if _TELLING.search(name):
        return True
    parts = {part.lower() for part in _PARTS.findall(name)}
    return bool(parts & _WEAK) and "public" not in parts


def masked(name: str, value: str) -> str:
    """Return `value` as it is shown by default: a mask if the name looks secret, else with the secrets inside masked."""
    if value and looks_secret(name):
        return MASK
    return masked_word(value)


def masked_pair(pair: str) -> str:
    """Mask the value of a pair `NAME=value` as `masked` does; a name without a value is unchanged."""
    name, sign, value = pair.partition("=")
    return f"{name}{sign}{masked(name, value)}" if sign else masked_word(pair)


def masked_word(word: str) -> str:
    """Mask one word of a command line, or one value: in `--env=DB_PASSWORD=a b` everything after the last `=` is the secret."""
    if not _hinted(word):
        return word
    start = 0
    for _ in range(NESTED):
        if not (found := _CHAIN.match(word, start)):
            break
        start = found.end()
        if looks_secret(found[0][:-1]):
            rest = word[start:]
            return word if not rest or _REFERENCE.fullmatch(rest) else word[:start] + MASK
    return word[:start] + masked_text(word[start:])


def masked_words(words: Sequence[str]) -> list[str]:
    """Mask the words of a command line; the word after a flag such as `--password` is the flag's value."""
    shown: list[str] = []
    short = next((found for word in words[:3] if (found := _short(word.rpartition("/")[2]))), None)
    for number, word in enumerate(words):
        flag = words[number - 1] if number else ""
        if flag.startswith("-") and "=" not in flag and looks_secret(flag) and not word.startswith("-"):
            shown.append(word if not word or _REFERENCE.fullmatch(word) else MASK)
        elif short and (hidden := short.fullmatch(f" {flag} {word}", 1) or short.fullmatch(f" {word}", 1)):
            shown.append(_hide(hidden).removeprefix(flag).lstrip())
        else:
            shown.append(masked_word(word))
    return shown


def _short(program: str) -> re.Pattern[str] | None:
    """Return the pattern of the one-letter flags with which a program takes a secret, or None."""
    return _ATTACHED if program.startswith(("mysql", "mariadb")) else _SHORT_FLAGS.get(program)


def _hinted(text: str) -> bool:
    """Return whether a text may hold a secret: a fast check that spares most texts the full search."""
    low = text.lower()
    return any(hint in low for hint in _HINTS)


def masked_text(text: str) -> str:
    """Mask the secrets in a text: values of secret names, passwords in URLs, keys and tokens by their format."""
    if not _hinted(text):
        return text
    if len(text) > LONGEST:
        return _masked(text[:LONGEST]) + MASK
    return _masked_short(text) if len(text) <= 512 else _masked(text)


def _masked(text: str) -> str:
    text = _SHAPES.sub(MASK, text)
    if "://" in text and "@" in text:
        text = _LOGIN.sub(lambda found: f"{found['before'] or found['start']}{MASK}@", text)
    text = _SCHEME.sub(rf"\g<before>{MASK}", text)
    return _without_short_flags("".join(_pieces(text)))


_masked_short = lru_cache(2048)(_masked)


def _without_short_flags(text: str) -> str:
    program, *rest = _PROGRAM.split(text)
    if not rest:
        return text
    pieces = [program]
    for program, arguments in zip(rest[::2], rest[1::2], strict=True):
        flags = _short(program)
        pieces += [program, flags.sub(_hide, arguments) if flags else arguments]
    return "".join(pieces)


def _hide(found: re.Match[str]) -> str:
    return found[0] if _REFERENCE.fullmatch(found["value"]) else f"{found['flag']}{MASK}"


def _pieces(text: str) -> Iterator[str]:
    """Yield the text in pieces, with a mask in place of each value whose name looks secret."""
    declares = _DECLARES.match(text) is not None
    done = at = 0
    while found := _NAME.search(text, at):
        at = found.end()
        if found["sign"] == ":" and not found["quote"] and text[at - 1] == ":":
            continue  # "image:latest" is not a name with a value
        if found["gap"] and (not found["name"].startswith("-") or found["quote"]):
            at = found.start("gap")
            continue
        if not looks_secret(found["name"]):
            continue
        before = text[found.start() - 1] if found.start() else ""
        end, shown = _value(text, at, before, declares)
        if end > at:
            yield text[done:at] + shown
            done = at = end
    yield text[done:]


def _value(text: str, at: int, before: str, declares: bool) -> tuple[int, str]:
    """Return the end of the value that begins at `at`, and the text shown instead.

    `before` is the character before the name.
    """
    mark = text[at : at + 2] if text[at : at + 1] == "\\" else text[at : at + 1]
    if quoted := _QUOTED.get(mark):
        found = quoted.match(text, at)
        assert found is not None
        return found.end(), f"{mark}{MASK}{mark}" if found[1] else found[0]
    if declares:
        following = _NEXT_PAIR.search(text, at)
        end = following.start() if following else len(text)
    else:
        matched = (_UNTIL.get(before) or _WORD).match(text, at)
        end = matched.end() if matched else at
        if text[at:end].lower() in _SCHEMES and (more := _SECOND.match(text, end)):
            end = more.end()
    value = text[at:end]
    return end, value if _REFERENCE.fullmatch(value.strip()) else MASK


def masked_json(value: Any, name: str = "") -> Any:
    """Mask the engine's JSON: each string by its key, lists of strings as the words of a command line."""
    if isinstance(value, str):
        return value if name in _ENGINES_OWN else masked(name, value)
    if isinstance(value, list):
        words = all(isinstance(each, str) for each in value)
        return masked_words(value) if words else [masked_json(each) for each in value]
    if not isinstance(value, dict):
        return value
    shown = {key: masked_json(each, key) for key, each in value.items()}
    if isinstance(value.get("Name"), str) and isinstance(value.get("Value"), str):
        shown["Value"] = masked(value["Name"], value["Value"])
    return shown
