"""The parser of a terminal's output, which calls methods of a `Screen`.

It is pyte's stream with a tokenizer instead of a generator.
"""

import math
from collections.abc import Callable, Generator, Iterable, Iterator
from time import perf_counter

import pyte

from tui.terminal import functions, tokens
from tui.terminal.colour_setter import ColourSetter
from tui.terminal.control_strings import ControlStrings
from tui.terminal.replies import Replies
from tui.terminal.screen import Screen
from tui.terminal.sgr import Look
from tui.terminal.style import DEFAULT
from tui.terminal.widths import NARROW

MAX_STRING = 1 << 20  # maximum characters of a control string; a longer one is ignored
MAX_COMMAND = 4 << 20  # characters after which an unterminated OSC ends; other strings, such as images, may be longer
MAX_OPERATIONS = 4096  # maximum number of cached sequences
SLICE = 1 << 16  # characters that are tokenized at once

PAUSE = (None,)

#: A method and its arguments. One that may take long gives its steps back.
Operation = tuple[Callable[..., Iterator[None] | None], tuple[object, ...]]


def _nothing() -> None:
    """Do nothing: for unknown sequences."""


class Stream(pyte.Stream):
    """The parser for one `Screen`.

    Never raises, keeps a limited rest of incomplete sequences, accepts input split at any place.

    `deadline` is the time (of `perf_counter`) after which `steps` pauses.
    """

    def __init__(self, screen: Screen, replies: Replies) -> None:
        # pyte's own constructor would start its generator
        self.screen = screen
        self.listener = screen
        self.replies = replies
        self._operations = _Operations(self)
        self._control_strings = ControlStrings(screen, replies)
        self._colour_setter = ColourSetter(screen)
        self.deadline = math.inf
        self.drop()

    def drop(self) -> None:
        """Drop incomplete sequences."""
        self._colour_setter.pending = False
        self._tail = ""
        self._skipping = False  # within a sequence that is too long to be kept
        self._string: list[str] | None = None  # a control string without its end
        self._string_kind = ""
        self._string_length = 0

    def feed(self, data: str) -> None:
        """Process `data`; an incomplete sequence at its end is kept for the next call."""
        self.deadline = math.inf
        for _ in self.steps(data):
            pass

    def steps(self, data: str) -> Iterator[None]:
        """Process `data`; pause each time `deadline` has passed.

        Until the end nothing else may be fed, but a resize is allowed.
        """
        for start in range(0, len(data), SLICE):
            yield from self._feed(data[start : start + SLICE])

    def _feed(self, data: str) -> Iterator[None]:
        if self._string is not None:
            data = self._continue_string(data)
        if self._skipping:
            data = yield from self._skip(data)
        if self._tail:
            data, self._tail = self._tail + data, ""
        data = self._pour(data)
        if not data:
            return
        found = tokens.TOKENS.findall(data)
        found.pop()  # the empty match at the end
        if not found:
            return
        text, both, one, rest = found[-1]
        incomplete = bool(rest) and tokens.is_incomplete(rest)
        if incomplete:
            found[-1] = (text, both, one, "")
        yield from self._obey(found)
        if incomplete:
            yield from self._keep(rest)

    def _pour(self, data: str) -> str:
        """Write plain lines that only scroll over the screen directly to the scrollback; return the rest of `data`."""
        match = tokens.PLAIN_LINES.match(data)
        if match is None:
            return data
        screen = self.screen
        lines = match[2].split("\r\n")
        lines.pop()  # empty, after the last line
        if len(lines) < screen.lines or max(map(len, lines)) > screen.columns:
            return data
        for _ in self._obey(tokens.TOKENS.findall(match[1])):
            pass  # one line is too short for a pause
        if not (screen.quick and screen.pours):
            return data[match.end(1) :]
        screen.pour(lines)
        return data[match.end() :]

    def _keep(self, rest: str) -> Iterator[None]:
        """Keep an incomplete function in as few characters as needed. Controls inside a sequence are executed immediately."""
        match = tokens.STRING.fullmatch(rest)
        if match:
            self._string_kind = tokens.OPENERS.get(match[1], match[1][-1])
            self._string = [match[2] + match[3]]
            self._string_length = len(self._string[0])
        elif rest.startswith(("\x1b[", "\x9b")):
            yield from self._control(rest)
            self._tail = tokens.squeezed(rest)
            if len(self._tail) > tokens.MAX_SEQUENCE + 8:
                self._tail = ""
                self._skipping = True
        else:
            self._tail = rest[:4]  # more than one intermediate is unknown anyway

    def _control(self, sequence: str) -> Iterator[None]:
        """Execute the controls inside a sequence."""
        for control in tokens.controls_in(sequence):
            self._method(functions.BASIC.get(control))()
            if perf_counter() > self.deadline:
                yield

    def _skip(self, data: str) -> Generator[None, None, str]:
        """Drop the rest of a sequence that was too long; return what follows."""
        match = tokens.SKIPPED.match(data)
        end = match.end() if match else 0
        yield from self._control(" " + data[:end])
        self._skipping = end == len(data)
        if self._skipping:
            return ""
        return data[end:] if data[end] == "\x1b" or "\x80" <= data[end] <= "\x9f" else data[end + 1 :]

    def _continue_string(self, data: str) -> str:
        """Append to the open control string; return what follows its end."""
        assert self._string is not None
        ends = tokens.STRING_ENDS["]" if self._string_kind == "]" else ""]
        match = ends.search(data)
        end = match.start() if match else len(data)
        left = MAX_COMMAND - self._string_length
        if self._string_kind == "]" and end > left:
            self._string = None
            return data[left:]
        self._string_length += end
        if self._string_length <= MAX_STRING:
            self._string.append(data[:end])
        else:
            self._string.clear()
        if match is None:
            return ""
        body = "".join(self._string)
        self._string = None
        if self._string_length <= MAX_STRING and match.group() not in "\x18\x1a":
            self._control_strings.process(self._string_kind, body, match.group())
        return data[end:] if match.group() == "\x1b" else data[end + 1 :]

    def _obey(self, found: list[tokens.Token]) -> Iterator[None]:
        screen = self.screen
        cursor, rows, columns, dirty = screen.cursor, screen.screen_rows, screen.columns, screen.dirty
        deadline = self.deadline
        colours = self._colour_setter
        look: Look = screen.pen.style
        for text, both, one, sequence in found:
            if text:
                x = cursor.x
                end = x + len(text)
                if end < columns and screen.quick and (text.isascii() or NARROW(text)):
                    # most text: fits into the line, one column per character
                    row = rows[cursor.y]
                    if x == row.filled:
                        row.pieces.append((text, look))
                        row.filled = end
                        row.styled = row.styled or look is not DEFAULT
                    else:
                        row.write(x, text, look)
                    cursor.x = end
                    dirty.add(cursor.y)
                    screen.last = text
                else:
                    colours.settle()
                    screen.draw(text)
                    if perf_counter() > deadline:
                        yield
                        deadline, columns = self.deadline, screen.columns
            if both:
                look = colours.set_both(both)
            elif one:
                look = colours.set_one(one)
            elif sequence:
                if colours.pending:
                    colours.settle()
                pen = screen.pen.next.get(sequence)
                if pen is not None:
                    screen.pen = pen
                else:
                    pauses = self._execute(sequence)
                    if pauses is not None:
                        yield from pauses
                        deadline, columns = self.deadline, screen.columns
                look = screen.pen.style
                screen.last = ""
        colours.settle()

    def _execute(self, sequence: str) -> Iterable[None] | None:
        """Execute a function. Return the pauses to make meanwhile, or None if it is done in time."""
        if len(sequence) > tokens.LONGEST_TEXT and tokens.is_csi(sequence):
            return self._execute_long(sequence)
        method, arguments = self._operations[sequence]
        steps = method(*arguments)
        if steps is not None:
            return self._paced(steps)
        return PAUSE if perf_counter() > self.deadline else None

    def _execute_long(self, sequence: str) -> Iterator[None]:
        """Execute a control sequence that may hold more controls than can be executed in one step."""
        yield from self._control(sequence)
        method, arguments = self._operations[tokens.squeezed(sequence)]
        yield from self._paced(method(*arguments) or iter(()))

    def _paced(self, steps: Iterator[None]) -> Iterator[None]:
        """Run the steps of a method that may take long."""
        for _ in steps:
            if perf_counter() > self.deadline:
                yield
        if perf_counter() > self.deadline:
            yield

    # meaning of sequences

    def operation(self, sequence: str) -> Operation:
        """Return the method and arguments of a complete token."""
        first = sequence[0]
        if first == "\x1b" and len(sequence) > 1:
            if sequence[1] == "[":
                plain = tokens.SGR.fullmatch(sequence)
                return (self._turn, (sequence, plain[1])) if plain else self._csi(sequence)
            if sequence[1] in "]PX^_":
                return self._whole_string(sequence)
            return self._escape(sequence[1:])
        if first == "\x9b":
            return self._csi(sequence)
        if first in tokens.OPENERS:
            return self._whole_string(sequence)
        if first in functions.SINGLE_SHIFTS:
            return self.screen.single_shift, (functions.SINGLE_SHIFTS[first],)
        return self._method(functions.BASIC.get(sequence)), ()

    def _method(self, name: str | None) -> Callable[..., Iterator[None] | None]:
        if name is None:
            return _nothing
        method: Callable[..., Iterator[None] | None] = getattr(self.screen, name)
        return method

    def _escape(self, sequence: str) -> Operation:
        screen, final, intermediates = self.screen, sequence[-1], sequence[:-1]
        if not intermediates:
            if final in "=>":
                return screen.set_keypad, (final == "=",)
            if final in functions.SINGLE_SHIFTS:
                return screen.single_shift, (functions.SINGLE_SHIFTS[final],)
            if final in "no":
                return screen.shift, (2 if final == "n" else 3,)
            return self._method(functions.ESCAPE.get(final)), ()
        if intermediates == "#":
            return self._method(self.sharp.get(final)), ()
        if len(intermediates) == 1 and intermediates in "()*+-./":
            return screen.define_charset, (final, intermediates)
        return _nothing, ()

    def _csi(self, sequence: str) -> Operation:
        controls = tokens.controls_in(sequence)
        parsed = tokens.parse_csi(sequence)
        # a pen must not cache a sequence that did more than change the pen
        operation = self._sequence("" if controls else sequence, parsed) if parsed else (_nothing, ())
        return (self._in_turn, (sequence, operation)) if controls else operation

    def _sequence(self, sequence: str, csi: tokens.Csi) -> Operation:
        key = csi.key
        if key == "m":
            return self._turn, (sequence, csi.parameters)
        values = tokens.numbers(csi.parameters)
        if key in ("h", "l", "?h", "?l"):
            switch = self.screen.set_mode if csi.final == "h" else self.screen.reset_mode
            return (self._private, (switch, values)) if csi.prefix else (switch, tuple(values))
        if key in functions.QUESTIONS:
            name = functions.QUESTIONS[key]
            method = getattr(self.replies, name)
        elif key in functions.CSI:
            name = functions.CSI[key]
            method = self._method(name)
        else:
            return _nothing, ()
        return method, tuple(values[: functions.ARITY.get(name, 1)])

    def _in_turn(self, sequence: str, operation: Operation) -> Iterator[None] | None:
        for _ in self._control(sequence):
            pass  # short: see `_execute_long`
        method, arguments = operation
        return method(*arguments)

    def _private(self, switch: Callable[..., None], values: list[int]) -> None:
        switch(*values, private=True)

    def _turn(self, sequence: str, parameters: str) -> None:
        screen = self.screen
        screen.pen = screen.pens.turn(screen.pen, sequence, parameters)

    # control strings

    def _whole_string(self, sequence: str) -> Operation:
        match = tokens.STRING.fullmatch(sequence)
        if not match or match[3] in ("\x18", "\x1a") or len(match[2]) > MAX_STRING:
            return _nothing, ()
        return self._control_strings.process, (tokens.OPENERS.get(match[1], match[1][-1]), match[2], match[3])


class _Operations(dict[str, Operation]):
    """A cache of the operation of each sequence. Limited in size."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self._stream = stream

    def __missing__(self, sequence: str) -> Operation:
        operation = self._stream.operation(sequence)
        if len(sequence) <= 32:
            if len(self) >= MAX_OPERATIONS:
                self.clear()
            self[sequence] = operation
        return operation
