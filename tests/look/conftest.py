"""The style guide is reachable in these tests, and only in them."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.policy import Role
from targets.models import Plan
from tests.factories import make_user, sign_in


@pytest.fixture
def look(settings: Settings) -> None:
    """Serve /look/ beside the portal's own addresses."""
    settings.ROOT_URLCONF = "tests.look.urls"
    with_guide = [
        {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]}
    ]
    settings.TEMPLATES = with_guide


@pytest.fixture
def officer(look: None, plan: Plan) -> Client:
    """An officer who has signed in."""
    return sign_in(make_user(Role.OFFICER))
