"""What a page's address asks for."""

from django.http import HttpRequest

from assessments.models import Compliance


def basis_asked(request: HttpRequest) -> str:
    """The basis of the figures that the address names; by default what has been approved."""
    asked = request.GET.get("basis", "")
    return asked if asked in Compliance.Basis.values else Compliance.Basis.APPROVED
