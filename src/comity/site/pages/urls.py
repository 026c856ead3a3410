"""Addresses of the pages that officers read."""

from django.urls import path, re_path

from comity.site.pages import acts, cases, proof, today

ACT = r"(?P<act>[0-9a-f]{64})"
CASE = r"(?P<case>[0-9a-f]{64})"

app_name = "pages"
urlpatterns = [
    path("", today.today, name="today"),
    path("cases/", cases.cases, name="cases"),
    re_path(rf"^cases/{CASE}/$", cases.case, name="case"),
    re_path(rf"^cases/{CASE}/remark$", cases.case_remark, name="case-remark"),
    path("acts/", acts.archive, name="archive"),
    re_path(rf"^acts/{ACT}/$", acts.act, name="act"),
    re_path(rf"^acts/{ACT}/print$", acts.act_print, name="act-print"),
    re_path(rf"^acts/{ACT}/proof$", proof.act_proof, name="act-proof"),
]
