"""A form that was not told who asks offers nothing."""

import inspect
import pkgutil
from importlib import import_module

import pytest
from django import forms

APPS = ["roles", "checklists", "roadmap", "selfassessment"]


def form_modules():
    for app in APPS:
        try:
            module = import_module(f"{app}.forms")
        except ModuleNotFoundError:
            continue
        yield module
        for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
            yield import_module(f"{app}.forms.{found.name}")


def project_forms():
    for module in form_modules():
        for _, thing in inspect.getmembers(module, inspect.isclass):
            if issubclass(thing, forms.BaseForm) and thing.__module__ == module.__name__:
                yield thing


@pytest.mark.parametrize("form", list(project_forms()), ids=lambda f: f.__qualname__)
def test_choice_fields_start_empty(form):
    open_fields = [
        name
        for name, field in form.base_fields.items()
        if isinstance(field, forms.ModelChoiceField) and not field.queryset.query.is_empty()
    ]
    assert open_fields == []
