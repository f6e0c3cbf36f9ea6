"""The network map: containers on each network, targets of published ports."""

from tests.resources.network_inspector import on_all, wired
from tui.engine.objects.networks import Port as Listed
from tui.live.containers.network_inspector import Binding, ContainerNetworks, End
from tui.live.objects.networks import Network, Range
from tui.resources.model.document import Document, Link
from tui.resources.model.text import cells, clean
from tui.resources.networks.map import network_map

HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"


def network(name: str, driver: str = "bridge", subnet: str = "", internal: bool = False) -> Network:
    ranges = (Range(subnet, "", ""),) if subnet else ()
    return Network(
        id=f"net-{name}", name=name, driver=driver, scope="local", ranges=ranges, internal=internal, options={}, labels={}
    )


FRONT, BACK = network("front", subnet="172.20.0.0/16"), network("back", subnet="172.21.0.0/16", internal=True)
HOST, NONE = network("host", "host"), network("none", "null")
WEB = wired(
    "web", End("back", "172.21.0.3"), End("front", "172.20.0.3", "fd00::3", "", ("www", "site")), ports=on_all(80, 8080)
)
DB = wired("db", End("back", "172.21.0.2", "", "", ("postgres",)))
OLD = wired("old-web", End("front"), state="exited", bindings=(Binding("80/tcp", "", "8080"),))


def lines(document: Document) -> list[str]:
    return document.plain_text().split("\n")


def drawn(*containers: ContainerNetworks, networks: tuple[Network, ...] = (FRONT, BACK, HOST, NONE)) -> list[str]:
    return lines(network_map(networks, containers))


def test_the_whole_map() -> None:
    assert drawn(WEB, DB, OLD) == [
        "Published ports",
        "  8080 ─→ web:80/tcp  conflict",
        "  8080 ─→ old-web:80/tcp  exited  conflict",
        "Containers on several networks",
        "  web  connects  back ═ front",
        "back  bridge internal",
        "  172.21.0.0/16",
        "  ├─ db   172.21.0.2       postgres",
        "  └─ web  172.21.0.3",
        "        host 8080 ─→ 80/tcp",
        "        ═ also on front as 172.20.0.3",
        "front  bridge",
        "  172.20.0.0/16",
        "  ├─ web      172.20.0.3       www, site",
        "  │     fd00::3",
        "  │     host 8080 ─→ 80/tcp",
        "  │     ═ also on back as 172.21.0.3",
        "  └─ old-web  no address  exited",
        "        host 8080 ─→ 80/tcp",
    ]


def test_one_network_s_own_map_has_only_its_members() -> None:
    assert lines(network_map([BACK], (WEB, DB), "back"))[:3] == [
        "back  bridge internal",
        "  172.21.0.0/16",
        "  ├─ db   172.21.0.2       postgres",
    ]
    assert not any("Published ports" in line for line in lines(network_map([BACK], (WEB, DB), "back")))


def test_the_host_s_network_none_and_another_container_s() -> None:
    hosty = wired("hosty", End("host"), mode="host", exposed=("99/tcp",))
    quiet = wired("quiet", End("none"), mode="none")
    sidecar = wired("sidecar", mode="container:id-web")
    found = drawn(hosty, quiet, sidecar, WEB, networks=(HOST, NONE))
    assert found[found.index("Network mode host") + 1] == "  hosty  exposes 99/tcp"
    assert found[found.index("Network mode none") + 1] == "  quiet"
    assert found[found.index("Network mode container") + 1] == "  sidecar  uses the network of  web"


def test_networks_without_containers_are_there_too() -> None:
    assert drawn(networks=(FRONT,)) == [
        "Published ports",
        "  none",
        "front  bridge",
        "  172.20.0.0/16",
        "  no containers",
    ]


def test_lines_lead_to_containers_and_networks() -> None:
    document = network_map([FRONT, BACK], (WEB, DB))
    leads = {line.strip(): document.link(number) for number, line in enumerate(lines(document))}
    assert leads["8080 ─→ web:80/tcp"] == Link("containers", "id-web")
    assert leads["172.21.0.0/16"] == Link("networks", "net-back")
    assert leads["├─ db   172.21.0.2       postgres"] == Link("containers", "id-db")


def test_it_fits_80_columns() -> None:
    long = wired(
        "a-rather-long-name-of-a-container-1",
        End("front", "172.20.100.100", "", "", ("service",)),
        ports=(Listed("192.168.100.100", 8000, 18000, "tcp"),),
    )
    assert max(map(cells, drawn(long, WEB, DB, OLD))) <= 76


def test_hostile_words_stay_words() -> None:
    odd = wired(HOSTILE, End(HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,)), ports=(Listed(HOSTILE, 1, 2, HOSTILE),))
    away = wired("x", mode=f"container:{HOSTILE}")
    text = network_map([network(HOSTILE, HOSTILE, HOSTILE)], (odd, away)).plain_text()
    assert clean(text) == text
