"""One process for one node: pages, events and the threads that deliver and keep time.

Django under ASGI costs 6 to 7 ms more a request, so a small dispatcher gives `/events` to the async half and all else to Django's WSGI
application in a pool of threads. A large node puts `granian --interface wsgi` before the same applications.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
Background = Callable[[threading.Event], None]

# Django's database connections live in these threads; two cores are busy with eight.
WORKERS = 8
# Streams are told to end; pages that run get this long, in seconds.
STOP_WITHIN = 4
# Connections at once; beyond it uvicorn answers 503 instead of growing without bound.
MOST_CONNECTIONS = 1_000


def prepare(data: Path) -> None:
    """Settings from the data folder, and Django with them. Once a process."""
    os.environ["COMITY_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.site.config.settings")
    import django

    django.setup()


def migrate() -> None:
    """Brings the tables up to this version."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def pages(environ: dict[str, Any], start_response: Any) -> Any:
    """Django's WSGI application, made at the first call."""
    return _django()(environ, start_response)


@cache
def _django() -> Any:
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


def application(latest: Callable[[], int]) -> Any:
    """The whole node as one ASGI application."""
    from a2wsgi import WSGIMiddleware

    from comity.site.config.events import Events

    events, site = Events(latest), WSGIMiddleware(_django(), workers=WORKERS)

    async def dispatch(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await (events if scope["path"] == "/events" else site)(scope, receive, send)

    dispatch.events = events  # type: ignore[attr-defined]
    return dispatch


@contextmanager
def running(background: Iterable[Background]) -> Iterator[None]:
    """Runs each function in a thread of its own. They get an event that is set when the node stops."""
    stop = threading.Event()
    threads = [threading.Thread(target=_guarded, args=(work, stop), name=work.__name__, daemon=True) for work in background]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=STOP_WITHIN)


def _guarded(work: Background, stop: threading.Event) -> None:
    """Starts work again a second after it fell, and says so: post must not stop because of one mistake."""
    while not stop.is_set():
        try:
            work(stop)
            return
        except Exception:
            log.exception("%s fell and starts again.", work.__name__)
            stop.wait(1)


def serve(
    data: Path,
    port: int | None = None,
    host: str | None = None,
    *,
    background: Iterable[Background] = (),
    latest: Callable[[], int] = lambda: 0,
) -> None:
    """Serves the node in `data` until SIGINT or SIGTERM. Refuses to listen beyond loopback without TLS or an https address in front."""
    prepare(data)
    migrate()
    from django.conf import settings

    from comity.site.config.folder import FolderRefused, is_loopback

    node = settings.NODE
    host, port = host or node.host, port or node.port
    if not is_loopback(host) and not node.secure:
        raise FolderRefused("Plain http is served to this computer alone. Give “public_url” in node.toml an https address.")
    with running(background):
        asyncio.run(_until_stopped(application(latest), host, port, node))


async def _until_stopped(app: Any, host: str, port: int, node: Any) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Ours: uvicorn would raise the signal again at its end, and the threads behind it would never be told to stop."""
            loop = asyncio.get_running_loop()
            for name in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(name, self.handle_exit, name, None)
            yield

        async def shutdown(self, sockets: Any = None) -> None:
            await app.events.close()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        ssl_certfile=node.tls_certificate or None,
        ssl_keyfile=node.tls_key or None,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=STOP_WITHIN,
        forwarded_allow_ips="127.0.0.1",
    )
    await Server(config).serve()


def main() -> None:
    serve(Path(os.environ["COMITY_DATA"]))


if __name__ == "__main__":
    main()
