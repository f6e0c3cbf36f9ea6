"""A secret or a config is replaced in all services that use it, or everything is put back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.cluster.making import made, runs, spec
from tests.waiting import until_async
from tui.engine import errors
from tui.engine.api.configs import Configs
from tui.engine.api.secrets import Secrets
from tui.engine.api.services import Services
from tui.engine.sealed import Sealed
from tui.live.cluster.rotation import next_name, rotate
from tui.live.engine_session import Session

READS = "trap 'exit 0' TERM; grep -q good {file} || exit 9; while :; do sleep 0.1; done"


def using(name: str, kind: str, id: str, stored: str) -> dict[str, Any]:
    """A service whose program ends unless its secret or config has the word "good"."""
    file = "/run/secrets/key" if kind == "Secret" else "/key"
    reference = {
        "File": {"Name": "key" if kind == "Secret" else "/key", "UID": "0", "GID": "0", "Mode": 0o444},
        f"{kind}ID": id,
        f"{kind}Name": stored,
    }
    wanted = spec(name, 1, "sh", "-c", READS.format(file=file))
    wanted["TaskTemplate"]["ContainerSpec"][f"{kind}s"] = [reference]
    wanted["UpdateConfig"] = {"Parallelism": 1, "Monitor": 2 * 10**9, "FailureAction": "pause"}
    return wanted


@pytest.mark.parametrize("kind", [Secrets, Configs])
async def test_a_new_version_replaces_the_old_one_in_every_service(session: Session, kind: type[Secrets | Configs]) -> None:
    group, title = session.engine.api(kind), kind.__name__.removesuffix("s")
    old = await group.create("key", Sealed(b"good 1"), {"tier": "front"})
    for name in ("web", "api"):
        await runs(session, await made(session, using(name, title, old, "key")), 1)
    rows: Any = session.cluster.secrets if kind is Secrets else session.cluster.configs
    await until_async(lambda: old in rows.rows and rows.rows[old].services == ("api", "web"), "the users")
    said: list[str] = []
    assert await rotate(session.engine, rows.rows[old], kind, Sealed(b"good 2"), said.append) == "key-2"
    (new,) = await group.list()
    assert (new.spec.name, new.spec.labels) == ("key-2", {"tier": "front"})
    await until_async(lambda: new.id in rows.rows and rows.rows[new.id].services == ("api", "web"), "the users of the new one")
    updates = [text for text in said if text.startswith("updating")]
    assert sorted(text.split(",")[0] for text in updates) == ["updating service api", "updating service web"]
    assert [text.split(",")[1] for text in updates] == [" 1 of 2", " 2 of 2"]


async def test_everything_is_put_back_if_a_service_does_not_come_up(session: Session) -> None:
    secrets = session.engine.api(Secrets)
    old = await secrets.create("key", Sealed(b"good"), {})
    id = await made(session, using("web", "Secret", old, "key"))
    await runs(session, id, 1)
    rows = session.cluster.secrets.rows
    await until_async(lambda: old in rows and rows[old].services == ("web",), "the user")
    with pytest.raises(errors.Failed, match=r"web did not come up with it.*put back to key\."):
        await rotate(session.engine, rows[old], Secrets, Sealed(b"bad"), lambda _text: None)
    assert [each.id for each in await secrets.list()] == [old]
    await runs(session, id, 1)
    container = (await session.engine.api(Services).inspect(id)).spec.task_template.container_spec
    assert container is not None
    assert [each.secret_id for each in container.secrets] == [old]


def test_names_of_versions_count_up() -> None:
    assert next_name("key", []) == "key-2"
    assert next_name("key-2", []) == "key-3"
    assert next_name("key", ["key-2", "key-3"]) == "key-4"
