"""The tabs of a container's details: what each asks the engine, and what it makes of the answer."""

from tui.live.container import Container
from tui.live.death import gather
from tui.resources.container_details import changes, inspect, overview, processes
from tui.resources.container_words import why_no_processes
from tui.resources.death_card import card, why_no_card
from tui.resources.description import Tab

TABS: tuple[Tab[Container], ...] = (
    Tab(name="why", gather=lambda engine, row: gather(engine, row.id), document=card, refusal=why_no_card, live=True),
    Tab(name="overview", gather=lambda engine, row: engine.containers.inspect(row.id), document=overview, live=True),
    Tab(
        name="processes",
        gather=lambda engine, row: engine.containers.top(row.id),
        document=processes,
        refusal=why_no_processes,
        live=True,
    ),
    Tab(name="changes", gather=lambda engine, row: engine.containers.changes(row.id), document=changes),
    Tab(name="inspect", gather=lambda engine, row: engine.containers.inspect_raw(row.id), document=inspect, live=True),
)
