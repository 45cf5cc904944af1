from django.urls import reverse

from tickets.addresses import absolute, desk_path, ticket_path


def test_addresses_are_those_of_the_pages(settings):
    """Written out, because a list of tickets asks for each of its rows; here they are held against the routes."""
    assert ticket_path("acme", "T-2026-0000001") == reverse("tickets:ticket", args=["acme", "T-2026-0000001"])
    assert desk_path("T-2026-0000001") == reverse("tickets:desk_ticket", args=["T-2026-0000001"])
    settings.PUBLIC_URL = "https://portal.example"
    assert absolute("/desk/") == "https://portal.example/desk/"
