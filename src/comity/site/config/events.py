"""`/events`: tells signed-in browsers that something changed, by a number alone. Server-sent events, in the async half of the process.

One poll of the journal's position every 200 ms serves all streams. The event carries no content: the page fetches itself again and the
permissions of that page decide what is shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

LATEST_EVERY = 0.2
PING_EVERY = 15.0
# A stream costs about 40 KB; a node serves a ministry, not the public.
MOST_STREAMS = 500
# One officer with many windows must not use up the others' places.
MOST_PER_OFFICER = 12

log = logging.getLogger(__name__)
Send = Callable[[dict[str, Any]], Any]
Receive = Callable[[], Any]
T = TypeVar("T")


class Events:
    """The ASGI application of `/events`. `latest` gives the journal's position; it is called in a thread."""

    def __init__(self, latest: Callable[[], int]) -> None:
        self._latest = latest
        self._position = 0
        self._changed = asyncio.Condition()
        self._starting = asyncio.Lock()
        self._streams: dict[int, int] = {}
        self._poller: asyncio.Task[None] | None = None
        self.closing = False

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        cookies = _cookies(scope)
        officer = await _with_database(lambda: officer_of(cookies))
        if officer is None:
            await _refuse(send, 401)
        elif self._full(officer):
            await _refuse(send, 503)
        else:
            await self._stream(officer, scope, receive, send)

    def _full(self, officer: int) -> bool:
        return sum(self._streams.values()) >= MOST_STREAMS or self._streams.get(officer, 0) >= MOST_PER_OFFICER

    async def _stream(self, officer: int, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self._streams[officer] = self._streams.get(officer, 0) + 1
        await self._start_polling()
        left = asyncio.create_task(_until_left(receive))
        talk = asyncio.create_task(self._talk(officer, _cookies(scope), send))
        try:
            await asyncio.wait({left, talk}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left.cancel()
            talk.cancel()
            self._streams[officer] -= 1
            if not self._streams[officer]:
                del self._streams[officer]

    async def _talk(self, officer: int, cookies: dict[str, str], send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        seen = self._position
        await _say(send, f"retry: 2000\nid: {seen}\ndata: {seen}\n\n")
        while not self.closing:
            now = await self._next(seen)
            if now is None:
                if await _with_database(lambda: officer_of(cookies)) != officer:
                    break
                await _say(send, ": ping\n\n")
            else:
                seen = now
                await _say(send, f"id: {seen}\ndata: {seen}\n\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _next(self, seen: int) -> int | None:
        """The next position after `seen`, or None when it is time for a ping."""
        try:
            async with asyncio.timeout(PING_EVERY), self._changed:
                await self._changed.wait_for(lambda: self._position != seen or self.closing)
        except TimeoutError:
            return None
        return self._position

    async def _start_polling(self) -> None:
        """The first listener learns the position at once; a later one would take it for a change and load its page again."""
        async with self._starting:
            if self._poller is None or self._poller.done():
                self._position = await self._read()
                self._poller = asyncio.create_task(self._poll())

    async def _read(self) -> int:
        try:
            return await _with_database(self._latest)
        except Exception:
            log.exception("The journal's position could not be read.")
            return self._position

    async def _poll(self) -> None:
        """Runs while anybody listens."""
        while self._streams and not self.closing:
            position = await self._read()
            if position != self._position:
                await self._announce(position)
            await asyncio.sleep(LATEST_EVERY)

    async def _announce(self, position: int) -> None:
        async with self._changed:
            self._position = position
            self._changed.notify_all()

    async def close(self) -> None:
        """Ends all streams, so that the process can stop."""
        self.closing = True
        async with self._changed:
            self._changed.notify_all()


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'self'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
]


async def _with_database(work: Callable[[], T]) -> T:
    """Runs in the thread that holds this half's one connection, which is opened again if the database went away."""

    def guarded() -> T:
        close_old_connections()
        return work()

    return await sync_to_async(guarded)()


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"cache-control", b"no-store"), (b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _cookies(scope: dict[str, Any]) -> dict[str, str]:
    text = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(text).items()}
    except CookieError:
        return {}


def officer_of(cookies: dict[str, str]) -> int | None:
    """The id of the officer whose session these cookies carry, checked as Django checks it for a page."""
    from importlib import import_module
    from types import SimpleNamespace

    from django.conf import settings
    from django.contrib.auth import get_user

    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    officer = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    return officer.pk if officer.is_authenticated else None
