"""What an actor carries through a page."""

from collections.abc import Callable

from helpdesk.core.actors import CONTACT, Actor


def counting(answers: list[int]) -> Callable[[], int]:
    def ask() -> int:
        answers.append(len(answers))
        return answers[-1]

    return ask


def test_while_a_page_is_read_a_question_is_asked_once() -> None:
    reading, asked = Actor(kind=CONTACT, answers={}), list[int]()
    assert [reading.once("a", counting(asked)), reading.once("a", counting(asked))] == [0, 0]
    assert reading.once("b", counting(asked)) == 1
    assert reading.as_contact().once("a", counting(asked)) == 0


def test_where_things_change_it_is_asked_each_time() -> None:
    writing, asked = Actor(kind=CONTACT), list[int]()
    assert [writing.once("a", counting(asked)), writing.once("a", counting(asked))] == [0, 1]
