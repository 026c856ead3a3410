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


def test_a_sound_page_passes(new_page):
    page = new_page()
    page.set_content(SOUND)

    assert_no_axe_violations(page)


@pytest.mark.parametrize("rule", BARRIERS)
def test_a_planted_barrier_is_found(rule, new_page):
    page = new_page()
    page.set_content(BARRIERS[rule])

    assert any(violation.startswith(f"{rule}:") for violation in violations_of(page))
    with pytest.raises(AssertionError, match=rule):
        assert_no_axe_violations(page)


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


def test_a_page_with_a_strict_policy_is_looked_at_as_it_is(new_page, serve_strictly):
    page = new_page()
    page.goto(serve_strictly(BARRIERS["label"]))

    assert any(violation.startswith("label:") for violation in violations_of(page))


def test_a_broken_policy_is_told(new_page, serve_strictly):
    page = new_page(quiet=False)
    told = []
    page.on("console", lambda line: told.append(line.text))

    page.goto(serve_strictly(SOUND.replace("</main>", "<script>1</script></main>")))

    assert any("Content Security Policy" in line for line in told)


@pytest.mark.django_db(transaction=True)
def test_the_sign_in_page_has_no_barriers(page_for):
    page = page_for()

    page.goto("/account/sign-in/")

    assert_no_axe_violations(page)


@pytest.mark.django_db(transaction=True)
def test_a_page_for_an_officer_is_signed_in(page_for, signed_in):
    page = page_for(signed_in("reader"))

    page.goto("/people/profile/")

    assert "sign-in" not in page.url
    assert_no_axe_violations(page)
