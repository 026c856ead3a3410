"""Streams of events: a number, nothing else, to officers who are signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from comity.site.config import events
from comity.site.config.events import Events

SCOPE = {"type": "http", "path": "/events", "headers": [(b"cookie", b"session=abc")]}


class Stream:
    """One browser that listens, with what it was sent."""

    def __init__(self, app: Events) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.left = asyncio.Event()
        self.task = asyncio.create_task(app(SCOPE, self.receive, self.sent.put))

    async def receive(self) -> dict[str, str]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.sent.get(), 5)

    async def text(self) -> str:
        return bytes((await self.next())["body"]).decode()

    async def leave(self) -> None:
        self.left.set()
        await asyncio.wait_for(self.task, 5)


@pytest.fixture
def signed_in_as(monkeypatch: pytest.MonkeyPatch) -> dict[str, int | None]:
    who: dict[str, int | None] = {"officer": 1}
    monkeypatch.setattr(events, "officer_of", lambda _cookies: who["officer"])
    monkeypatch.setattr(events, "LATEST_EVERY", 0.01)
    return who


def run(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(story())  # type: ignore[arg-type]


def test_a_change_reaches_every_stream_as_a_number_alone(signed_in_as: dict[str, int | None]) -> None:
    position = [7]

    async def story() -> None:
        app = Events(lambda: position[0])
        streams = [Stream(app), Stream(app)]
        for stream in streams:
            start = await stream.next()
            assert start["status"] == 200
            assert dict(start["headers"])[b"x-accel-buffering"] == b"no"
            assert await stream.text() == "retry: 2000\nid: 7\ndata: 7\n\n"
        position[0] = 8
        assert [await stream.text() for stream in streams] == ["id: 8\ndata: 8\n\n"] * 2
        for stream in streams:
            await stream.leave()

    run(story)


def test_nobody_listens_without_signing_in(signed_in_as: dict[str, int | None]) -> None:
    signed_in_as["officer"] = None

    async def story() -> None:
        assert (await Stream(Events(lambda: 0)).next())["status"] == 401

    run(story)


def test_a_stream_ends_when_its_officer_signs_out(signed_in_as: dict[str, int | None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PING_EVERY", 0.02)

    async def story() -> None:
        stream = Stream(Events(lambda: 0))
        await stream.next()
        await stream.text()
        assert await stream.text() == ": ping\n\n"
        signed_in_as["officer"] = None
        while (message := await stream.next())["more_body"]:
            assert message["body"] == b": ping\n\n"
        await asyncio.wait_for(stream.task, 5)

    run(story)


def test_one_officer_has_a_bounded_number_of_streams(signed_in_as: dict[str, int | None]) -> None:
    async def story() -> None:
        app = Events(lambda: 0)
        streams = [Stream(app) for _ in range(events.MOST_PER_OFFICER)]
        for stream in streams:
            await stream.next()
        assert (await Stream(app).next())["status"] == 503
        await streams[0].leave()
        last = Stream(app)
        assert (await last.next())["status"] == 200
        for stream in [*streams[1:], last]:
            await stream.leave()

    run(story)


def test_a_journal_that_cannot_be_read_does_not_end_the_streams(
    signed_in_as: dict[str, int | None], caplog: pytest.LogCaptureFixture
) -> None:
    answers = [1, RuntimeError("locked"), 2]

    def latest() -> int:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def story() -> None:
        stream = Stream(Events(latest))
        await stream.next()
        await stream.text()
        while "data: 2" not in await stream.text():
            pass
        await stream.leave()

    run(story)
    assert "could not be read" in caplog.text


def test_streams_end_when_the_node_stops(signed_in_as: dict[str, int | None]) -> None:
    async def story() -> None:
        app = Events(lambda: 0)
        stream = Stream(app)
        await stream.next()
        await stream.text()
        await app.close()
        await asyncio.wait_for(stream.task, 5)

    run(story)
