"""Text commands: grep head tail wc sort uniq cut tr sed seq dd."""

from __future__ import annotations

import asyncio
import re

from tui.demo.files import FileProblem
from tui.demo.shell.commands_files import options_of
from tui.demo.shell.run import Invocation, command

ZEROS = 65_536
"""Bytes that /dev/zero returns per read."""


def decoded(data: bytes) -> str:
    """Decode bytes into text that can be encoded back unchanged."""
    return data.decode("utf-8", "surrogateescape")


async def inputs(run: Invocation, names: list[str]) -> list[tuple[str, str]]:
    """Return (name, text) of files, or of stdin without names."""
    if not names:
        return [("", decoded(await run.streams.stdin.everything()))]
    found = []
    for name in names:
        try:
            data = await run.streams.stdin.everything() if name == "-" else run.shell.files.read(run.path(name))
        except FileProblem as problem:
            await run.complain(f"{name}: {problem}")
            continue
        found.append((name, decoded(data)))
    return found


def count_of(words: list[str], default: int) -> tuple[str, list[str]]:
    """Return the value of -n (or -5), and the other words."""
    value, others = str(default), []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "-n" and rest:
            value = rest.pop(0)
        elif re.fullmatch(r"-n?\+?\d+", word):
            value = word.lstrip("-n")
        elif word != "-f" and word != "-q":
            others.append(word)
    return value, others


@command("grep")
async def grep(run: Invocation) -> int:
    """grep [-ivnclqEFo] PATTERN [FILES]; filters stdin line by line without a file."""
    letters, names = options_of(run.words[1:])
    if not names:
        return await run.complain("usage: grep [-ivnclqEFo] PATTERN [FILE...]", 2)
    text = names[0]
    if "F" in letters:
        text = re.escape(text)
    elif "E" not in letters:
        text = (
            re.sub(r"\\([|+?(){}])", r"\1", re.sub(r"(?<!\\)([|+?(){}])", r"\\\1", text))
            if not re.search(r"\\[|+?(){}]", text)
            else re.sub(r"\\([|+?(){}])", r"\1", text)
        )
    try:
        pattern = re.compile(text, re.IGNORECASE if "i" in letters else 0)
    except re.error as problem:
        return await run.complain(f"bad regex '{names[0]}': {problem}", 2)
    if len(names) == 1 and not letters & {"c", "l", "q"}:
        return await _grep_input(run, pattern, letters)
    hits = 0
    for name, content in await inputs(run, names[1:]):
        lines = [
            (number, line)
            for number, line in enumerate(content.splitlines(), 1)
            if bool(pattern.search(line)) != ("v" in letters)
        ]
        hits += len(lines)
        prefix = f"{name}:" if len(names) > 2 else ""
        if "q" in letters:
            continue
        if "l" in letters:
            await run.say(f"{name}\n" if lines else "")
        elif "c" in letters:
            await run.say(f"{prefix}{len(lines)}\n")
        else:
            await run.say("".join(prefix + _hit(run, pattern, letters, number, line) for number, line in lines))
    return int(hits == 0)


def _hit(run: Invocation, pattern: re.Pattern[str], letters: set[str], number: int, line: str) -> str:
    if "o" in letters:
        return "".join(f"{found[0]}\n" for found in pattern.finditer(line))
    return (f"{number}:" if "n" in letters else "") + line + "\n"


async def _grep_input(run: Invocation, pattern: re.Pattern[str], letters: set[str]) -> int:
    hits, number = 0, 0
    while (data := await run.streams.stdin.line()) is not None:
        number += 1
        line = decoded(data).rstrip("\n")
        if bool(pattern.search(line)) != ("v" in letters):
            hits += 1
            await run.say(_hit(run, pattern, letters, number, line))
    return int(hits == 0)


@command("head")
async def head(run: Invocation) -> int:
    """head [-n COUNT | -c BYTES] [FILES]"""
    if run.words[1:2] == ["-c"] and len(run.words) > 2:
        return await _head_bytes(run, int(run.words[2]), run.words[3:])
    value, names = count_of(run.words[1:], 10)
    if not names:
        for _ in range(int(value)):
            line = await run.streams.stdin.line()
            if line is None:
                break
            await run.streams.stdout(line)
        return 0
    found = await inputs(run, names)
    for name, text in found:
        title = f"==> {name} <==\n" if len(names) > 1 else ""
        await run.say(title + "".join(text.splitlines(keepends=True)[: int(value)]))
    return int(len(found) < len(names))


async def _head_bytes(run: Invocation, count: int, names: list[str]) -> int:
    while names == ["/dev/zero"] and count:
        piece = bytes(min(count, ZEROS))
        count -= len(piece)
        await run.streams.stdout(piece)
    if names and names != ["/dev/zero"]:
        await run.streams.stdout(run.shell.files.read(run.path(names[0]))[:count])
    while not names and count and (data := await run.streams.stdin.read()) is not None:
        await run.streams.stdout(data[:count])
        count -= len(data[:count])
    return 0


@command("tail")
async def tail(run: Invocation) -> int:
    """tail [-n COUNT] [-f] [FILES]"""
    value, names = count_of(run.words[1:], 10)
    found = await inputs(run, names)
    for _, text in found:
        lines = text.splitlines(keepends=True)
        chosen = lines[int(value) - 1 :] if value.startswith("+") else lines[-int(value) :] if int(value) else []
        await run.say("".join(chosen))
    if "-f" in run.words:
        if names and names != ["/dev/null"]:
            await _follow(run, names[-1])
        await asyncio.Event().wait()
    return int(len(found) < max(1, len(names)))


async def _follow(run: Invocation, name: str) -> None:
    path = run.path(name)
    length = len(run.shell.files.read(path))
    while True:
        await run.shell.world.clock.sleep(0.2)
        data = run.shell.files.read(path)
        if len(data) > length:
            await run.streams.stdout(data[length:])
        length = len(data)


@command("wc")
async def wc(run: Invocation) -> int:
    """wc [-lwc] [FILES]"""
    letters, names = options_of(run.words[1:])
    for name, text in await inputs(run, names):
        counts = {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode("utf-8", "surrogateescape"))}
        chosen = [
            str(counts[letter]) if letters else f"{counts[letter]:9d}" for letter in "lwc" if not letters or letter in letters
        ]
        await run.say(" ".join([*chosen, *([name] if name else [])]) + "\n")
    return 0


@command("sort")
async def sort(run: Invocation) -> int:
    """sort [-nru] [FILES]"""
    letters, names = options_of(run.words[1:])
    lines = [line for _, text in await inputs(run, names) for line in text.splitlines()]

    def number(line: str) -> tuple[float, str]:
        found = re.match(r"\s*(-?\d+(\.\d+)?)", line)
        return (float(found[1]) if found else 0.0, line)

    lines.sort(key=number if "n" in letters else lambda line: (0.0, line), reverse="r" in letters)
    if "u" in letters:
        lines = list(dict.fromkeys(lines))
    await run.say("".join(f"{line}\n" for line in lines))
    return 0


@command("uniq")
async def uniq(run: Invocation) -> int:
    """uniq [-cd] [FILE]"""
    letters, names = options_of(run.words[1:])
    groups: list[tuple[str, int]] = []
    for _, text in await inputs(run, names):
        for line in text.splitlines():
            if groups and groups[-1][0] == line:
                groups[-1] = (line, groups[-1][1] + 1)
            else:
                groups.append((line, 1))
    await run.say(
        "".join(
            (f"{count:7d} " if "c" in letters else "") + f"{line}\n"
            for line, count in groups
            if "d" not in letters or count > 1
        )
    )
    return 0


@command("cut")
async def cut(run: Invocation) -> int:
    """cut -d SIGN -f FIELDS | -c COLUMNS"""
    words, sign, fields, columns, names = run.words[1:], "\t", "", "", []
    while words:
        word = words.pop(0)
        if word[:2] in ("-d", "-f", "-c"):
            value = word[2:] or (words.pop(0) if words else "")
            sign, fields, columns = (
                value if word[1] == "d" else sign,
                value if word[1] == "f" else fields,
                value if word[1] == "c" else columns,
            )
        else:
            names.append(word)
    if not fields and not columns:
        return await run.complain("expected a list of bytes, characters, or fields")
    for _, text in await inputs(run, names):
        for line in text.splitlines():
            pieces = list(line) if columns else line.split(sign)
            chosen = [piece for number, piece in enumerate(pieces, 1) if _in_ranges(number, columns or fields)]
            await run.say(("" if columns else sign).join(chosen if columns or len(pieces) > 1 else pieces) + "\n")
    return 0


def _in_ranges(number: int, ranges: str) -> bool:
    for part in ranges.split(","):
        low, dash, high = part.partition("-")
        if int(low or 1) <= number <= (int(high) if high else (10**9 if dash else int(low or 1))):
            return True
    return False


@command("tr")
async def tr(run: Invocation) -> int:
    """tr [-d] FROM [TO]"""
    letters, names = options_of(run.words[1:])
    if not names:
        return await run.complain("missing operand")
    source = _set(names[0])
    text = decoded(await run.streams.stdin.everything())
    if "d" in letters:
        await run.say("".join(letter for letter in text if letter not in source))
        return 0
    target = _set(names[1]) if len(names) > 1 else source
    table = {ord(letter): target[min(number, len(target) - 1)] for number, letter in enumerate(source)} if target else {}
    await run.say(text.translate(table))
    return 0


def _set(text: str) -> str:
    from tui.demo.shell.commands_words import unescaped

    text = unescaped(text)
    for name, letters in {"[:lower:]": "a-z", "[:upper:]": "A-Z", "[:digit:]": "0-9", "[:space:]": " \t\n\r"}.items():
        text = text.replace(name, letters)
    return re.sub(r"(.)-(.)", lambda found: "".join(map(chr, range(ord(found[1]), ord(found[2]) + 1))), text)


@command("sed")
async def sed(run: Invocation) -> int:
    """sed [-n] 's/FROM/TO/g' | 'Np' | 'Nd' [FILES]"""
    letters, names = options_of([word for word in run.words[1:] if word != "-e"])
    if not names:
        return await run.complain("usage: sed [-n] SCRIPT [FILE...]")
    substitution = re.fullmatch(r"s(.)(.*?)(?<!\\)\1(.*?)(?<!\\)\1([gip]*)", names[0])
    lines = re.fullmatch(r"(\d+|\$)(?:,(\d+|\$))?([pd])", names[0])
    if not substitution and not lines:
        return await run.complain(f"unsupported command {names[0]}")
    for _, text in await inputs(run, names[1:]):
        content = text.splitlines()
        if substitution:
            flags = re.IGNORECASE if "i" in substitution[4] else 0
            replacement = re.sub(r"(?<!\\)&", r"\\g<0>", substitution[3])
            await run.say(
                "".join(
                    re.sub(substitution[2], replacement, line, count=0 if "g" in substitution[4] else 1, flags=flags) + "\n"
                    for line in content
                )
            )
        elif lines:
            first = len(content) if lines[1] == "$" else int(lines[1])
            last = first if lines[2] is None else len(content) if lines[2] == "$" else int(lines[2])
            for number, line in enumerate(content, 1):
                inside = first <= number <= last
                times = (("n" not in letters) + inside) if lines[3] == "p" else int(not inside)
                await run.say(f"{line}\n" * times)
    return 0


@command("seq")
async def seq(run: Invocation) -> int:
    """seq [FIRST [STEP]] LAST"""
    numbers = [word for word in run.words[1:] if re.fullmatch(r"-?\d+", word)]
    if not 1 <= len(numbers) <= 3 or len(numbers) != len(run.words) - 1:
        return await run.complain("usage: seq [FIRST [STEP]] LAST")
    first, step, last = (
        (1, 1, int(numbers[0]))
        if len(numbers) == 1
        else (int(numbers[0]), 1, int(numbers[1]))
        if len(numbers) == 2
        else tuple(map(int, numbers))
    )
    if step == 0:
        return await run.complain("step must not be zero")
    values = range(first, last + (1 if step > 0 else -1), step)
    for start in range(0, len(values), 500):
        await run.say("".join(f"{value}\n" for value in values[start : start + 500]))
    return 0
