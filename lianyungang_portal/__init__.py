"""Wiring: settings, addresses, error pages, background-job application."""

from lianyungang_portal.celery import app as celery_app

__all__ = ["celery_app"]
