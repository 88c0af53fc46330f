from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("考核")

    def ready(self) -> None:
        # Receivers connect, and the kinds of jobs register, when their modules are read.
        from assessments import receivers, tasks  # noqa: F401
