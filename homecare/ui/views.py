"""The page of components."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Every component with content of the kind that it is made for."""
    return render(request, "ui/components/page.html", {})


components.is_open = True
