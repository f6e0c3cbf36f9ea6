"""A form: text fields and check boxes. Typed text is kept after an error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from tui.resources.model.masked_words import MaskedWords
from tui.resources.model.text import Line, Span, one_line
from tui.widgets.bar import KeyHint
from tui.widgets.box import Box
from tui.widgets.dialogs import Dialog, Tick, spanned
from tui.widgets.form_field import FormField, common_beginning, unsendable
from tui.widgets.line_input import LineInput, left_out_words, reached, with_breaks, without_breaks
from tui.widgets.wrapping import Text

OFFERED = 20
"""Maximum number of values offered under a field."""


class Filled(NamedTuple):
    """The answers of a form: field names with the typed texts, in order, and the names of the ticked boxes."""

    typed: tuple[tuple[str, str], ...] = ()
    ticked: frozenset[str] = frozenset()


class Wrong(NamedTuple):
    """An error in the form as a whole, and the field beside which it is shown. No error: an empty text."""

    field: str = ""
    text: str = ""


class Form(Dialog[Filled]):
    """Text fields, then check boxes.

    `check` checks the whole form once every field is valid; `command` returns a line about the action for the answers.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", "Save", show=False, priority=True),
        Binding("tab", "complete", "Complete a path, else next field", show=False, priority=True),
        Binding("down", "next(1)", "Next field", show=False, priority=True),
        Binding("up,shift+tab", "next(-1)", "Previous field", show=False, priority=True),
        Binding("ctrl+n", "offer(1)", "Next offered value", show=False, priority=True),
        Binding("ctrl+p", "offer(-1)", "Previous offered value", show=False, priority=True),
        Binding("ctrl+r", "reveal", "Show or mask secrets", show=False, priority=True),
        Binding("enter,ctrl+j", "enter", "Next field", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        ticks: Sequence[Tick] = (),
        *,
        lines: Sequence[Line | str] = (),
        submit: str = "save",
        check: Callable[[Filled], Wrong] = lambda _filled: Wrong(),
        command: Callable[[Filled], str] | None = None,
        danger: bool = False,
    ) -> None:
        """`danger`: what is submitted cannot be undone, so that Enter does not submit."""
        self._danger = danger
        super().__init__(title)
        self._submit_word = submit
        self._lines = spanned(lines)
        self._fields = tuple(fields)
        self._check_all = check
        self._command = command
        self._masks = [MaskedWords(without_breaks(field.initial) if field.masked else "") for field in fields]
        self._revealed = False
        self._inputs = [
            LineInput(
                masks.masked(without_breaks(field.initial)),
                lines=field.lines,
                compact=True,
                placeholder=field.hint,
                password=field.secret,
                select_on_focus=False,
            )
            for field, masks in zip(fields, self._masks, strict=True)
        ]
        self._below = [Text(classes="field-error") for _ in fields]  # the error of each field, else the values offered
        self._wrong: list[str | None] = [None] * len(fields)  # the text of each field with an error
        self._bases = [field.initial for field in fields]  # the typed text, before an offered value replaced it
        self._taken: list[str | None] = [None] * len(fields)  # the offered value that replaced the typed text
        self._examined: dict[int, tuple[str, str]] = {}  # by field: the text examined last, and the error in it
        self._looked_up: dict[int, tuple[str, Sequence[str]]] = {}  # by field: the text looked up last, and its offers
        self._boxes = [Box(tick) for tick in ticks]
        self._doing = Text(classes="doing")
        self._mistakes: set[str] = set()  # errors of the program in callbacks, by place: each is reported once
        self._places: list[Widget] = [*self._inputs, *self._boxes]

    def contents(self) -> Iterable[Widget]:
        if self._lines:
            yield Text(self._lines)
        for field, line, below in zip(self._fields, self._inputs, self._below, strict=True):
            yield Text([(Span(one_line(field.label), "title"),)], classes="field-label")
            yield line
            yield below
        yield from self._boxes
        if self._command is not None:
            yield self._doing

    def on_mount(self) -> None:
        if self._places:
            empty = next((number for number, field in enumerate(self._fields) if not field.initial), 0)
            wanting = bool(self._fields and self._problem(empty, ""))
            self.set_focus(self._places[empty if wanting else 0])
        for number in range(len(self._fields)):
            self._asks(number)
        self._show()

    @property
    def filled(self) -> Filled:
        """Return the current answers."""
        typed = ((field.name, self._text(number)) for number, field in enumerate(self._fields))
        return Filled(tuple(typed), frozenset(box.tick.name for box in self._boxes if box.ticked))

    def _text(self, number: int) -> str:
        """Return the text of a field, with the secrets that are shown masked."""
        return with_breaks(self._masks[number].real(self._inputs[number].value))

    def show_again(self) -> None:
        """Show notes, offers and the command again, after what they are made of has changed."""
        self._show()

    def error(self, name: str, text: str) -> None:
        """Show an error beside a field; it stays until the text changes."""
        for number, field in enumerate(self._fields):
            if field.name == name:
                self._wrong[number] = self._inputs[number].value if text else None
                self._below[number].show([(Span(one_line(text), "bad"),)] if text else [])

    # -- display ------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Show the keys that apply now, the values offered for the focused field, and the command."""
        offers = self._offered(self._number()) if self._fields else []
        keys = KeyHint("enter" if self._enter_submits else "ctrl+s", self._submit_word, rank=0)
        more = [KeyHint("tab", "next field", rank=3)] if len(self._places) > 1 else []
        more += [KeyHint("space", "tick", rank=2)] if self._boxes else []
        more += [KeyHint("ctrl+o", "line break", rank=4)] if self._takes_breaks() else []
        more += [KeyHint("ctrl+n", "next offered", rank=2)] if offers else []
        more += [KeyHint("ctrl+r", "mask secrets" if self._revealed else "show secrets", rank=2)] if any(self._masks) else []
        self.show_hints([keys, KeyHint("esc", "cancel", rank=1), *more])
        for number, below in enumerate(self._below):
            if self._wrong[number] is None:
                offered = "  ".join(offers) if number == self._number() else ""
                below.show([(Span(one_line(text), "dim"),) for text in (self._fields[number].note(), offered) if text])
        if self._command is not None:
            right = all(self._is_right(number, line.value) for number, line in enumerate(self._inputs))
            text = one_line(self._command_text()) if right and not self._whole_problem().text else ""
            self._doing.show([(Span(text, "dim"),)] if text else [])

    def _takes_breaks(self) -> bool:
        number = self._number()
        return number < len(self._fields) and self._fields[number].lines in ("values", "words")

    def _offered(self, number: int) -> list[str]:
        """Return the values offered for the text of a field."""
        if number >= len(self._fields):
            return []
        field = self._fields[number]
        try:
            text, looked_up = self._looked_up.get(number, (None, ()))
            found = looked_up if text == self._bases[number] else field.offers(self._bases[number])
            offers = [*found][:OFFERED]
        except Exception as error:
            self._report(f"the offers of {field.name}", error)
            return []
        value = self._inputs[number].value
        return offers if offers not in ([value], [f"{value}/"]) else []  # a directory that is typed completely

    async def _check(self, number: int) -> bool:
        await self._examine(number)
        problem = self._problem(number, self._inputs[number].value)
        self.error(self._fields[number].name, problem)
        return not problem

    # -- callbacks of the form: an error in them is shown and reported, and does not end the program --------------------

    def _problem(self, number: int, text: str) -> str:
        """Return the error in a text of a field, or ""."""
        field = self._fields[number]
        try:
            examined, wrong = self._examined.get(number, ("", ""))
            masks = self._masks[number]
            wrong = masks.problem(text) or (wrong if text == examined else "")
            return unsendable(text) or field.check(with_breaks(masks.real(text))) or wrong
        except Exception as error:
            return self._report(f"the check of {field.name}", error)

    def _is_right(self, number: int, text: str) -> bool:
        """Return whether a text was checked and has no error."""
        known = self._fields[number].examine is None or self._examined.get(number, (None, ""))[0] == text
        return known and not self._problem(number, text)

    async def _examine(self, number: int) -> None:
        """Examine the text of a field, if it takes that."""
        field, text = self._fields[number], self._inputs[number].value
        self._examined.pop(number, None)
        if field.examine is None or self._problem(number, text):
            return
        try:
            self._examined[number] = text, await field.examine(text)
        except Exception as error:
            self._examined[number] = text, self._report(f"the check of {field.name}", error)

    async def _look_up(self, number: int) -> None:
        """Look up the offers for the text of a field, if it takes that."""
        field, text = self._fields[number], self._bases[number]
        if field.look_up is None:
            return
        try:
            self._looked_up[number] = text, await field.look_up(text)
        except Exception as error:
            self._report(f"the offers of {field.name}", error)

    async def _ask(self, number: int) -> None:
        """Examine and look up the text of a field, then show the outcome."""
        await asyncio.gather(self._examine(number), self._look_up(number))
        if self._wrong[number] not in (None, self._inputs[number].value):  # not for text typed before the error was found
            self.error(self._fields[number].name, self._problem(number, self._inputs[number].value))
        self._show()

    def _asks(self, number: int) -> bool:
        """Start asking about a field; return False if nothing has to be asked."""
        if number >= len(self._fields) or (self._fields[number].examine is None and self._fields[number].look_up is None):
            return False
        ask: Callable[[], Awaitable[None]] = partial(self._ask, number)  # no coroutine, which could be dropped unawaited
        self.run_worker(ask, group=f"field-{number}", exclusive=True)
        return True

    def _whole_problem(self) -> Wrong:
        """Return the error in the form as a whole."""
        try:
            return self._check_all(self.filled)
        except Exception as error:
            return Wrong(self._fields[-1].name if self._fields else "", self._report("the check of the form", error))

    def _command_text(self) -> str:
        assert self._command is not None
        try:
            return self._command(self.filled)
        except Exception as error:
            self._report("the command of the form", error)
            return ""

    def _report(self, where: str, error: Exception) -> str:
        """Report an error of the program to the event loop's exception handler, once; return a sentence about it."""
        if where not in self._mistakes:
            self._mistakes.add(where)
            asyncio.get_running_loop().call_exception_handler({"message": f"{where} failed", "exception": error})
        return f"not checked because of an internal error ({type(error).__name__}): change the text, or cancel"

    def _number(self) -> int:
        """Return the number of the focused field; boxes follow the fields."""
        return next((number for number, place in enumerate(self._places) if place is self.focused), 0)

    # -- keys ---------------------------------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        number = next(number for number, line in enumerate(self._inputs) if line is event.input)
        self._rebase(number)
        if not self._asks(number) and self._wrong[number] not in (None, event.input.value):  # typed since the error was found
            self.error(self._fields[number].name, self._problem(number, event.input.value))
        self._show()

    def on_line_input_left_out(self, event: LineInput.LeftOut) -> None:
        """Say how much of a paste a field did not take."""
        event.stop()
        number = next(number for number, line in enumerate(self._inputs) if line is event.input)
        self.error(self._fields[number].name, left_out_words(event.lines))

    def on_box_toggled(self, event: Box.Toggled) -> None:
        event.stop()
        self._show()

    def on_descendant_focus(self) -> None:
        self._show()

    @property
    def _enter_submits(self) -> bool:
        """Return whether Enter submits the form from the place of the cursor."""
        return not self._danger and self._number() + 1 >= len(self._fields)

    async def action_enter(self) -> None:
        """Move to the next field; from the last one and from the boxes, submit. Text typed before is taken into account."""
        await self._typed()
        number = self._number()
        if number < len(self._fields) and not await self._check(number):
            return
        if self._enter_submits:
            await self._submit()
        else:
            self.set_focus(self._places[(number + 1) % len(self._places)])

    async def action_reveal(self) -> None:
        """Show the secrets in the fields, or mask them again."""
        await self._typed()
        self._revealed = not self._revealed
        for line, masks in zip(self._inputs, self._masks, strict=True):
            line.value = masks.real(line.value) if self._revealed else masks.masked(line.value)
        self._show()

    async def action_complete(self) -> None:
        """Complete a typed path as far as it is unambiguous; else move to the next field."""
        await self._typed()
        number = self._number()
        if number >= len(self._fields) or not await self._completed(number):
            await self.action_next(1)

    async def _completed(self, number: int) -> bool:
        """Complete the text of a field whose offers are looked up, such as a path. Return whether there was more of it."""
        field, line = self._fields[number], self._inputs[number]
        text = line.value
        if field.look_up is None or text in ("", field.initial):
            return False
        try:
            found = [each for each in await field.look_up(text) if each.startswith(text)]
        except Exception as error:
            self._report(f"the offers of {field.name}", error)
            return False
        common = common_beginning(found)
        if len(common) <= len(text) or line.value != text:
            return False
        line.value = common
        line.cursor_position = len(common)
        return True

    async def action_next(self, by: int) -> None:
        """Move to another field; an error in the field that is left is shown immediately."""
        await self._typed()
        number = self._number()
        if number < len(self._fields):
            await self._check(number)
        self.set_focus(self._places[(number + by) % len(self._places)])  # immediately: keys typed ahead are for the new field

    def _rebase(self, number: int) -> None:
        """Offer values for the current text, unless the text is itself an offered value."""
        value = self._inputs[number].value
        if value != self._taken[number]:
            self._bases[number], self._taken[number] = value, None

    async def action_offer(self, by: int) -> None:
        """Put the next offered value into the field. Text typed before is taken into account."""
        await self._typed()
        number = self._number()
        if number < len(self._fields):
            self._rebase(number)
            await self._look_up(number)
        if offers := self._offered(number):
            line = self._inputs[number]
            at = offers.index(line.value) + by if line.value in offers else 0 if by > 0 else -1
            line.value = self._taken[number] = offers[at % len(offers)]
            line.cursor_position = len(line.value)

    async def action_submit(self) -> None:
        """Submit if every field is valid; else move to the first invalid field. Text typed before is taken into account."""
        await self._typed()
        await self._submit()

    async def _typed(self) -> None:
        """Wait until the keys typed before have reached their field."""
        if self._places:
            await reached(self._places[self._number()])

    async def _submit(self) -> None:
        wrong = [number for number in range(len(self._fields)) if not await self._check(number)]
        if not wrong and (whole := self._whole_problem()).text:
            self.error(whole.field, whole.text)
            wrong = [number for number, field in enumerate(self._fields) if field.name == whole.field]
        if wrong:
            self.set_focus(self._inputs[wrong[0]])
        else:
            self.dismiss(self.filled)
