import pytest

from tickets.queue_order import SEVERITIES, queue_rank


@pytest.mark.parametrize(
    ("severity", "priority", "promised", "rank"),
    [
        ("critical_down", "high", True, 0),
        ("production_down", "normal", True, 11),
        ("guidance", "none", True, 42),
        ("critical_down", "none", False, 42),
    ],
)
def test_severity_comes_before_priority(severity, priority, promised, rank):
    assert queue_rank(severity, priority, promised=promised) == rank


def test_a_more_severe_ticket_always_comes_first():
    ranks = [
        queue_rank(severity, priority, promised=True)
        for severity in SEVERITIES
        for priority in ("high", "normal", "none")
    ]
    assert ranks == sorted(set(ranks))
