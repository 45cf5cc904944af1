"""`manage.py create_token EMAIL… [--organization SLUG] [--scope write]` prints the tokens and nothing else."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiToken
from accounts.tokens import authenticate


def create(*arguments: str) -> str:
    out = StringIO()
    call_command("create_token", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_prints_only_a_token_that_works(people):
    printed = create("Owner@Acme.example")
    token = authenticate(printed.strip())
    assert printed == printed.strip() + "\n"
    assert (token.person, token.scope, token.organization, token.expires_at) == (people.owner, "read", None, None)


def test_it_needs_neither_a_proven_mailbox_nor_a_password(people):
    assert not people.member.has_usable_password()
    assert authenticate(create("member@acme.example").strip()).person == people.member


def test_several_people_get_a_line_each_in_their_order_or_nobody_gets_any(people):
    lines = create("member@acme.example", "owner@acme.example").split()
    assert [authenticate(line).person for line in lines] == [people.member, people.owner]
    with pytest.raises(CommandError, match=r"nobody@acme\.example"):
        create("owner@acme.example", "nobody@acme.example")
    assert ApiToken.objects.count() == 2


def test_scope_and_organization_are_set(people):
    token = authenticate(create("owner@acme.example", "--organization", "acme", "--scope", "write").strip())
    assert (token.scope, token.organization) == ("write", people.acme)
    assert (
        authenticate(create("engineer@support.example", "--organization", "acme").strip()).organization == people.acme
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody@acme.example"], "There is no person with the e-mail address nobody@acme.example"),
        (
            ["owner@acme.example", "--organization", "orbit"],
            "owner@acme.example has no part in an organization 'orbit'",
        ),
        (["owner@acme.example", "--organization", "moon"], "owner@acme.example has no part in an organization 'moon'"),
        (["owner@acme.example", "--scope", "all"], "invalid choice: 'all'"),
        ([], "the following arguments are required: email"),
    ],
)
def test_errors_say_what_is_wrong_and_make_no_token(people, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        create(*arguments)
    assert not ApiToken.objects.exists()


def test_a_person_switched_off_gets_none(people):
    people.owner.is_active = False
    people.owner.save()
    with pytest.raises(CommandError, match="is switched off"):
        create("owner@acme.example")
    assert not ApiToken.objects.exists()


def test_the_limit_is_told(people, settings):
    for _number in range(50):
        create("owner@acme.example")
    with pytest.raises(CommandError, match="A person may hold 50 tokens"):
        create("owner@acme.example")
