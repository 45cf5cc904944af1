from datetime import date

from portal.term_picture import SIDE, STEP, term_picture


def test_a_month_is_a_sheet_of_days():
    picture = term_picture(date(2026, 11, 5), date(2026, 12, 5), date(2026, 11, 22))
    assert (picture.days, picture.days_left) == (30, 13)
    assert len(picture.squares) == 30
    # 5 November 2026 is a Thursday: the fourth column of the first week.
    assert (picture.squares[0].x, picture.squares[0].y) == (3 * STEP, 0)
    assert [square.left for square in picture.squares] == [0] * 17 + [SIDE] * 13
    assert [square.is_today for square in picture.squares].index(True) == 17
    assert (picture.width, picture.height) == (6 * STEP + SIDE, 4 * STEP + SIDE)


def test_a_year_is_a_row_of_months():
    picture = term_picture(date(2026, 3, 1), date(2027, 3, 1), date(2026, 11, 22))
    assert (picture.days, picture.days_left) == (365, 99)
    # Of November's 30 days 9 are left with today: 14 × 9 / 30 = 4.2.
    assert [square.left for square in picture.squares] == [0] * 8 + [4] + [SIDE] * 3
    assert (picture.width, picture.height) == (11 * STEP + SIDE, SIDE)


def test_a_year_from_the_31st_has_twelve_months():
    picture = term_picture(date(2026, 1, 31), date(2027, 1, 31), date(2026, 1, 31))
    assert len(picture.squares) == 12
    assert all(square.left == SIDE for square in picture.squares)
    assert picture.squares[0].is_today


def test_a_term_that_is_over_has_nothing_left():
    picture = term_picture(date(2026, 10, 1), date(2026, 11, 1), date(2026, 11, 22))
    assert picture.days_left == 0
    assert not any(square.left or square.is_today for square in picture.squares)
