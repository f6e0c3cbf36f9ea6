"""The smallest honest Textual program that lists containers: what Longshore's figures stand beside.

python -m tests.bench.minimal_list unix:///path/of/an/engine.sock
"""

import sys

import httpx
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList


class MinimalList(App[None]):
    """Names and states, one line each; j, k and G move."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [Binding("q", "quit")]  # noqa: RUF012

    def __init__(self, socket: str) -> None:
        super().__init__()
        self.socket = socket

    def compose(self) -> ComposeResult:
        yield OptionList()

    async def on_mount(self) -> None:
        shown = self.query_one(OptionList)
        shown._bindings.bind("j", "cursor_down")
        shown._bindings.bind("k", "cursor_up")
        shown._bindings.bind("G", "last")
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=self.socket)) as client:
            answer = await client.get("http://docker/containers/json?all=1", timeout=60)
        shown.add_options(Content(f"{one['Names'][0][1:]:40} {one['State']:12} {one['Image']}") for one in answer.json())
        shown.highlighted = 0
        shown.focus()


if __name__ == "__main__":
    MinimalList(sys.argv[1].removeprefix("unix://")).run()
