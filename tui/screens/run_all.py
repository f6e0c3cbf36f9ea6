"""One command in all marked containers: the form, and the view of the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.engine.digits import whole_number
from tui.live.containers.container import Container
from tui.live.merged_rows import Placed
from tui.live.run_all import Place, Ran, run_in_all
from tui.resources.containers.exec_attach import check_command, why_not_enter
from tui.resources.containers.formats import known_as, title
from tui.resources.containers.run_all import SECONDS, check_seconds, results, words
from tui.resources.model.docker_commands import operands
from tui.resources.model.formats import named
from tui.resources.model.text import Line, Span, line, one_line
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.routes import RouteView
from tui.widgets.form import Filled, Form
from tui.widgets.form_field import FormField


class RunAllView(DocumentView):
    """The results of a command in several containers, as they come. Leaving the view stops waiting for the others."""

    kind = "run-in-all"

    def __init__(self, context: ViewContext, places: Sequence[Place], text: str, user: str, seconds: float) -> None:
        super().__init__(context)
        self.places = places
        self.text = text
        self.user = user
        self.seconds = seconds
        self.ran: list[Ran] = []
        self.show_document(results((), len(places)))

    def on_ready(self) -> None:
        super().on_ready()
        if self.places:
            self.renew("run", run_in_all, self.places, words(self.text), self.user, self.seconds, self._came)

    def _came(self, ran: Ran) -> None:
        self.ran.append(ran)
        self.show_document(results(self.ran, len(self.places) - len(self.ran)), again=True)

    def title_line(self) -> Line:
        return line(Span("run ", "title"), Span(one_line(self.text), "accent"), Span(f" in {len(self.places)} containers"))


async def ask_run(view: RouteView, rows: Sequence[Container]) -> None:
    """Ask for a command, and run it in containers of one engine."""
    running = [row for row in rows if not why_not_enter(row)]
    places = [Place(view.context.session, row.id, title(row)) for row in running]

    def record(text: str) -> None:
        for row in running:
            view.context.record_command(("exec", *operands(known_as(row)), *words(text)))

    await _ask(view, view.context, places, record)


async def ask_run_of_several(view: RouteView, group: GroupContext, rows: Sequence[Placed[Container]]) -> None:
    """Ask for a command, and run it in containers of several engines."""
    running = [each for each in rows if not why_not_enter(each.row)]
    places = [Place(each.member.session, each.row.id, f"{each.member.name}/{title(each.row)}") for each in running]

    def record(text: str) -> None:
        for each in running:
            group.of(each.member).record_command(("exec", *operands(known_as(each.row)), *words(text)))

    await _ask(view, group, places, record)


async def _ask(view: RouteView, context: ViewContext, places: Sequence[Place], record: Callable[[str], None]) -> None:
    fields = [
        FormField("command", "Command", check=_check, hint="cat /etc/hosts; a pipe or $NAME runs in sh"),
        FormField("user", "User", hint="name or uid, optionally with :group; empty: from the container"),
        FormField("seconds", "Time limit", initial=str(SECONDS), check=check_seconds, hint="seconds"),
    ]

    async def run(filled: Filled | None) -> None:
        if filled is None:
            return
        typed = dict(filled.typed)
        record(typed["command"])
        seconds = whole_number(typed["seconds"].strip()) or SECONDS
        await view.app.push_screen(RunAllView(context, places, typed["command"], typed["user"].strip(), seconds))

    title_of_form = f"Run a command in {named([place.name for place in places], 'container')}"
    await view.show(Form(title_of_form, fields, submit="run"), run)


def _check(text: str) -> str:
    return check_command(text) or ("" if text.strip() else "enter a command")
