"""What names a row, out of what anybody may write into an address or a form."""

import pytest

from helpdesk.core.web.keys import key_in, keys_in


def test_a_number_is_the_key_it_says() -> None:
    assert key_in("48213") == 48213


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", " 7", "²", "٣", "7\x00", "9" * 19])
def test_anything_else_names_no_row(text: str) -> None:
    assert key_in(text) == 0


def test_the_keys_among_texts_keep_their_order() -> None:
    assert keys_in(["9", "x", "3", "9" * 30]) == [9, 3]
