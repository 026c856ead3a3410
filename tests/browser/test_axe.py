"""The helper that looks for barriers finds them, and looks at pages with a strict policy too."""

import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.axe import assert_no_axe_violations, violations_of

SOUND = '<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1><p>Words.</p></main></html>'
BARRIERS = {
    "html-has-lang": SOUND.replace(' lang="en"', ""),
    "document-title": SOUND.replace("<title>A page</title>", ""),
    "label": SOUND.replace("</main>", "<input></main>"),
    "color-contrast": SOUND.replace("</main>", '<p style="color:#999;background:#fff">Words.</p></main>'),
    "target-size": SOUND.replace("</main>", '<p><button style="font-size:6px;padding:0;border:0">a</button><button style="font-size:6px;padding:0;border:0">b</button></main>'),
}  # fmt: skip


def test_a_sound_page_passes(blank):
    blank.set_content(SOUND)

    assert_no_axe_violations(blank)


@pytest.mark.parametrize("rule", BARRIERS)
def test_a_planted_barrier_is_found(rule, blank):
    blank.set_content(BARRIERS[rule])

    assert any(violation.startswith(f"{rule}:") for violation in violations_of(blank))
    with pytest.raises(AssertionError, match=rule):
        assert_no_axe_violations(blank)


class Strict(BaseHTTPRequestHandler):
    """Serves one page under `default-src 'self'`, without a line on the error stream."""

    def __init__(self, body: str, *arguments):
        self.body = body.encode()
        super().__init__(*arguments)

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format, *arguments):  # noqa: A002  the name is the library's
        pass


@pytest.fixture
def serve_strictly():
    servers = []

    def serve(body):
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Strict, body))
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_page_with_a_strict_policy_is_looked_at_as_it_is(blank, serve_strictly):
    blank.goto(serve_strictly(BARRIERS["label"]))

    assert any(violation.startswith("label:") for violation in violations_of(blank))


def test_a_broken_policy_is_told(blank, serve_strictly):
    told = []
    blank.on("console", lambda line: told.append(line.text))

    blank.goto(serve_strictly(SOUND.replace("</main>", "<script>1</script></main>")))

    assert any("Content Security Policy" in line for line in told)


def test_a_page_of_a_node_is_looked_at_under_its_own_policy(window):
    assert_no_axe_violations(window())
