"""The filter of the trail's page."""

from datetime import datetime, time, timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent, AuditQuerySet


class TrailFilter(forms.Form):
    """Who, what, which unit, when."""

    actor = forms.CharField(label=_("操作人"), required=False, max_length=150)
    action = forms.CharField(label=_("操作"), required=False, max_length=60)
    stream = forms.CharField(label=_("单位代码"), required=False, max_length=40)
    outcome = forms.ChoiceField(label=_("结果"), required=False, choices=[("", _("全部")), *AuditEvent.Outcome.choices])
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def apply(self, events: AuditQuerySet) -> AuditQuerySet:
        """The events that match what was filled in."""
        data = self.cleaned_data
        if data["actor"]:
            events = events.filter(Q(actor__icontains=data["actor"]) | Q(actor_name__icontains=data["actor"]))
        if data["action"]:
            events = events.filter(action__icontains=data["action"])
        if data["stream"]:
            events = events.filter(stream=data["stream"])
        if data["outcome"]:
            events = events.filter(outcome=data["outcome"])
        if data["since"]:
            events = events.filter(at__gte=timezone.make_aware(datetime.combine(data["since"], time.min)))
        if data["until"]:
            end = datetime.combine(data["until"] + timedelta(days=1), time.min)
            events = events.filter(at__lt=timezone.make_aware(end))
        return events
