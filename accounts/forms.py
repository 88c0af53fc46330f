"""Forms of the account pages: they check and convert, services store."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import units


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("用户名"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class AccountForm(forms.ModelForm[User]):
    """A person's role, unit and name."""

    class Meta:
        model = User
        fields = ["username", "display_name", "role", "unit"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["unit"].queryset = units().order_by("path")  # type: ignore[attr-defined]
        self.fields["unit"].help_text = _("填报员必填；其他角色不填则为全市。系统管理员不属于任何单位。")
        self.fields["username"].help_text = _("一人一个账号，例如姓名拼音；不与他人共用。")
        if self.instance.pk:
            self.fields["username"].disabled = True


class ContactForm(forms.ModelForm[User]):
    """How a person can be reached."""

    class Meta:
        model = User
        fields = ["email", "phone"]
        labels = {"email": _("邮箱"), "phone": _("电话")}
        help_texts = {"email": _("催报和提醒会同时发到这里；留空则只在系统内提醒。")}


class ChangePasswordForm(forms.Form):
    """The old password, and the new one twice."""

    old = forms.CharField(
        label=_("原密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 8 位，包含小写字母、大写字母、数字、其他符号中的三类。"),
    )
    again = forms.CharField(
        label=_("再次输入新密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user

    def clean_old(self) -> str:
        """The old password, if it is right."""
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("原密码不对。"))
        return old

    def clean(self) -> dict[str, object]:
        """Both new passwords, if they are the same."""
        data = super().clean() or {}
        if data.get("new") != data.get("again"):
            self.add_error("again", _("两次输入的新密码不一致。"))
        return data
