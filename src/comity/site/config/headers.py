"""Response headers that hold for every page, file and error of the node. No exception for any address."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# `default-src 'self'` alone: no inline script, no inline style, no data: image. The rest only narrows what default-src leaves open.
CONTENT_SECURITY_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


class SecurityHeaders:
    """Outermost middleware: also static files and errors carry the headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if settings.HSTS_SECONDS:
            response.headers["Strict-Transport-Security"] = f"max-age={settings.HSTS_SECONDS}"
        if not request.path.startswith(settings.STATIC_URL):
            # What an officer read stays out of shared caches and of the browser's disk.
            response.headers.setdefault("Cache-Control", "no-store")
        return response
