"""Which method of the screen each control function calls: pyte's tables, with what they lack.

Source: ECMA-48, xterm control sequences.
"""

import pyte

from tui.terminal import tokens

#: pyte's control characters and escape sequences, with those it lacks.
BASIC = pyte.Stream.basic | {
    "\r\n": "newline",
    "\x84": "index",
    "\x85": "next_line",
    "\x88": "set_tab_stop",
    "\x8d": "reverse_index",
    "\x96": "start_protection",
    "\x97": "end_protection",
}
ESCAPE = pyte.Stream.escape | {
    "E": "next_line",
    "V": "start_protection",
    "W": "end_protection",
    "6": "back_index",
    "9": "forward_index",
}
SINGLE_SHIFTS = {"N": 2, "O": 3, "\x8e": 2, "\x8f": 3}
#: pyte's control sequences, with those it lacks.
CSI = pyte.Stream.csi | {
    "I": "forward_tabs",
    "Z": "back_tabs",
    "S": "scroll_up",
    "T": "scroll_down",
    "^": "scroll_down",
    "`": "cursor_to_column",
    "b": "repeat",
    "e": "line_forward",
    "a": "column_forward",
    "?J": "selective_erase_in_display",
    "?K": "selective_erase_in_line",
    "?W": "reset_tab_stops",
    "s": "save_cursor_or_set_sides",
    "u": "restore_cursor",
    "!p": "soft_reset",
    " q": "set_cursor_shape",
    " @": "scroll_left",
    " A": "scroll_right",
    "'}": "insert_columns",
    "'~": "delete_columns",
    '"q': "set_protection",
    "$z": "erase_area",
    "${": "selective_erase_area",
    "$x": "fill_area",
    "$v": "copy_area",
    "$r": "change_attributes",
    "$t": "reverse_attributes",
    "*x": "set_extent",
    "?s": "save_modes",
    "?r": "restore_modes",
    ">u": "push_keyboard",
    "<u": "pop_keyboard",
    "=u": "set_keyboard",
    ">m": "set_key_format",
    ">n": "reset_key_format",
}
#: Control sequences that `Replies` answers.
QUESTIONS = {
    "c": "attributes",
    ">c": "secondary_attributes",
    "=c": "tertiary_attributes",
    ">q": "version",
    "n": "status",
    "?n": "private_status",
    "?$p": "private_mode",
    "$p": "ansi_mode",
    "t": "window",
    "?u": "keyboard",
    "?m": "key_format",
}
#: How many parameters a method takes, where it is not one.
ARITY = {
    "cursor_position": 2,
    "set_margins": 2,
    "save_cursor_or_set_sides": 2,
    "restore_cursor": 0,
    "soft_reset": 0,
    "window": 2,
    "erase_area": 4,
    "selective_erase_area": 4,
    "fill_area": 5,
    "copy_area": 7,
    "change_attributes": tokens.MAX_PARAMETERS,
    "reverse_attributes": tokens.MAX_PARAMETERS,
    "save_modes": tokens.MAX_PARAMETERS,
    "restore_modes": tokens.MAX_PARAMETERS,
    "keyboard": 0,
    "set_keyboard": 2,
    "set_key_format": 2,
}
