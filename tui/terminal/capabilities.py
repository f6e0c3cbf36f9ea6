"""The capabilities that programs are told (XTGETTCAP): what is true of the terminal, and what its keys send.

Source: terminfo(5), the names of user capabilities in tmux and xterm ("RGB", "Tc", "Ss", "Se").
"""

NAME = "xterm-256color"

#: Pairs of names, in termcap and in terminfo, with the sequence of the key.
_KEYS = (
    ("ku", "kcuu1", "\x1bOA"),
    ("kd", "kcud1", "\x1bOB"),
    ("kr", "kcuf1", "\x1bOC"),
    ("kl", "kcub1", "\x1bOD"),
    ("kh", "khome", "\x1bOH"),
    ("@7", "kend", "\x1bOF"),
    ("kI", "kich1", "\x1b[2~"),
    ("kD", "kdch1", "\x1b[3~"),
    ("kP", "kpp", "\x1b[5~"),
    ("kN", "knp", "\x1b[6~"),
    ("kb", "kbs", "\x7f"),
    ("kB", "kcbt", "\x1b[Z"),
    ("k1", "kf1", "\x1bOP"),
    ("k2", "kf2", "\x1bOQ"),
    ("k3", "kf3", "\x1bOR"),
    ("k4", "kf4", "\x1bOS"),
    ("k5", "kf5", "\x1b[15~"),
    ("k6", "kf6", "\x1b[17~"),
    ("k7", "kf7", "\x1b[18~"),
    ("k8", "kf8", "\x1b[19~"),
    ("k9", "kf9", "\x1b[20~"),
    ("k;", "kf10", "\x1b[21~"),
    ("F1", "kf11", "\x1b[23~"),
    ("F2", "kf12", "\x1b[24~"),
)

#: Capabilities by name; "" is one without a value.
CAPABILITIES = {
    "TN": NAME,
    "name": NAME,
    "Co": "256",
    "colors": "256",
    "RGB": "8/8/8",
    "Tc": "",
    "Ss": "\x1b[%p1%d q",
    "Se": "\x1b[0 q",
    **{name: sequence for *names, sequence in _KEYS for name in names},
}
