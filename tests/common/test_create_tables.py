"""Tables of one step of a migration: made together, also where they point at each other, and taken away together."""

from __future__ import annotations

import pytest
from django.db import connection, models
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from common.create_tables import CreateTables

SHELF = CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))])
BOOK = CreateModel(
    "Book",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("shelf", models.ForeignKey("library.Shelf", models.PROTECT)),
        ("before", models.ForeignKey("library.Book", models.PROTECT, null=True)),
    ],
)


def tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name.startswith("library_")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("operations", [[SHELF, BOOK], [BOOK, SHELF]], ids=["in order", "before what it points at"])
def test_tables_come_and_go_together(operations):
    step, before, after = CreateTables(operations), ProjectState(), ProjectState()
    step.state_forwards("library", after)
    with connection.schema_editor() as editor:
        step.database_forwards("library", editor, before, after)
    assert tables() == ["library_book", "library_shelf"]
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "library_book")
    assert sorted(one["foreign_key"] for one in constraints.values() if one["foreign_key"]) == [
        ("library_book", "id"),
        ("library_shelf", "id"),
    ]
    with connection.schema_editor() as editor:
        step.database_backwards("library", editor, after, before)
    assert tables() == []


def test_what_was_rendered_before_knows_the_new_tables():
    state = ProjectState()
    assert not state.apps.all_models["library"]
    CreateTables([SHELF, BOOK]).state_forwards("library", state)
    assert set(state.apps.all_models["library"]) == {"shelf", "book"}
