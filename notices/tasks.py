"""Work in the background of the notices app."""

from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from jobs.registry import job_kind
from jobs.services import Progress
from notices.services import JOB_KIND, deliver_mail


@job_kind(JOB_KIND, label=_("发送邮件"))
def send_mail(progress: Progress) -> None:
    """Send the e-mails that wait; where the mail server is away they wait for the next reminder's hour."""
    try:
        deliver_mail(progress)
    except OSError as error:
        raise Invalid(_("邮件服务器没有接受邮件。"), _("稍后会自动再发；如一直失败，请检查 EMAIL_URL。")) from error
