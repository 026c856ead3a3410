"""A refusal as a page: what is so, what is kept, what to do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from comity.protocol.refusals import Refused
from comity.site.desk import sentences


def told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Marks a view whose refusals, where it does not show them itself, become a page of their own."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            context = {
                "title": _("This cannot be done now"),
                "happened": sentences.refusal(refused),
                "draft": kwargs.get("pk"),
                "code": refused.code,
            }
            return render(request, "desk/refused.html", context, status=409)

    return answered
