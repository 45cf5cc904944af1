"""Which effects of a change the page ticks off, and which it only tells."""

import pytest

from billing.buying.checkout_choices import takes_away


@pytest.mark.parametrize(
    ("effect", "less"),
    [
        ({"code": "service_changes", "before": 3, "quantity": 1}, True),
        ({"code": "service_changes", "before": 4, "quantity": 8}, False),
        ({"code": "included_leaves"}, True),
        ({"code": "included_comes"}, False),
    ],
)
def test_only_what_is_gained_is_ticked_off(effect, less):
    assert takes_away(effect) is less
