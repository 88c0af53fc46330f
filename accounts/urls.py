"""Addresses of the accounts app."""

from django.urls import path

from accounts.views import accounts, sign_in

app_name = "accounts"
urlpatterns = [
    path("accounts/sign-in/", sign_in.sign_in, name="sign_in"),
    path("accounts/sign-out/", sign_in.sign_out, name="sign_out"),
    path("accounts/password/", sign_in.change_password, name="change_password"),
    path("accounts/contact/", sign_in.contact, name="contact"),
    path("accounts/language/", sign_in.set_language, name="set_language"),
    path("accounts/", accounts.account_list, name="list"),
    path("accounts/new/", accounts.account_create, name="create"),
    path("accounts/<str:username>/", accounts.account_edit, name="edit"),
    path("accounts/<str:username>/active/", accounts.account_set_active, name="set_active"),
    path("accounts/<str:username>/reset/", accounts.account_reset, name="reset"),
]
