"""Pages about officers: one's own profile, the administrator's list, the auditor's log."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.site.pages.frame import frame
from comity.site.people import service
from comity.site.people.forms import LogFilter, NewOfficerForm, OfficerForm, PasswordForm, ProfileForm, TokenForm
from comity.site.people.models import ApiToken, Officer, OperatorEntry, What
from comity.site.people.permissions import requires, step_up
from comity.site.people.record import record
from comity.site.people.roles import PURPOSES

LOG_PAGE = 50


def home(request: HttpRequest) -> HttpResponse:
    """The first page this officer may see."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    around = frame(request)
    return redirect([*around["places"], *around["own_places"]][0].url)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Chooses a language for this browser, and for the officer if one is signed in."""
    chosen = request.POST.get("language", "")
    onward = request.POST.get("next", "")
    response = redirect(onward if url_has_allowed_host_and_scheme(onward, {request.get_host()}) else "people:home")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        if isinstance(request.user, Officer):
            Officer.objects.filter(pk=request.user.pk).update(language=chosen)
    return response


@requires("self")
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:profile")
    return render(request, "people/profile.html", {"form": form, **_profile_context(request)})


def _profile_context(request: HttpRequest) -> dict[str, Any]:
    from allauth.mfa.utils import is_mfa_enabled

    return {
        "tokens": ApiToken.objects.filter(owner=request.user),
        "token_form": TokenForm(),
        "has_second_factor": is_mfa_enabled(request.user),
        "new_token": request.session.pop("new-token", None),
    }


@step_up
@requires("self")
def new_token(request: HttpRequest) -> HttpResponse:
    """Makes a token. Its plain text is shown on the next page, once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        plain = service.issue_token(_me(request), form.cleaned_data["label"])
        request.session["new-token"] = plain
        return redirect("people:profile")
    return render(request, "people/token.html", {"form": form})


@require_POST
@requires("self")
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    service.revoke_token(get_object_or_404(ApiToken, pk=pk, owner=request.user), by=_me(request))
    messages.success(request, _("The token opens nothing any more."))
    return redirect("people:profile")


@requires("people.manage")
def officers(request: HttpRequest) -> HttpResponse:
    return render(
        request, "people/officers.html", {"officers": Officer.objects.order_by("-is_active", "display_name"), "purposes": PURPOSES}
    )


@step_up
@requires("people.manage")
def new_officer(request: HttpRequest) -> HttpResponse:
    form = NewOfficerForm(request.POST or None, initial={"is_active": True})
    if request.method == "POST" and form.is_valid():
        officer = form.save(commit=False)
        officer.set_password(form.cleaned_data["password"])
        officer.save()
        return _changed(request, officer)
    return render(request, "people/officer.html", {"form": form, "subject": None, "purposes": PURPOSES})


@step_up
@requires("people.manage")
def edit_officer(request: HttpRequest, pk: int) -> HttpResponse:
    officer = get_object_or_404(Officer, pk=pk)
    form = OfficerForm(request.POST or None, instance=officer)
    if request.method == "POST" and form.is_valid() and not _shuts_oneself_out(request, form):
        form.save()
        return _changed(request, officer)
    return render(request, "people/officer.html", {"form": form, "subject": officer, "purposes": PURPOSES})


def _shuts_oneself_out(request: HttpRequest, form: OfficerForm) -> bool:
    """An administrator cannot end their own administration: another one must, so that a node is never left without."""
    stays = form.cleaned_data["is_active"] and "administrator" in form.cleaned_data["roles"]
    if form.instance.pk == request.user.pk and not stays:
        form.add_error("roles", _("You cannot take the administration from yourself. Ask another administrator."))
        return True
    return False


def _changed(request: HttpRequest, officer: Officer) -> HttpResponse:
    record(_me(request), What.PERMISSION, f"officer:{officer.username}")
    messages.success(request, _("Saved."))
    return redirect("people:officers")


@step_up
@requires("people.manage")
def officer_password(request: HttpRequest, pk: int) -> HttpResponse:
    officer = get_object_or_404(Officer, pk=pk)
    form = PasswordForm(request.POST or None, officer=officer)
    if request.method == "POST" and form.is_valid():
        service.set_password(officer, form.cleaned_data["password"], by=_me(request))
        messages.success(request, _("The password is changed. All windows of this officer are signed out."))
        return redirect("people:officers")
    return render(request, "people/password.html", {"form": form, "subject": officer})


@requires("log.read")
def operator_log(request: HttpRequest) -> HttpResponse:
    form = LogFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(_entries(chosen), LOG_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/log.html", {"form": form, "page": page, "filtered": any(chosen.values())})


def _entries(chosen: dict[str, Any]) -> QuerySet[OperatorEntry]:
    entries = OperatorEntry.objects.select_related("officer")
    if chosen.get("officer"):
        entries = entries.filter(officer=chosen["officer"])
    if chosen.get("what"):
        entries = entries.filter(what=chosen["what"])
    if chosen.get("ref"):
        entries = entries.filter(ref__contains=chosen["ref"].strip())
    if chosen.get("since"):
        entries = entries.filter(at__gte=datetime.combine(chosen["since"], time(), UTC))
    if chosen.get("until"):
        entries = entries.filter(at__lt=datetime.combine(chosen["until"], time(), UTC) + timedelta(days=1))
    return entries


def _me(request: HttpRequest) -> Officer:
    assert isinstance(request.user, Officer)
    return request.user
