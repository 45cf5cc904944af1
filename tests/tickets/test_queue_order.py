import pytest

from tickets.queue_order import RANKS, queue_rank


def test_severity_comes_before_priority():
    assert queue_rank(0, 0) == 100
    assert queue_rank(1, 1) == 111
    assert queue_rank(4, 2) == 142


def test_a_more_severe_ticket_always_comes_first():
    ranks = [queue_rank(severity, priority) for severity in range(10) for priority in range(10)]
    assert ranks == sorted(set(ranks))
    assert set(ranks) < set(RANKS)


@pytest.mark.parametrize("wrong", [(10, 0), (0, 10), (-1, 0)])
def test_a_rank_holds_one_digit_each(wrong):
    with pytest.raises(ValueError):
        queue_rank(*wrong)
