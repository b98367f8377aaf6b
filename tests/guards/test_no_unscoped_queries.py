"""Views, forms and exports may only read owned rows through .reachable()."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from roles.scoping import ReachableQuerySet

ROOT = Path(settings.BASE_DIR)
NAMES = ("views", "forms", "exports", "tables", "reports")
EDGES = sorted(
    {
        path
        for name in NAMES
        for pattern in (
            f"*/{name}.py",
            f"*/{name}/*.py",
            f"*/{name}/*/*.py",
            f"tutoring_admin/dashboards/{name}.py",
            f"tutoring_admin/packets/{name}.py",
            "tutoring_admin/systems/*/views.py",
            "tutoring_admin/systems/*/forms.py",
            "tutoring_admin/api/*.py",
        )
        for path in ROOT.glob(pattern)
        if ".venv" not in path.parts and "tests" not in path.parts
    }
)
OWNED = {
    model.__name__
    for model in apps.get_models()
    if issubclass(model._default_manager._queryset_class, ReachableQuerySet)
}
ALLOWED = {"reachable", "none"}


def unscoped(tree: ast.AST):
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr in {"objects", "_default_manager", "_base_manager"}
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id in OWNED
            and node.attr not in ALLOWED
        ):
            yield node.lineno, ast.unparse(node)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"get_object_or_404", "get_list_or_404"}
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id in OWNED
        ):
            yield node.lineno, ast.unparse(node)


@pytest.mark.parametrize("path", EDGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_edges_only_read_through_reach(path):
    assert list(unscoped(ast.parse(path.read_text()))) == []


def test_the_rule_bites():
    bad = "get_object_or_404(Position, pk=pk)\nPosition.objects.filter(pk=1)\n"
    assert [line for line, _ in unscoped(ast.parse(bad))] == [1, 2]
