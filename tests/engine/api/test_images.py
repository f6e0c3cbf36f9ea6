"""Every operation on images that needs no registry, on real engines."""

from __future__ import annotations

from functools import partial

import pytest

from tests.docker import LABEL, Docker
from tests.engine.conftest import collected, pieces
from tests.engine.tars import a_name, an_image, image_id, names_in, tar
from tui.engine import Engine, errors
from tui.engine.api.build_options import BUILDKIT, BuildOptions
from tui.engine.objects.progress import Progress


async def gather(stream: object) -> list[Progress]:
    return [message async for message in stream]  # type: ignore[attr-defined]


async def test_the_list_has_names_sizes_and_labels(engine: Engine, docker: Docker) -> None:
    name = an_image(docker)
    listed = await engine.images.list(shared_size=True, digests=True, manifests=True)
    found = next(each for each in listed if name in each.repo_tags)
    assert found.id == image_id(docker, name)
    assert found.size > 2000
    assert found.created > 1_600_000_000
    assert {each.id for each in await engine.images.list(filters={"reference": [name]})} == {found.id}


@pytest.mark.not_on_demo("what it imports keeps no labels")
async def test_the_list_counts_what_is_shared_where_asked(engine: Engine, docker: Docker) -> None:
    name = an_image(docker)
    (found,) = await engine.images.list(filters={"reference": [name]}, shared_size=True)
    assert found.labels == {LABEL: docker.run_id}
    assert found.shared_size == (0 if engine.serves("1.42") else -1)
    (found,) = await engine.images.list(filters={"reference": [name]})
    assert found.shared_size == -1


async def test_inspect_knows_configuration_and_layers(engine: Engine, docker: Docker) -> None:
    name = an_image(docker)
    found = await engine.images.inspect(name, manifests=True)
    assert (found.id, found.repo_tags, found.os) == (image_id(docker, name), [name], "linux")
    assert len(found.root_fs.layers) == 1
    assert found.size > 2000
    assert found.id.encode() in await engine.images.inspect_raw(name)
    with pytest.raises(errors.NotFound):
        await engine.images.inspect("longshore-nobody:never")


@pytest.mark.not_on_demo("what it imports keeps no configuration")
async def test_history_says_how_it_was_made(engine: Engine, docker: Docker) -> None:
    name = an_image(docker)
    (step,) = await engine.images.history(name)
    assert (step.id, step.tags, step.comment) == (image_id(docker, name), [name], "Imported from -")
    assert step.size > 2000
    assert step.created > 1_600_000_000
    assert (await engine.images.inspect(name)).config.env[-1] == "A=b"


async def test_a_tag_is_another_name_and_removing_it_leaves_the_image(engine: Engine, docker: Docker) -> None:
    name, other = an_image(docker), a_name(docker)
    await engine.images.tag(name, *other.split(":"))
    assert image_id(docker, other) == image_id(docker, name)
    (gone,) = await engine.images.remove(other)
    assert (gone.untagged, gone.deleted) == (other, "")
    id = image_id(docker, name)
    gone_for_good = await engine.images.remove(name)
    assert {each.untagged for each in gone_for_good} >= {name}
    assert id in {each.deleted for each in gone_for_good}
    with pytest.raises(errors.EngineRefusal, match="lowercase"):
        await engine.images.tag("busybox", "NOT A NAME")


async def test_an_image_in_use_is_not_removed(engine: Engine, docker: Docker) -> None:
    name = an_image(docker)
    docker.create("sh", image=name)
    with pytest.raises(errors.Conflict):
        await engine.images.remove(name)


@pytest.mark.not_on_demo("what it imports keeps no labels")
async def test_prune_removes_what_has_no_name_and_says_what(engine: Engine, docker: Docker) -> None:
    name = an_image(docker)
    id = image_id(docker, name)
    mine = {"label": [f"{LABEL}={docker.run_id}"]}
    assert (await engine.images.prune(mine)).images_deleted == []
    pruned = await engine.images.prune({**mine, "dangling": ["false"]})
    assert id in [each.deleted for each in pruned.images_deleted]
    assert pruned.space_reclaimed > 2000


async def test_saved_images_can_be_loaded_again(engine: Engine, docker: Docker) -> None:
    name = an_image(docker, content=b"x" * 300_000)
    id = image_id(docker, name)
    saved = await collected(partial(engine.images.save, name))
    assert "manifest.json" in names_in(saved)
    await engine.images.remove(name)
    said = await gather(engine.images.load(pieces(saved)))
    assert f"Loaded image: {name}" in "".join(message.stream for message in said)
    assert image_id(docker, name) == id


async def test_several_images_are_saved_in_one_tar(engine: Engine, docker: Docker) -> None:
    first, second = an_image(docker), an_image(docker)
    saved = await collected(partial(engine.images.save_all, [first, second]))
    for name in (first, second):
        await engine.images.remove(name)
    await gather(engine.images.load(saved, quiet=True))
    assert image_id(docker, first) != image_id(docker, second)


async def test_saving_what_is_not_there_says_so(engine: Engine) -> None:
    with pytest.raises((errors.NotFound, errors.ServerError), match=r"(?i)longshore-nobody|no such image|reference"):
        await collected(partial(engine.images.save, "longshore-nobody:never"))


@pytest.mark.not_on_demo("it keeps nothing of what it loads but the names")
async def test_a_tar_that_ends_early_is_an_error_and_no_image(engine: Engine, docker: Docker) -> None:
    name = an_image(docker, content=b"x" * 300_000)
    saved = await collected(partial(engine.images.save, name))
    await engine.images.remove(name)
    with pytest.raises(errors.EngineRefusal) as caught:
        await gather(engine.images.load(pieces(saved[: len(saved) // 2])))
    assert "EOF" in str(caught.value)
    assert not docker.has_image(name)


async def test_an_upload_whose_source_fails_fails_with_it(engine: Engine) -> None:
    async def torn():  # type: ignore[no-untyped-def]
        yield tar(a="b")[:512]
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        await gather(engine.images.load(torn()))
    assert (await engine.system.ping()).api_version


async def test_a_root_file_system_becomes_an_image(engine: Engine, docker: Docker) -> None:
    name = a_name(docker)
    content = tar(hello="there")
    said = await gather(engine.images.import_image(pieces(content), name, "by hand", ['CMD ["true"]', "ENV X=y"]))
    assert said[-1].status == image_id(docker, name)


@pytest.mark.not_on_demo("what it imports keeps no configuration")
async def test_an_import_is_changed_as_asked(engine: Engine, docker: Docker) -> None:
    name = a_name(docker)
    await gather(engine.images.import_image(tar(hello="there"), name, "by hand", ['CMD ["true"]', "ENV X=y"]))
    found = await engine.images.inspect(name)
    assert (found.comment, found.config.cmd, found.config.env[-1]) == ("by hand", ["true"], "X=y")
    with pytest.raises(errors.EngineRefusal):
        await gather(engine.images.import_image(b"this is no tar" * 100, a_name(docker)))


async def test_a_container_becomes_an_image(engine: Engine, docker: Docker) -> None:
    container, name = docker.run(), a_name(docker)
    id = await engine.images.commit(container, name, "as it is", "me", changes=["ENV A=b", "EXPOSE 80"])
    assert id == image_id(docker, name)
    with pytest.raises(errors.NotFound):
        await engine.images.commit("longshore-nobody", a_name(docker))


@pytest.mark.not_on_demo("what it commits keeps no changes")
async def test_a_commit_is_changed_as_asked(engine: Engine, docker: Docker) -> None:
    name = a_name(docker)
    await engine.images.commit(docker.run(), name, "as it is", "me", pause=False, changes=["ENV A=b", "EXPOSE 80"])
    found = await engine.images.inspect(name)
    assert (found.comment, found.author) == ("as it is", "me")
    assert "A=b" in found.config.env
    assert "80/tcp" in found.config.exposed_ports


@pytest.mark.not_on_demo("its builds run nothing")
async def test_a_build_says_what_it_does_and_what_it_made(engine: Engine, docker: Docker) -> None:
    name = a_name(docker)
    context = tar(
        Dockerfile="FROM busybox\nARG who\nLABEL who=$who\nCOPY greeting /greeting\nRUN cat /greeting\n", greeting="moin"
    )
    options = BuildOptions(tags=(name,), build_args={"who": "me"}, labels={LABEL: docker.run_id}, force_remove=True)
    said = await gather(engine.images.build(pieces(context), options))
    assert "moin" in "".join(message.stream for message in said)
    assert [message.aux["ID"] for message in said if message.aux] == [image_id(docker, name)]
    assert (await engine.images.inspect(name)).config.labels == {LABEL: docker.run_id, "who": "me"}


@pytest.mark.not_on_demo("its builds run nothing")
async def test_a_build_that_fails_says_where(engine: Engine, docker: Docker) -> None:
    context = tar(Dockerfile="FROM busybox\nRUN echo before && exit 7\n")
    said: list[Progress] = []

    async def build() -> None:
        async for message in engine.images.build(context, BuildOptions(force_remove=True)):
            said.append(message)

    with pytest.raises(errors.Failed, match="non-zero code: 7"):
        await build()
    assert "before" in "".join(message.stream for message in said)


async def test_an_empty_build_cache_has_nothing_to_empty(engine: Engine) -> None:
    await engine.images.build_prune(all=True)
    assert (await engine.images.build_prune(all=True)).caches_deleted == []


@pytest.mark.not_on_demo("it has no BuildKit")
async def test_the_build_cache_can_be_emptied(engine: Engine, docker: Docker) -> None:
    name = a_name(docker)
    context = tar(Dockerfile="FROM scratch\nCOPY big /big\n", big=b"x" * 100_000)
    await gather(engine.images.build(context, BuildOptions(tags=(name,), version=BUILDKIT)))
    assert docker.has_image(name)
    await engine.images.remove(name)
    pruned = await engine.images.build_prune(all=True)
    assert pruned.caches_deleted
    assert pruned.space_reclaimed > 0
    assert (await engine.system.disk_usage(["build-cache"])).build_cache == []


async def test_what_an_older_engine_would_ignore_is_refused_here(engine: Engine) -> None:
    if engine.serves("1.50"):
        assert await engine.images.history("busybox:latest", platform="linux/amd64")
        return
    with pytest.raises(errors.UnsupportedVersion, match="needs API"):
        await engine.images.history("busybox:latest", platform="linux/amd64")
    with pytest.raises(errors.UnsupportedVersion, match="needs API"):
        await engine.images.remove("longshore-nobody:never", platforms=["linux/amd64"])
