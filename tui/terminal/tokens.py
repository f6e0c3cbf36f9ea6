"""Splitting a terminal's output into text and control functions by regular expressions.

A token is a piece of text and the control function after it; either can be empty. Functions that only set colours, of which
images consist, are in fields of their own. An incomplete function can only be the last token of a chunk. Source: ECMA-48 5.4
and 5.6, and Paul Williams' parser for DEC terminals.
"""

import re
from typing import NamedTuple

_BROKEN_OFF = "\x18\x1a"  # CAN and SUB end any function
_IN_CSI = "\x00-\x17\x19\x1c-\x3f\x7f"  # parameters and intermediates, and controls that are executed even there

LONGEST_TEXT = 512
"""Maximum characters of text in one token, which limits the time per token."""

_NUMBER = "[0-9]{1,3}"
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[0-9]{1,2})"
_COLOUR = f"(?:2;{_NUMBER};{_NUMBER};{_NUMBER}|5;{_BYTE})"  # a valid colour: what it is set over does not matter

#: Text; a function or two that set the foreground and the background; one that sets one of them; any other function.
Token = tuple[str, str, str, str]

TOKENS = re.compile(
    f"([^\x00-\x1f\x7f-\x9f]{{0,{LONGEST_TEXT}}})"
    f"(?:(\x1b\\[(?:38;{_COLOUR}(?:;|m\x1b\\[)48;{_COLOUR}|48;{_COLOUR}(?:;|m\x1b\\[)38;{_COLOUR})m)"
    f"|(\x1b\\[[34]8;{_COLOUR}m)"
    "|(\r\n"
    f"|(?:\x1b\\[|\x9b)[{_IN_CSI}]*[@-~\xa0-\U0010ffff{_BROKEN_OFF}]?"
    f"|(?:\x1b\\]|\x9d)[^\x07\x1b\x9c{_BROKEN_OFF}]*[\x07\x9c{_BROKEN_OFF}]?"
    f"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c{_BROKEN_OFF}]*[\x9c{_BROKEN_OFF}]?"
    f"|\x1b[ -/]*[0-~{_BROKEN_OFF}]?"
    "|[\x00-\x1f\x7f-\x9f]"
    "|))"
)

#: The rest of a line, and many whole lines of plain text after it.
PLAIN_LINES = re.compile("([ -~]*\r?\n)((?:[ -~]*\r\n)+)")

#: A function that more characters can complete.
INCOMPLETE = re.compile(f"\x1b[ -/]*|(?:\x1b\\[|\x9b)[{_IN_CSI}]*")

#: The rest of a sequence up to what ends it.
SKIPPED = re.compile(f"[{_IN_CSI}]*")

#: A control string (OSC, DCS, SOS, PM, APC): what opens it, what is in it, what ended it; an escape ends it from outside.
STRING = re.compile("(\x1b[]PX^_]|[\x90\x98\x9d\x9e\x9f])(.*?)([\x07\x18\x1a\x9c]?)", re.S)
OPENERS = {"\x9d": "]", "\x90": "P", "\x98": "X", "\x9e": "^", "\x9f": "_"}
STRING_ENDS = {"]": re.compile("[\x07\x18\x1a\x1b\x9c]"), "": re.compile("[\x18\x1a\x1b\x9c]")}

_CSI = re.compile("(?:\x1b\\[|\x9b)([<=>?]?)([0-9:;]*)([ -/]*)([@-~])")
#: A plain Select Graphic Rendition, by far the most frequent sequence.
SGR = re.compile("\x1b\\[([0-9;:]{0,64})m")
_CONTROLS = re.compile("[\x00-\x17\x19\x1c-\x1f\x7f]")

_ZEROS = re.compile("(?<![0-9])0+(?=[0-9])")
_DIGITS = re.compile("([0-9]{6})[0-9]+")

#: A CSI sequence that is longer than this without its needless digits is ignored, however it comes.
MAX_SEQUENCE = 4096
MAX_PARAMETERS = 64


class Csi(NamedTuple):
    """A control sequence: `CSI prefix parameters intermediates final`."""

    prefix: str
    parameters: str
    intermediates: str
    final: str

    @property
    def key(self) -> str:
        """Return what identifies the function: prefix, intermediate characters and final character."""
        return self.prefix + self.intermediates + self.final


def is_incomplete(function: str) -> bool:
    """Return whether a control function at the end of a chunk may continue."""
    if INCOMPLETE.fullmatch(function):
        return True
    match = STRING.fullmatch(function)
    return match is not None and (not match[3] or (match[3] == "\x07" and match[1] not in ("\x1b]", "\x9d")))


def is_csi(function: str) -> bool:
    """Return whether a function is a control sequence."""
    return function.startswith(("\x1b[", "\x9b"))


def controls_in(sequence: str) -> list[str]:
    """Return the control characters inside a sequence, which are executed before it."""
    return _CONTROLS.findall(sequence, 1)


def squeezed(sequence: str) -> str:
    """Return a CSI sequence, complete or not, without controls and superfluous digits."""
    sequence = sequence[0] + _CONTROLS.sub("", sequence[1:])
    return _DIGITS.sub(r"\1", _ZEROS.sub("", sequence)) if len(sequence) > 64 else sequence


def parse_csi(sequence: str) -> Csi | None:
    """Return the parts of a complete sequence, or None if invalid."""
    sequence = squeezed(sequence)
    if len(sequence) > MAX_SEQUENCE:
        return None
    match = _CSI.fullmatch(sequence)
    return Csi(*match.groups()) if match else None


def numbers(parameters: str) -> list[int]:
    """Return the parameters as numbers: 0 if empty, at most 99999, without sub-parameters."""
    return [
        int(parameter.partition(":")[0].lstrip("0")[:5] or 0)
        for parameter in parameters.split(";", MAX_PARAMETERS)[:MAX_PARAMETERS]
    ]
