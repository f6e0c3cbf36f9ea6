"""The modes of a terminal by pyte's numbers: private modes are shifted, so that `CSI ? 4 h` differs from `CSI 4 h`.

Source: xterm control sequences, "Set Mode", "DEC Private Mode Set" and "Request DEC private mode (DECRQM)".
"""

from dataclasses import dataclass

from pyte import modes as mo

from tui.terminal.mouse import MouseForm

PRIVATE_SHIFT = 5

DECCKM = 1 << 5
REVERSE_WRAP = 45 << 5
ALTERNATE_47 = 47 << 5
MOUSE_X10 = 9 << 5
BLINK = 12 << 5
MOUSE_CLICKS = 1000 << 5
MOUSE_DRAGS = 1002 << 5
MOUSE_MOVES = 1003 << 5
FOCUS = 1004 << 5
MOUSE_UTF8 = 1005 << 5
MOUSE_SGR = 1006 << 5
MOUSE_URXVT = 1015 << 5
ALTERNATE_SCROLL = 1007 << 5
ALTERNATE_1047 = 1047 << 5
SAVED_CURSOR_1048 = 1048 << 5
ALTERNATE_1049 = 1049 << 5
PASTE = 2004 << 5
SYNCHRONIZED = 2026 << 5
THEME_REPORTS = 2031 << 5
KEYPAD = 66 << 5
BACKARROW = 67 << 5
SIDE_MARGINS = 69 << 5

ALTERNATES = (ALTERNATE_47, ALTERNATE_1047, ALTERNATE_1049)
MOUSE_MODES = (MOUSE_X10, MOUSE_CLICKS, MOUSE_DRAGS, MOUSE_MOVES)
MOUSE_FORMS = (MOUSE_UTF8, MOUSE_SGR, MOUSE_URXVT)

#: The modes that a program may set; all others are ignored, DECCOLM too (the widget's size is the user's).
SETTABLE = frozenset(
    (
        mo.IRM,
        mo.LNM,
        mo.DECTCEM,
        mo.DECSCNM,
        mo.DECOM,
        mo.DECAWM,
        DECCKM,
        BLINK,
        FOCUS,
        ALTERNATE_SCROLL,
        PASTE,
        SYNCHRONIZED,
        THEME_REPORTS,
        KEYPAD,
        BACKARROW,
        *MOUSE_MODES,
        *MOUSE_FORMS,
        REVERSE_WRAP,
        SIDE_MARGINS,
    )
)

#: Modes that DECSTR resets.
SOFT_RESET = frozenset((mo.IRM, mo.DECOM, DECCKM, KEYPAD, SIDE_MARGINS, REVERSE_WRAP))

#: Modes that a new or reset terminal has on.
INITIAL = frozenset((mo.DECAWM, mo.DECTCEM, ALTERNATE_SCROLL))

#: Modes that cannot be changed, with what DECRQM answers: 3 permanently set, 4 permanently reset. ANSI mode, keys with alt that
#: send ESC, and no local echo are set; 132 columns, smooth scrolling, key repeat by the terminal, 8-bit keys and a delete key
#: that sends DEL are not.
FIXED: dict[int, int] = {2 << 5: 3, 1036 << 5: 3, 1039 << 5: 3, 12: 3} | dict.fromkeys(
    (*(number << 5 for number in (3, 4, 8, 40, 1034, 1037)), 1, 2, 3, 5, 7, 10, 11, *range(13, 20)), 4
)

_MOUSE_FORMS: dict[int, MouseForm] = {MOUSE_UTF8: "utf8", MOUSE_SGR: "sgr", MOUSE_URXVT: "urxvt"}
_MOUSE_NUMBERS = {MOUSE_X10: 9, MOUSE_CLICKS: 1000, MOUSE_DRAGS: 1002, MOUSE_MOVES: 1003}


@dataclass(frozen=True, slots=True)
class Modes:
    """The modes set by the program, for the input of keys, mouse and pastes, and for drawing."""

    application_cursor: bool = False
    application_keypad: bool = False
    bracketed_paste: bool = False
    focus_reports: bool = False
    mouse: int = 0  # 0, 9, 1000, 1002 or 1003
    mouse_form: MouseForm = ""
    alternate_scroll: bool = True
    synchronized: bool = False
    alternate: bool = False
    cursor_visible: bool = True
    cursor_shape: int = 0  # DECSCUSR: 0 the user's own, 1 and 2 block, 3 and 4 underline, 5 and 6 bar; odd ones blink
    reverse_screen: bool = False
    newline: bool = False  # LNM: the Enter key sends CR LF
    backarrow: bool = False  # DECBKM: the Backspace key sends BS
    kitty: int = 0  # flags of the kitty keyboard protocol
    other_keys: int = 0  # the level of modifyOtherKeys


def modes_of(mode: set[int], alternate: bool, cursor_shape: int, *, kitty: int = 0, other_keys: int = 0) -> Modes:
    """Return the modes of a set of mode numbers and of the protocols of keys."""
    mouse = next((number for code, number in reversed(_MOUSE_NUMBERS.items()) if code in mode), 0)
    return Modes(
        application_cursor=DECCKM in mode,
        application_keypad=KEYPAD in mode,
        bracketed_paste=PASTE in mode,
        focus_reports=FOCUS in mode,
        mouse=mouse,
        mouse_form=next((form for code, form in _MOUSE_FORMS.items() if code in mode), ""),
        alternate_scroll=ALTERNATE_SCROLL in mode,
        synchronized=SYNCHRONIZED in mode,
        alternate=alternate,
        cursor_visible=mo.DECTCEM in mode,
        cursor_shape=cursor_shape,
        reverse_screen=mo.DECSCNM in mode,
        newline=mo.LNM in mode,
        backarrow=BACKARROW in mode,
        kitty=kitty,
        other_keys=other_keys,
    )
