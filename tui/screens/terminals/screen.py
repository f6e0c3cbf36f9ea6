"""The screen of open terminals: one session, or two side by side."""

from __future__ import annotations

from textual import on
from textual.containers import Horizontal

from tui.keys import sign
from tui.live.terminals.sessions import TerminalSession
from tui.resources.model.text import Line, Span, count, one_line
from tui.screens.framework.context import ViewContext
from tui.screens.terminals.pane import HELP, TerminalPane
from tui.terminal.review import NO_MARKS
from tui.terminal.widget import TerminalView
from tui.widgets.clipboard import copied_words
from tui.widgets.page import Page


class TerminalScreen(Page):
    """One or two sessions. Keys go to the program; the key after the prefix goes to Longshore."""

    def __init__(self, context: ViewContext, session: TerminalSession, beside: TerminalSession | None = None) -> None:
        super().__init__()
        self.context = context
        self.panes = Horizontal(*(TerminalPane(context, one) for one in (session, beside) if one is not None), id="panes")

    def body(self) -> list[Horizontal]:
        return [self.panes]

    def on_mount(self) -> None:
        self.set_focus(self.current.view)

    def place_message(self, saying: bool) -> None:
        """Show the message line only while there is a message; there is no footer."""
        self.message_line.display = saying

    @property
    def _all(self) -> list[TerminalPane]:
        return list(self.panes.query(TerminalPane))

    @property
    def current(self) -> TerminalPane:
        """Return the focused pane."""
        panes = self._all
        return next((pane for pane in panes if pane.view.has_focus), panes[0])

    # --- the prefix ---

    @on(TerminalView.Prefixed)
    def _prefixed(self, event: TerminalView.Prefixed) -> None:
        for pane in self._all:
            if pane.view is event.view:
                pane.prefixed(event.waiting)

    @on(TerminalView.Command)
    async def _command(self, event: TerminalView.Command) -> None:
        event.stop()
        match event.name:
            case "leave":
                self.leave()
            case "end":
                self.end(event.view.session)
            case "next" | "previous":
                self._step(1 if event.name == "next" else -1)
            case "zoom":
                self.toggle_class("-zoomed")
            case "help":
                await self.help()
            case "beside":
                await self.toggle_beside()
            case "other":
                self._other()
            case "mouse":
                self._toggle_mouse(event.view)
            case "reopen":
                self.reopen()
            case "output":
                self._copy_output(event.view)
            case _:
                self.say(f"unknown key after {sign(self.context.config.prefix)}; ? lists the keys", "warn")

    @on(TerminalView.KeyWhenOver)
    def _key_when_over(self, event: TerminalView.KeyWhenOver) -> None:
        if event.key in ("enter", "r"):
            self.reopen()
        elif event.key in ("escape", "q", "ctrl+c", "ctrl+d"):
            session = event.view.session
            self.leave()
            self.context.terminals.put_away(session)

    @on(TerminalView.Copied)
    def _copied(self, event: TerminalView.Copied) -> None:
        if event.text:
            self.app.copy_to_clipboard(event.text)
            self.tell_copied(event.text, count(len(event.text), "character"), "copy a shorter part")

    @on(TerminalView.LinkShown)
    def _link_shown(self, event: TerminalView.LinkShown) -> None:
        self.say(f"link to {one_line(event.target)}; click again to copy")

    @on(TerminalView.ProgramCopied)
    def _program_copied(self, event: TerminalView.ProgramCopied) -> None:
        words, style = copied_words(event.text, count(len(event.text), "character"))
        self.say(f"the program {words}", style)

    @on(TerminalView.Stuffed)
    def _stuffed(self) -> None:
        self.warn("the program does not read input; the text was not sent")

    # --- commands ---

    def leave(self) -> None:
        """Go back to the previous view; the sessions keep running."""
        if self.is_current:  # only once: a second key may arrive before the screen is gone
            self.app.pop_screen()

    def end(self, session: TerminalSession) -> None:
        """End a session in the background, since that takes up to a few seconds."""
        self.run_worker(self._end(session), exit_on_error=True)

    async def _end(self, session: TerminalSession) -> None:
        left = await session.end()
        if left or not self.is_attached:
            return  # the notice names the remaining processes
        self.context.terminals.put_away(session)
        if len(self._all) > 1:
            await self._remove(session)
        elif self._all and self.current.session is session:
            self.leave()

    async def _remove(self, session: TerminalSession) -> None:
        for pane in self._all:
            if pane.session is session:
                await pane.remove()
        if self._all:
            self.set_focus(self.current.view)
        else:  # the other session ended at the same time
            self.leave()

    def _step(self, step: int) -> None:
        pane = self.current
        shown = {other.session for other in self._all}
        session = pane.session
        for _ in range(len(self.context.terminals)):
            session = self.context.terminals.neighbour(session, step)
            if session not in shown:
                pane.show(session)
                return
        self.say("no other session", "warn")

    async def toggle_beside(self) -> None:
        """Show the next session beside this one, or this one alone again."""
        panes = self._all
        if len(panes) > 1:
            for pane in panes:
                if pane is not self.current:
                    await pane.remove()
            return
        session = self.context.terminals.neighbour(self.current.session, 1, running=True)
        if self.current.session.row.over:
            self.say("this session has ended; press enter to reopen", "warn")
            return
        if session is self.current.session:
            self.say("no other running session; open another session first", "warn")
            return
        second = TerminalPane(self.context, session)
        second.add_class("-second")
        await self.panes.mount(second)

    def _other(self) -> None:
        panes = self._all
        self.set_focus(panes[(panes.index(self.current) + 1) % len(panes)].view)

    def _toggle_mouse(self, view: TerminalView) -> None:
        view.own_mouse = not view.own_mouse
        self.say("the mouse selects text here" if view.own_mouse else "the mouse goes to the program, if requested")

    def _copy_output(self, view: TerminalView) -> None:
        if not view.copy_output():
            self.say(f"no output to copy: {NO_MARKS}", "warn")

    def reopen(self) -> None:
        """Open an ended session again, in the same pane."""
        old = self.current.session
        if not old.row.over:
            self.say("still running; press the prefix, then x to end", "warn")
            return
        self.current.show(self.context.terminals.reopen(old))
        self.context.terminals.put_away(old)

    async def help(self) -> None:
        """Show all commands after the prefix."""
        from tui.widgets.dialogs import Report

        prefix = sign(self.context.config.prefix)
        lines: list[Line] = [(Span(f"{key:>6}", "key"), Span(f"  {words}")) for key, words in HELP]
        lines.append((Span(f"{prefix:>6}", "key"), Span("  send the key to the program")))
        lines.append((Span(""),))
        lines.append((Span("* if the shell marks its prompts (OSC 133)", "dim"),))
        lines.append((Span("All other keys go to the program, including ctrl+c and esc.", "dim"),))
        await self.app.push_screen(Report(f"After {prefix}", lines))
