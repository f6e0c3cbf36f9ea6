"""Background jobs: progress, end, failure."""

import asyncio
from typing import Any

from tests.waiting import until_async
from tui.engine import errors
from tui.live.jobs.jobs import Job, Jobs, Outcome, for_each, report


async def test_a_job_ends_with_its_result() -> None:
    jobs = Jobs()
    heard: list[str] = []
    jobs.changed.subscribe(lambda job: heard.append(job.state))

    async def work() -> int:
        return 7

    job = await jobs.run("count", work()).wait()
    assert (job.name, job.state, job.result, job.error) == ("count", "done", 7, None)
    assert heard == ["running", "done"]
    assert jobs.running == ()


async def test_a_refusal_of_the_engine_is_the_jobs_error_and_nobody_elses() -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))

    async def work() -> None:
        raise errors.Conflict("The container is running.", "ContainerDelete", 409)

    job = await Jobs().run("remove web", work()).wait()
    assert (job.state, str(job.error)) == ("failed", "The container is running.")
    assert complaints == []


async def test_a_fault_of_the_program_is_heard_of_elsewhere_too() -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))

    async def work() -> None:
        raise ZeroDivisionError

    job = await Jobs().run("divide", work()).wait()
    assert job.state == "failed"
    assert isinstance(complaints[0]["exception"], ZeroDivisionError)


async def test_a_cancelled_job_says_so_even_if_it_had_not_begun() -> None:
    jobs = Jobs()
    job = jobs.run("wait", asyncio.sleep(3600))
    job.cancel()
    assert (await job.wait()).state == "cancelled"


async def test_closing_ends_all_jobs() -> None:
    jobs = Jobs()
    both = [jobs.run("wait", asyncio.sleep(3600)), jobs.run("wait", asyncio.sleep(3600))]
    await jobs.close()
    assert [job.state for job in both] == ["cancelled", "cancelled"]


async def test_work_reports_how_far_it_has_come_and_two_jobs_do_not_mix() -> None:
    jobs = Jobs()
    heard: list[tuple[str, str]] = []
    jobs.changed.subscribe(lambda job: heard.append((job.name, job.progress)))

    async def work(words: str) -> None:
        await asyncio.sleep(0)
        report(words)

    one, other = jobs.run("one", work("half")), jobs.run("other", work("a third"))
    await one.wait()
    await other.wait()
    assert ("one", "half") in heard
    assert ("other", "a third") in heard
    report("of no job")  # does nothing outside a job


async def test_a_bulk_action_has_an_outcome_for_each_object_and_one_failure_stops_no_other() -> None:
    refusal = errors.Conflict("It is running.")

    async def remove(name: str) -> str:
        await asyncio.sleep(0)
        if name == "busy":
            raise refusal
        return f"removed {name}"

    jobs = Jobs()
    progress: list[str] = []
    jobs.changed.subscribe(lambda job: progress.append(job.progress))
    job: Job[list[Outcome[str]]] = await jobs.run("remove", for_each(["a", "busy", "c"], remove)).wait()
    assert job.result == [Outcome("a", "removed a"), Outcome("busy", error=refusal), Outcome("c", "removed c")]
    assert "3 of 3" in progress


async def test_a_bulk_action_asks_for_no_more_than_ten_at_once() -> None:
    under_way = most = 0

    async def call(_item: int) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1

    outcomes = await for_each(range(50), call)
    assert len(outcomes) == 50
    assert most == 10


async def test_cancelling_a_bulk_action_cancels_its_calls() -> None:
    waiting: set[int] = set()

    async def call(item: int) -> None:
        waiting.add(item)
        try:
            await asyncio.sleep(3600)
        finally:
            waiting.remove(item)

    job = Jobs().run("stop", for_each(range(3), call))
    await until_async(lambda: len(waiting) == 3)
    job.cancel()
    await job.wait()
    assert waiting == set()
