"""The action forward: a port of this machine that leads to a port of a container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.engine.digits import whole_number
from tui.live.containers.container import Container
from tui.resources.containers.formats import title, why_not_stop
from tui.resources.model.action import Action, Answers, Each, Field
from tui.resources.model.form_values import typed

if TYPE_CHECKING:
    from tui.live.engine_session import Session

LAST_PORT = 65535


def _ports(row: Container) -> list[str]:
    """Return the TCP ports of a container that the engine knows, published ones first."""
    known = sorted(
        (port for port in row.ports if port.type == "tcp"), key=lambda port: (not port.public_port, port.private_port)
    )
    return list(dict.fromkeys(str(port.private_port) for port in known))


def _check_port(text: str) -> str:
    number = whole_number(text.strip())
    return "" if number is not None and 1 <= number <= LAST_PORT else f"a number from 1 to {LAST_PORT}"


def _check_local(text: str) -> str:
    return _check_port(text) if text.strip() else ""


async def _forward(session: Session, row: Container, answers: Answers) -> str:
    from tui.live.forwards import direct

    port, local = whole_number(typed(answers, "port")) or 0, whole_number(typed(answers, "local")) or 0
    if address := await direct(session.engine, row, port):
        return f"{title(row)}: {address} leads to port {port} without a forward"
    opened = await session.forwards.open(session.engine, session.label, row, port, local)
    return f"{title(row)}: {opened.address} leads to port {port}; :forwards lists forwarded ports"


FORWARD: Action[Container] = Action(
    name="forward",
    key="V",
    help="forward a port of this machine to the container over SSH",
    do=Each(call=_forward, single=True, result=str),
    refusal=why_not_stop,
    question=lambda rows, host: f"Forward a port of this machine to {title(rows[0])} on {host}.",
    fields=(
        Field("port", "Port", initial=lambda row: next(iter(_ports(row)), ""), check=_check_port, offers=_ports),
        Field("local", "Local port", check=_check_local, hint="empty: a free port"),
    ),
    doing="forwarding a port to",
    done="forwarded",
    footer=False,
    changes=False,
)
