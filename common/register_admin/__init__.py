"""Registers in Django's admin by django-import-export, tuned: guarded files, whole-file checks, set-based writes."""
