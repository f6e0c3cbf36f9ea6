"""Commands that print words or compare them: echo, printf, test."""

from __future__ import annotations

import re

from tui.demo.shell.run import Invocation, command

ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "e": "\x1b",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "\\": "\\",
    '"': '"',
    "'": "'",
}


@command("echo")
async def echo(run: Invocation) -> int:
    """echo [-n] [-e] WORDS"""
    words, newline, escapes = run.words[1:], "\n", False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        newline = "" if "n" in words[0] else newline
        escapes = escapes or "e" in words[0]
        words = words[1:]
    text = " ".join(words)
    await run.say((unescaped(text) if escapes else text) + newline)
    return 0


def unescaped(text: str) -> str:
    """Return the text with backslash escapes replaced."""

    def replaced(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] == "x":
            return chr(int(code[1:], 16))
        if code[0] == "0" or code.isdigit():
            return chr(int(code, 8) & 0xFF)
        return ESCAPES.get(code, "\\" + code)

    return re.sub(r"\\(x[0-9a-fA-F]{1,2}|0[0-7]{0,3}|[1-7][0-7]{0,2}|.)", replaced, text, flags=re.DOTALL)


@command("printf")
async def printf(run: Invocation) -> int:
    """printf FORMAT [ARGUMENTS], repeated until all arguments are used."""
    if len(run.words) < 2:
        return await run.complain("usage: printf FORMAT [ARGUMENT...]", 2)
    form, arguments = unescaped(run.words[1]), run.words[2:]
    directive = re.compile(r"%([-+ 0#]*)(\d*)(?:\.(\d+))?([sdixXocbu%])")
    while True:
        before = len(arguments)

        def shown(found: re.Match[str]) -> str:
            if found[4] == "%":
                return "%"
            value = arguments.pop(0) if arguments else ""
            if found[4] in "sbc":
                value = unescaped(value) if found[4] == "b" else value[:1] if found[4] == "c" else value
                return f"%{found[1].replace('0', '')}{found[2]}{'.' + found[3] if found[3] else ''}s" % value
            number = int(value) if re.fullmatch(r"[-+]?\d+", value) else 0
            return f"%{found[1]}{found[2]}{'d' if found[4] in 'diu' else found[4]}" % number

        await run.say(directive.sub(shown, form))
        if not arguments or len(arguments) == before:
            return 0


@command("test", "[")
async def test(run: Invocation) -> int:
    """test EXPRESSION, [ EXPRESSION ]"""
    words = run.words[1:]
    if run.words[0] == "[":
        if words[-1:] != ["]"]:
            return await run.complain("missing ]", 2)
        words = words[:-1]
    negated = words[:1] == ["!"]
    try:
        return int(_holds(run, words[1:] if negated else words) == negated)
    except ValueError as problem:
        return await run.complain(str(problem), 2)


def _holds(run: Invocation, words: list[str]) -> bool:
    if len(words) == 2 and words[0].startswith("-"):
        node = run.shell.files.node(run.path(words[1])) if words[0] not in ("-n", "-z", "-t") else None
        unary = {
            "-n": bool(words[1]),
            "-z": not words[1],
            "-e": node is not None,
            "-f": node is not None and not node.is_folder,
            "-d": node is not None and node.is_folder,
            "-s": node is not None and bool(node.data),
            "-r": node is not None,
            "-w": node is not None,
            "-x": node is not None and bool(node.mode & 0o111),
            "-t": run.shell.process.terminal is not None,
        }
        if words[0] not in unary:
            raise ValueError(f"{words[0]}: unknown operand")
        return unary[words[0]]
    if len(words) == 3:
        left, operator, right = words
        if operator in ("=", "==", "!="):
            return (left == right) == (operator != "!=")
        if not re.fullmatch(r"-?\d+", left) or not re.fullmatch(r"-?\d+", right):
            raise ValueError(f"bad number '{left if not re.fullmatch('-?[0-9]+', left) else right}'")
        a, b = int(left), int(right)
        numeric = {"-eq": a == b, "-ne": a != b, "-lt": a < b, "-le": a <= b, "-gt": a > b, "-ge": a >= b}
        if operator not in numeric:
            raise ValueError(f"{operator}: unknown operand")
        return numeric[operator]
    return bool(words and words[0])
