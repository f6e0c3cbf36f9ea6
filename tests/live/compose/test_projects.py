"""Projects are derived from labels, and follow their containers, networks and volumes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tui.engine import errors
from tui.engine.objects.containers import ContainerInspect, ContainerState, Health
from tui.live.compose.project_actions import as_needed, due
from tui.live.compose.projects import (
    COMPLETED,
    DEPENDS_ON,
    DIRECTORY,
    FILES,
    HEALTHY,
    ONE_OFF,
    RUNNING_OR_HEALTHY,
    STARTED,
    Need,
    Project,
    Projects,
    project_of,
    read_needs,
)
from tui.live.containers.container import Container
from tui.live.containers.stats_math import Usage
from tui.live.objects.networks import Network
from tui.live.objects.volumes import Volume
from tui.live.state.collection import Changes, Collection

PREFIX = "com.docker.compose."


def member(
    service: str, number: int = 1, needs: str = "", state: str = "running", code: int | None = None, **more: Any
) -> Container:
    """Return a container of a service of the project shop."""
    labels: Mapping[str, str] = {
        f"{PREFIX}project": more.pop("project", "shop"),
        f"{PREFIX}service": service,
        f"{PREFIX}container-number": str(number),
        DEPENDS_ON: needs,
        **more.pop("labels", {}),
    }
    project = labels[f"{PREFIX}project"]
    name = f"{project}-{service}-{number}"
    return Container(id=name, name=name, state=state, exit_code=code, labels=labels, project=project, service=service, **more)


def collection(*rows: Container) -> Collection[Container]:
    found: Collection[Container] = Collection(gather=0)
    found.replace({row.id: row for row in rows})
    return found


def shop(*rows: Container) -> Project:
    return project_of("shop", rows)


@pytest.mark.parametrize(
    ("label", "needs"),
    [
        ("", ()),
        ("db:service_healthy:false", (Need("db", HEALTHY),)),
        (
            "db:service_completed_successfully:true,cache:service_started:false",
            (Need("db", COMPLETED), Need("cache", STARTED)),
        ),
        ("db,cache", (Need("db", RUNNING_OR_HEALTHY), Need("cache", RUNNING_OR_HEALTHY))),
        (",:x, db ,", (Need("db", RUNNING_OR_HEALTHY),)),
    ],
)
def test_what_is_needed_is_read_off_the_label(label: str, needs: tuple[Need, ...]) -> None:
    assert read_needs(label) == needs


def test_services_have_their_containers_by_number() -> None:
    found = shop(member("worker", 10), member("worker", 2), member("api", needs="worker"))
    assert [(service.name, [row.name for row in service.containers]) for service in found.services] == [
        ("api", ["shop-api-1"]),
        ("worker", ["shop-worker-2", "shop-worker-10"]),
    ]


def test_one_off_containers_stand_beside_the_services() -> None:
    found = shop(member("api"), member("api", 2, labels={ONE_OFF: "True"}))
    assert [row.name for row in found.containers] == ["shop-api-1"]
    assert [row.name for row in found.one_offs] == ["shop-api-2"]


def test_the_newest_container_tells_where_its_files_are() -> None:
    old = member("api", labels={DIRECTORY: "/old", FILES: "/old/a.yaml"}, created=1.0)
    new = member("web", labels={DIRECTORY: "/new", FILES: "/new/a.yaml,/new/b.yaml"}, created=2.0)
    found = shop(new, old)
    assert (found.directory, found.files) == ("/new", ("/new/a.yaml", "/new/b.yaml"))


async def test_projects_come_change_and_go_with_their_containers() -> None:
    containers = collection(member("api"), Container(id="alone", name="alone", labels={}))
    projects = Projects(containers)
    assert list(projects.rows) == ["shop"]
    containers.put({row.id: row for row in (member("web", project="site"), member("db"))})
    containers.close()
    assert sorted(projects.rows) == ["shop", "site"]
    assert [service.name for service in projects.rows["shop"].services] == ["api", "db"]
    containers.remove(["site-web-1"])
    containers.close()
    assert list(projects.rows) == ["shop"]
    containers.replace({"alone": Container(id="alone", name="alone", labels={})})
    assert not projects.rows
    assert projects.loaded


async def test_networks_and_volumes_with_its_label_belong_to_it() -> None:
    networks: Collection[Network] = Collection(gather=0)
    volumes: Collection[Volume] = Collection(gather=0)
    projects = Projects(collection(member("api")), networks, volumes)
    networks.put({"1": Network(id="1", name="shop_back", options={}, labels={}, project="shop")})
    volumes.put({"v": Volume(name="v", options={}, labels={}, project="other")})
    networks.close()
    volumes.close()
    assert [each.name for each in projects.rows["shop"].networks] == ["shop_back"]
    assert projects.rows["shop"].volumes == ()


async def test_figures_that_move_are_no_news() -> None:
    row = member("api")
    containers = collection(row)
    projects = Projects(containers)
    projects.close()
    told: list[Changes] = []
    projects.changed.subscribe(told.append)
    usage = Usage(read=1.0, cpu_percent=1.0, cpus=1, memory=1, memory_limit=2, memory_percent=50.0)
    containers.put({row.id: replace(row, usage=usage, trend=(1.0,))})
    containers.close()
    projects.close()
    assert told == []


# -- services to start ------------------------------------------------------------------------------------------------


def test_a_start_is_for_what_does_not_run() -> None:
    rows = (
        member("api", state="exited", code=1),
        member("db"),
        member("web", state="restarting"),
        member("x", state="created"),
    )
    assert due(shop(*rows)) == {"api", "x"}


def test_a_completed_job_runs_again_only_for_who_waits_for_it() -> None:
    job = member("migrate", state="exited", code=0)
    assert due(shop(job, member("api", needs=f"migrate:{COMPLETED}:false"))) == frozenset()
    stopped = member("api", needs=f"migrate:{COMPLETED}:false", state="exited", code=143)
    assert due(shop(job, stopped)) == {"migrate", "api"}
    failed = member("migrate", state="exited", code=3)
    assert due(shop(failed, member("api", needs=f"migrate:{COMPLETED}:false"))) == {"migrate"}


# -- conditions of dependencies ---------------------------------------------------------------------------------------


def found(status: str, health: str | None = None, code: int = 0) -> ContainerInspect:
    state = ContainerState(status=status, exit_code=code, health=None if health is None else Health(status=health))
    return ContainerInspect(id="1", state=state)


@pytest.mark.parametrize(
    ("container", "condition", "met"),
    [
        (found("running", "healthy"), HEALTHY, True),
        (found("running", "starting"), HEALTHY, False),
        (found("restarting", "unhealthy"), HEALTHY, False),
        (found("running"), RUNNING_OR_HEALTHY, True),
        (found("running", "none"), RUNNING_OR_HEALTHY, True),
        (found("running", "starting"), RUNNING_OR_HEALTHY, False),
        (found("running"), COMPLETED, False),
        (found("exited"), COMPLETED, True),
    ],
)
def test_a_need_is_met_or_not_yet(container: ContainerInspect, condition: str, met: bool) -> None:
    assert as_needed(container, condition) is met


@pytest.mark.parametrize(
    ("container", "condition", "why"),
    [
        (found("running"), HEALTHY, "no health check"),
        (found("running", "unhealthy"), HEALTHY, "unhealthy"),
        (found("exited", "unhealthy", 3), HEALTHY, "exited with code 3"),
        (found("paused", "healthy"), HEALTHY, "container is paused"),
        (found("exited", code=1), COMPLETED, "exited with code 1"),
    ],
)
def test_a_need_that_will_never_be_met_says_why(container: ContainerInspect, condition: str, why: str) -> None:
    with pytest.raises(errors.Failed, match=why):
        as_needed(container, condition)
