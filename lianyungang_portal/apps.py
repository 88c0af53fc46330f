from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "lianyungang_portal"
