from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("通知")

    def ready(self) -> None:
        """Let the web process know the app's kind of job, too."""
        from notices import tasks  # noqa: F401
