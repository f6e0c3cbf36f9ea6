"""The recorded sessions: programs, and the keys typed into them."""

from dataclasses import dataclass, field
from pathlib import Path

PLAY = Path("/tmp/play")

UP, DOWN, RIGHT, LEFT = b"\x1bOA", b"\x1bOB", b"\x1bOC", b"\x1bOD"
NORMAL_UP, NORMAL_DOWN, NORMAL_RIGHT, NORMAL_LEFT = b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D"
PAGE_UP, PAGE_DOWN, HOME, END = b"\x1b[5~", b"\x1b[6~", b"\x1bOH", b"\x1bOF"
F1, F2, F3, F4, F5, F6, F7, F8, F9, F10 = (
    *(b"\x1bOP", b"\x1bOQ", b"\x1bOR", b"\x1bOS"),
    *(b"\x1b[15~", b"\x1b[17~", b"\x1b[18~", b"\x1b[19~", b"\x1b[20~", b"\x1b[21~"),
)


@dataclass(frozen=True)
class Size:
    """A step that resizes the terminal."""

    columns: int
    rows: int


Step = bytes | Size


@dataclass(frozen=True)
class Session:
    name: str
    command: list[str]
    steps: list[Step] = field(default_factory=list)
    columns: int = 80
    rows: int = 24
    term: str = "xterm-256color"
    environment: dict[str, str] = field(default_factory=dict)
    quiet: float = 0.3  # seconds without output after which the next key is typed


C_LOCALE = {"LANG": "C", "LC_ALL": "C"}
BASH = ["bash", "--rcfile", str(PLAY / ".bashrc"), "-i"]


def shell(line: str) -> list[str]:
    """Return a command line that keeps its last screen for a while."""
    return ["bash", "-c", line + "; sleep 9"]


SESSIONS = [
    Session(
        "vim",
        ["vim", "code.py"],
        [
            *(b"5j", b"/number\r", b"n", b":split text.txt\r", b"\x06", b"ggdd", b"3p", b"ihello w\xc3\xb6rld\x1b", b"u"),
            *(b":vsplit code.c\r", b"VG", b"\x1b", b"G", b">>", b"\x17w", b"\x05\x05\x05\x05", b":set list\r", Size(100, 30)),
            *(b":only\r", b"zz", b"\x19", Size(60, 18), b":help\r", b"\x04", b":q!\r", b":qa!\r"),
        ],
    ),
    Session("vim-truecolor", ["vim", "+set termguicolors", "+colorscheme desert", "code.c"], [b"VGd", b"u", b":q!\r"], 100, 30),
    Session(
        "vim-wide",
        ["vim", "wide.txt"],
        [b"lll", b"x", b"\xe4\xb8\xad", b"i\xe4\xb8\xad\xe6\x96\x87\x1b", b"jjll", b"xx", b"j", b"A end\x1b", b":q!\r"],
    ),
    Session(
        "busybox-vi",
        ["busybox", "vi", "text.txt"],
        [b"jjj", b"dd", b"ihello\r world\x1b", b"\x06", b"\x04", b"/fox\r", b"n", b"G", b"\x02", b"u", b"P", b":q!\r"],
    ),
    Session(
        "less",
        ["less", "-R", "text.txt"],
        [
            b" ",
            b"b",
            b"/fox 1\r",
            b"/lazy\r",
            b"n",
            b"G",
            b"kkk",
            b"g",
            b"50%",
            b"-S\r",
            NORMAL_RIGHT,
            b"h",
            b"q",
            Size(90, 30),
            b"q",
        ],
    ),
    Session("less-wide", ["less", "wide.txt"], [b"j", b"/emoji\r", b"q"]),
    Session("less-colours", shell("ls -la --color=always folder /etc | less -R"), [b" ", b" ", b"k", b"G", b"k", b"q"]),
    Session("man", ["man", "ls"], [b" ", b" ", b"/color\r", b"n", b"G", b"q"]),
    Session("htop", ["htop"], [b"t", F6, b"\r", NORMAL_DOWN, F2, NORMAL_DOWN, b"\x1b", F5, F9, b"\x1b", b"q"], 100, 30),
    Session("top", ["top", "-d", "1"], [b"1", b"c", b"z", b"x", b"V", b"h", b"q", b"q"]),
    Session("busybox-top", ["busybox", "top", "-d", "1"], [b"m", b"q"]),
    Session(
        "nano",
        ["nano", "code.py"],
        [b"hello", b"\x0b", b"\x15", b"\x17number\r", NORMAL_DOWN * 30, b"\x07", b"\x18", Size(70, 20), b"\x18", b"n"],
    ),
    Session(
        "mc",
        ["mc", "-x"],
        [
            *(
                NORMAL_DOWN * 20,
                F3,
                PAGE_DOWN,
                F10,
                F9,
                NORMAL_DOWN,
                b"\x1b\x1b",
                F4,
                b"abc",
                F10,
                b"n",
                b"\t",
                NORMAL_UP,
                F7,
                b"new\r",
            ),
            *(Size(100, 30), b"\x0f", b"\x0f", F10, b"\r"),
        ],
        quiet=0.8,
    ),
    Session(
        "mc-c-locale",
        ["mc", "-x"],
        [NORMAL_DOWN, F9, NORMAL_DOWN, b"\x1b\x1b", F2, b"\x1b\x1b", F10, b"\r"],
        environment=C_LOCALE,
        quiet=0.8,
    ),
    Session(
        "mc-black-white",
        ["mc", "-b"],
        [NORMAL_DOWN, b"\x1b9", NORMAL_DOWN, b"\x1b\x1b", b"\x1b0", b"\r"],
        term="vt100",
        environment=C_LOCALE,
        quiet=0.8,
    ),
    Session(
        "dialog",
        shell(
            "dialog --menu 'A menu of things' 15 50 5 one First two Second three Third;"
            " dialog --checklist Choose 12 40 3 a Apple on"
            " b Pear off c Plum on; dialog --yesno 'Really?' 7 30; (for n in 0 25 50 100; do echo $n; sleep 0.1; done) |"
            " dialog --gauge Working 8 50; dialog --inputbox Name 8 40; dialog --calendar Day 0 0 1 5 2024;"
            " dialog --textbox text.txt 20 70"
        ),
        [NORMAL_DOWN, b"\r", b" ", b"\r", b"\t", b"\r", b"hello", b"\r", NORMAL_RIGHT, b"\r", b"jjj", b"\r"],
    ),
    Session(
        "dialog-c-locale",
        shell(
            "dialog --menu 'A menu' 15 50 5 one First two Second;"
            " dialog --form Form 12 50 3 Name: 1 1 x 1 10 20 0 Place: 2 1 y 2 10 20 0"
        ),
        [NORMAL_DOWN, b"\r", b"abc", b"\t", b"\r"],
        environment=C_LOCALE,
    ),
    Session(
        "whiptail",
        shell(
            "whiptail --menu Choose 15 60 4 one First two Second; whiptail --yesno Sure 8 40;"
            " whiptail --radiolist R 10 40 2 a A on b B off"
        ),
        [NORMAL_DOWN, b"\t", b"\r", b"\t", b"\r", b" ", b"\r"],
    ),
    Session("whiptail-c-locale", shell("whiptail --msgbox 'Text in a box' 10 40"), [b"\r"], environment=C_LOCALE),
    Session(
        "tmux",
        ["tmux", "-L", "recording", "-f", "/dev/null", "new", "bash", "--norc"],
        [
            *(
                b"ls --color\r",
                b"\x02%",
                b"echo right\r",
                b'\x02"',
                b"seq 100\r",
                b"\x02o",
                b"\x02[",
                b"\x1b[5~",
                b"q",
                b"\x02c",
            ),
            *(
                b"vi code.c\r",
                b":q!\r",
                b"\x02p",
                b"\x02z",
                Size(100, 28),
                b"\x02z",
                b"\x02w",
                b"q",
                b"\x02t",
                b"q",
                b"\x02&y",
                b"\x02d",
            ),
        ],
    ),
    Session(
        "screen",
        ["screen", "-c", "/dev/null", "-s", "/bin/bash"],
        [
            b"ls --color\r",
            b"\x01S",
            b"\x01\t",
            b"\x01c",
            b"echo second\r",
            b"\x01?",
            b" ",
            b"\x01[",
            b"\x1b",
            b"seq 60\r",
            b"\x01\\y",
        ],
    ),
    Session(
        "bash",
        BASH,
        [
            *(
                b"echo hello",
                b"\x01",
                b"\x0b",
                b"\x19",
                b"\r",
                b"ls\r",
                b"ls -la folder\r",
                b"echo " + b"word " * 30,
                b"\x01" + NORMAL_RIGHT * 4,
            ),
            *(
                b"insert",
                b"\x0b",
                b"\x03",
                b"\x12ls",
                b"\x07",
                b"cat fol\t\t",
                b"\x15",
                b"printf '\\e[31mred\\e[0m'\r",
                b"ech\x7f\x7fxx\x1bb",
                b"\x15",
            ),
            *(
                b"seq 50\r",
                b"clear\r",
                b"echo \xe4\xb8\xad\xe6\x96\x87 caf\xc3\xa9",
                b"\x7f\x7f\x02\x02\x02x",
                b"\r",
                Size(60, 20),
                b"echo a\r",
            ),
            *(Size(100, 12), b"seq 20\r", Size(100, 30), b"exit\r"),
        ],
    ),
    Session(
        "busybox-ash",
        ["busybox", "ash"],
        [b"ls -la\r", b"echo one two", b"\x01x", b"\x03", b"busybox\r", b"cat text.txt | busybox more\r", b" ", b"q"],
    ),
    Session(
        "zsh",
        ["zsh", "-i"],
        [b"ls\r", b"echo hello", b"\x12ls", b"\x07", b"ls fol\t\t", b"\t", b"\x03", b"print -P '%F{red}x%f'\r", b"exit\r"],
    ),
    Session(
        "fish",
        ["fish"],
        [
            b"ls\r",
            b"echo h",
            b"ello",
            b"\r",
            b"ec",
            b"\x1b[C",
            b"\x03",
            b"ls fold\t\t",
            b"\t",
            b"\x03",
            b"for i in 1 2\r",
            b"\x03",
            b"exit\r",
        ],
    ),
    Session(
        "python",
        ["/usr/bin/python3", "-q"],
        [
            b"1+1\r",
            b"def f(x):\r",
            b"    return x\r\r",
            b"f('\xc3\xa4')\r",
            b"help(str.join)\r",
            b"q",
            b"import os\r",
            b"os.pa\t\t",
            b"\x15",
            b"1/0\r",
            b"\x04",
        ],
    ),
    Session("python-ipdb", ["/usr/bin/python3", "-m", "pdb", "code.py"], [b"l\r", b"n\r", b"p answer\r", b"h\r", b"q\r"]),
    Session(
        "sqlite",
        ["sqlite3"],
        [
            b"create table t(a,b);\r",
            b"insert into t values(1,'one'),(2,'zwei');\r",
            b".mode box\r",
            b"select * from t;\r",
            b"\x1b[A",
            b"\x01",
            b"\x05",
            b"\r",
            b".help\r",
            b".q\r",
        ],
    ),
    Session(
        "ls-colour", shell("ls -la --color=always /etc /usr/bin | head -400; ls --color -C folder /etc"), columns=120, rows=40
    ),
    Session(
        "git-log",
        shell(
            "cd repo; git -c color.ui=always --no-pager log --graph --all --stat;"
            " git --no-pager -c color.ui=always diff --word-diff"
        ),
    ),
    Session("git-diff-less", shell("cd repo; git diff"), [b" ", b"/i\r", b"q"]),
    Session("watch", ["watch", "-d", "-n", "1", "date +%S; head -5 text.txt"], [b"", b"", b"q"]),
    Session("cat-wide", shell("cat wide.txt; cat wide.txt tabs.txt | head -30")),
    Session("cat-tabs", shell("cat tabs.txt; printf 'a\\tb\\rX\\n'; expand tabs.txt | tail -3")),
    Session("seq", shell("seq 2000; printf '%0300d\\n' 7"), columns=100, rows=30),
    Session("vttest-cursor", ["vttest"], [b"1\r", *[b"\r"] * 6, b"0\r"]),
    Session("vttest-screen", ["vttest"], [b"2\r", *[b"\r"] * 15, b"0\r"]),
    Session("vttest-charsets", ["vttest"], [b"3\r", b"8\r", b"\r", b"9\r", b"\r", b"0\r", b"0\r"]),
    Session("vttest-vt102", ["vttest"], [b"8\r", *[b"\r"] * 12, b"0\r"]),
    Session("vttest-reports", ["vttest"], [b"6\r", b"3\r", b"\r", b"4\r", b"\r", b"5\r", b"\r", b"0\r", b"0\r"]),
    Session(
        "vttest-colours",
        ["vttest"],
        [b"11\r", b"6\r", b"2\r", b"\r", b"4\r", b"\r", b"\r", b"5\r", b"\r", b"\r", b"\r", b"6\r", b"\r"],
    ),
    Session(
        "vttest-bce",
        ["vttest"],
        [b"11\r", b"6\r", b"3\r", b"1\r", b"\r", b"2\r", b"\r", b"\r", b"3\r", b"\r", b"\r", b"\r", b"0\r"],
    ),
    Session("vttest-xterm", ["vttest"], [b"11\r", b"8\r", b"7\r", b"\r", *[b"\r"] * 8]),
    Session(
        "vttest-iso-cursor",
        ["vttest"],
        [b"11\r", b"4\r", b"3\r", *(item for n in range(1, 10) for item in (b"%d\r" % n, b"\r"))],
    ),
    Session(
        "vttest-vt220", ["vttest"], [b"11\r", b"1\r", *(item for n in range(1, 7) for item in (b"%d\r" % n, *[b"\r"] * 8))]
    ),
    Session(
        "vttest-editing", ["vttest"], [b"11\r", b"4\r", *(item for n in (2, 4, 5, 6) for item in (b"%d\r" % n, *[b"\r"] * 6))]
    ),
    Session(
        "vttest-alternate", ["vttest"], [b"11\r", b"8\r", *(item for n in (3, 4, 5, 6) for item in (b"%d\r" % n, *[b"\r"] * 8))]
    ),
    Session("vttest-keys", ["vttest"], [b"7\r", *[b"\r"] * 8]),
    Session("vttest-bugs", ["vttest"], [b"9\r", *(item for n in range(1, 10) for item in (b"%d\r" % n, *[b"\r"] * 3))]),
    Session("vttest-double", ["vttest"], [b"4\r", *[b"\r"] * 10]),
    Session("ncurses-menu", ["ncurses"], [b"b\r", b"\r", b"c\r", b"q", b"f\r", b"q", b"j\r"]),
    Session("ncurses-knight", ["knight"], [b"\r", b"a", b"a", b"q"]),
    Session("ncurses-firework", ["firework"], [b"", b"", b"q"]),
    Session("ncurses-rain", ["rain"], [b"", b"q"]),
    Session("ncurses-gdc", ["gdc", "-s", "5"], []),
    Session("ncurses-xmas", ["xmas"], [b"", b"q"]),
    Session("ncurses-hanoi", ["hanoi", "-X", "-n", "4"], [b"", b"q"]),
    Session("ncurses-insdel", ["insdelln"], [b"i", b"i", b"d", b"d", b"q"]),
    Session("ncurses-tclock", ["tclock"], [b"q"]),
    Session("ncurses-panels", ["demo_panels"], [b" "] * 8),
    Session("ncurses-wide", ["ins_wide"], [b"\xe4\xb8\xad", b"a", b"\xf0\x9f\x98\x80", b"\x11"]),
    Session("ncurses-worm-linux", ["worm"], [b"", b"q"], term="linux"),
    Session("ncurses-blue", ["blue"], [b"", b"a", b"\x0c", b"q"]),
    Session("w3m", ["w3m", "page.html"], [b"j", b"\t", b" ", b"H", b"B", b"q", b"y"]),
    Session("lynx", ["lynx", "page.html"], [NORMAL_DOWN, b" ", b"=", NORMAL_LEFT, b"q", b"y"]),
    Session("ranger", ["ranger"], [b"j", b"j", b"l", b"j", b"h", b"?", b"\x1b", b"q", b"q"], 100, 30),
    Session(
        "gdb",
        ["gdb", "-q", "program"],
        [
            b"break square\r",
            b"list\r",
            b"info line main\r",
            b"tui enable\r",
            b"list square\r",
            b"layout split\r",
            NORMAL_DOWN * 3,
            b"tui disable\r",
            b"q\r",
        ],
    ),
    Session("tig", ["bash", "-c", "cd repo; tig"], [b"j", b"\r", b"j", b"q", b"t", b"j\r", b"h", b"q", b"Q"], 100, 30),
    Session("ncdu", ["ncdu", "."], [NORMAL_DOWN, b"i", b"i", b"g", b"?", b"q", b"q"]),
    Session("cmatrix", ["cmatrix", "-b"], [b"", b"q"]),
    Session(
        "emacs",
        ["emacs", "-nw", "-Q", "code.c"],
        [b"\x18" + b"2", b"\x18o", b"hello", b"\x1bx", b"\x07", b"\x16", b"\x18b\r", b"\x18h", b"\x18\x03", b"n", b"yes\r"],
    ),
    Session(
        "nvim",
        ["nvim", "--clean", "code.py"],
        [b"5j", b"/number\r", b":split\r", b"ihello\x1b", b":help\r", b"\x06", b"\x06", b":qa!\r"],
    ),
    Session("fzf", shell("cat text.txt | fzf"), [b"fox", b"1", b"\x1b[A", b"\x1b[A", b"\x15", b"\x1b"]),
    Session("fzf-inline", shell("ls /etc | fzf --height 10 --reverse --border"), [b"a", b"\x1b[B", b"\x1b"]),
    Session("aptitude", ["aptitude"], [NORMAL_DOWN, b"\r", NORMAL_DOWN, b"\r", b"\x00", b"\x1b", b"?", b"q", b"q", b"y"]),
    Session("joe", ["joe", "code.c"], [b"abc", NORMAL_DOWN * 5, b"\x0bh", b"\x0bh", b"\x0bb", NORMAL_DOWN, b"\x03", b"y"]),
    Session("most", ["most", "text.txt"], [b" ", b"G", b"/fox\r", b"\x18" + b"2", b"q"]),
    Session("tree", shell("tree -C . ; tree --charset=ascii -C folder")),
    Session("toilet", shell("toilet -f future --gay Long; toilet -f mono12 -F metal shore")),
    Session("bmon", ["bmon"], [b"d", b"i", b"?", b"q", b"q"]),
    Session(
        "glances",
        ["glances", "--disable-plugin", "network,fs,diskio,docker,containers,ip,cloud,folders"],
        [b"", b"1", b"q"],
        120,
        35,
    ),
    Session(
        "dpkg-progress",
        shell(
            "export DEBIAN_FRONTEND=noninteractive; apt-get -o Dpkg::Progress-Fancy=1 -y install ./play-thing.deb 2>&-;"
            " apt-get -y -o Dpkg::Progress-Fancy=1 remove play-thing 2>&-"
        ),
        [b""] * 6,
        quiet=2.0,
    ),
    Session(
        "progress-bars",
        shell(
            "for n in $(seq 0 5 100); do printf '\\r%3d%% [%-20s]' $n $(head -c $((n/5)) /dev/zero | tr '\\0' '#');"
            " sleep 0.02; done; echo;"
            " for n in 1 2 3; do printf '\\e[2K\\e[1Gstep %s\\e[s\\e[1A\\e[20Gup\\e[u' $n; sleep 0.05; done; echo;"
            " tput setab 4; tput el; echo done; tput sgr0"
        ),
    ),
    Session("robots", ["/usr/games/robots"], [b"l", b"l", b"j", b"t", b"q", b"y"]),
    Session("tetris", ["/usr/games/tetris-bsd"], [b"k", b"l", b"p", b"p", b"q"]),
    Session("snake", ["/usr/games/snake"], [b"l", b"l", b"j", b"q"]),
    Session("worms", ["/usr/games/worms", "-n", "5", "-t"], []),
    Session("mariadb-help", shell("mariadb --help | less"), [b" ", b"/user\r", b"q"]),
    Session("psql", shell("psql -h /nowhere; psql --help | less"), [b" ", b"q"]),
    Session(
        "colours",
        shell(
            "for i in $(seq 0 255); do printf '\\e[48;5;%sm%4s\\e[0m' $i $i; done; echo; for i in $(seq 0 8 255); do"
            " printf '\\e[38;2;%s;100;50;4mx\\e[0m\\e[48:2::0:%s:99my\\e[m' $i $i; done; echo;"
            " for i in 1 2 3 4 5 7 8 9 21 53; do"
            " printf '\\e[%smstyle\\e[0m ' $i; done; for i in 1 2 3 4 5;"
            " do printf '\\e[4:%sm\\e[58;5;%smunder\\e[0m ' $i $i; done; echo;"
            " printf '\\e[44m\\e[K\\n\\e[2Kx\\n\\n\\e[41m\\e[J\\e[0mend'"
        ),
    ),
]
