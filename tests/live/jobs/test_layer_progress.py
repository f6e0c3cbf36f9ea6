"""Aggregated progress of a transfer: layers, bytes, the end."""

from collections.abc import AsyncGenerator

import pytest

from tui.engine import errors
from tui.engine.objects.progress import Progress, ProgressDetail
from tui.live.jobs.jobs import Jobs, Part
from tui.live.jobs.layer_progress import Layers, follow


def said(status: str, id: str = "", current: int = 0, total: int = 0, stream: str = "") -> Progress:
    return Progress(id=id, status=status, stream=stream, progress_detail=ProgressDetail(current, total))


def after(*messages: Progress) -> Layers:
    layers = Layers()
    for message in messages:
        layers.take(message)
    return layers


def test_a_pull_counts_the_bytes_of_the_layers_whose_size_is_known() -> None:
    layers = after(
        said("Pulling from library/nginx", "1.27"),
        said("Pulling fs layer", "aaa"),
        said("Waiting", "bbb"),
        said("Downloading", "aaa", 30, 100),
        said("Already exists", "ccc"),
    )
    assert (layers.done, layers.total) == (30, 100)
    assert layers.text == "1 of 3 layers"
    assert layers.parts == (
        Part("aaa", "Downloading", 30, 100),
        Part("bbb", "Waiting"),
        Part("ccc", "Already exists"),
    )


def test_what_was_downloaded_counts_whole_while_it_is_unpacked() -> None:
    layers = after(
        said("Downloading", "aaa", 30, 100),
        said("Download complete", "aaa"),
        said("Extracting", "aaa", 10, 100),
        said("Downloading", "bbb", 50, 100),
    )
    assert (layers.done, layers.total) == (150, 200)
    assert layers.parts[0] == Part("aaa", "Extracting", 10, 100)
    assert layers.text == "0 of 2 layers, extracting 1"
    layers.take(said("Pull complete", "aaa"))
    assert layers.text == "1 of 2 layers"
    assert layers.parts[0] == Part("aaa", "Pull complete", 100, 100)


def test_a_push_may_grow_beyond_what_was_announced() -> None:
    layers = after(said("Pushing", "aaa", 90, 100), said("Pushing", "aaa", 120, 100))
    assert (layers.done, layers.total) == (120, 120)
    layers.take(said("Mounted from library/base", "bbb"))
    layers.take(said("Pushed", "aaa"))
    assert layers.text == "2 of 2 layers"


def test_lines_about_the_whole_are_kept() -> None:
    layers = after(
        said("Pulling from library/nginx", "1.27"),
        said("Digest: sha256:1"),
        said("Status: Image is up to date for nginx:1.27"),
        said("", stream="Loaded image: nginx:1.27\n"),
        said("", stream="\n"),
    )
    assert layers.said == [
        "Pulling from library/nginx",
        "Digest: sha256:1",
        "Status: Image is up to date for nginx:1.27",
        "Loaded image: nginx:1.27",
    ]
    assert layers.parts == ()


async def test_a_job_knows_how_far_it_is_at_its_end_too() -> None:
    async def messages() -> AsyncGenerator[Progress, None]:
        for current in range(0, 101, 10):
            yield said("Downloading", "aaa", current, 100)
        yield said("Pull complete", "aaa")

    jobs = Jobs()
    job = await jobs.run("pull", follow(messages())).wait()
    assert (job.progress, job.done, job.total) == ("1 of 1 layers", 100, 100)
    await jobs.close()


async def test_a_failure_on_the_way_ends_it() -> None:
    async def messages() -> AsyncGenerator[Progress, None]:
        yield said("Downloading", "aaa", 1, 100)
        raise errors.Failed("unexpected EOF", "ImageCreate")

    with pytest.raises(errors.Failed, match="unexpected EOF"):
        await follow(messages())


def test_a_push_of_one_platform_only_names_it() -> None:
    manifest = {"digest": "sha256:1", "platform": {"architecture": "arm64", "os": "linux", "variant": "v8"}}
    whole = after(Progress(aux={"Tag": "1", "Digest": "sha256:1", "Size": 585}), Progress(aux=["unknown"]))
    assert whole.pushed_only == ""
    part = after(Progress(aux={"manifestPushedInsteadOfIndex": True, "selectedManifest": manifest}))
    assert part.pushed_only == "linux/arm64/v8"
    assert part.said == []
