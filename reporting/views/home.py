"""My work: what waits for the person today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The page every person starts from."""
    return render(request, "reporting/home.html")
