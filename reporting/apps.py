from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("展示与导出")

    def ready(self) -> None:
        # The kinds of jobs register when their module is read.
        from reporting import tasks  # noqa: F401
