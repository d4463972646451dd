"""What code recognises before any model is asked: predictable rules, and the lanes we ship."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.playbook import Lane
from conversations.prompting import shipped_playbook
from conversations.screening import asked_if_robot, check_triggers, find_lane
from tests.conversations import enquiry_texts, lane_texts, robot_texts


def lane(*triggers: str, code: str = "one") -> Lane:
    return Lane(code=code, title=code, action="reply", triggers=triggers)


def fits(text: str, *triggers: str) -> bool:
    return find_lane([text], [lane(*triggers)]) is not None


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("gas leak", "a LEAK of Gas"),
        ("gas leak*", "is the gas leaking?"),
        ("leak*", "Leak!"),
        ("wont open", "it won’t open"),
        ("won't open", "it wont open"),
        ("theres water", "there's water"),
        ("pipe burst", "the pipe's burst"),
        ("pipes burst", "the pipe's burst"),
        ("cafe", "the CAFÉ"),
        ("café", "the cafe"),
        ("gas leak", "*gas* _leak_"),
        ("carbon-monoxide", "carbon monoxide"),
        ("carbon monoxide", "carbon-monoxide"),
        ("gas leak -plan*", "gas leak"),
        ("gas leak –plan*", "gas leak"),
        ("gas", "g\u200bas"),
        ("gas", "ｇａｓ"),
        ("7am", "since 7am."),
        ("I", "may I?"),
        ("a b c d e f g h", "h g f e d c b a"),
        ("gas", "smell.gas"),
        ("tank 1.5", "a tank of 1.5 m"),
    ],
)
def test_all_words_of_a_rule_in_one_sentence_fit(rule: str, text: str) -> None:
    assert fits(text, rule)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("gas leak", "a gas hob. The tap has a leak."),
        ("gas leak", "a gas hob\nThe tap has a leak"),
        ("gas leak", "is it gas? a leak"),
        ("gas leak", "gas leaks"),
        ("leak*", "a sneaky bleak day"),
        ("gas", "gasp"),
        ("gas leak -plan*", "planning for a gas leak"),
        ("gas leak -plan*", "no plan, gas leak"),
        ("gas", ""),
        ("gas", "..."),
        ("", "anything"),
        ("-gas", "anything"),
        ("*", "anything"),
        ("g*", "gas"),
        ("*gas", "gas"),
        ("a b c d e f g h i", "a b c d e f g h i"),
    ],
)
def test_less_than_that_does_not(rule: str, text: str) -> None:
    assert not fits(text, rule)


def test_the_first_lane_in_order_counts() -> None:
    lanes = [lane(code="silent"), lane("gas", code="first"), lane("gas leak", code="second")]
    found = find_lane(["a gas leak"], lanes)
    assert found is not None
    assert found.code == "first"


def test_an_earlier_lane_counts_whichever_message_it_is_in() -> None:
    lanes = [lane("gas", code="first"), lane("person", code="second")]
    found = find_lane(["a person please, any person at all", "I smell gas in here"], lanes)
    assert found is not None
    assert found.code == "first"


def test_without_a_fitting_rule_there_is_no_lane() -> None:
    assert find_lane(["Hello"], [lane("gas")]) is None
    assert find_lane([], [lane("gas")]) is None
    assert find_lane(["gas"], []) is None


def test_a_sentence_sent_in_two_bubbles_is_one() -> None:
    assert find_lane(["there's water", "coming through the ceiling"], [lane("water ceiling")])


def test_a_whole_sentence_stands_for_itself() -> None:
    texts = ["we would like a new gas hob", "one tap has a leak"]
    assert find_lane(texts, [lane("gas leak")]) is None
    assert find_lane(["gas hob.", "one tap has a leak"], [lane("gas leak")]) is None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("-gas", '"-gas": needs a word that must be there'),
        ("gas -", '"gas -": has an empty word'),
        ("gas *", '"gas *": has an empty word'),
        ("gas !!", '"gas !!": has an empty word'),
        ("g*", '"g*": needs at least 2 letters before an asterisk'),
        ("gas -p*", '"gas -p*": needs at least 2 letters before an asterisk'),
        ("*gas", '"*gas": an asterisk may stand only at the end of a word'),
        ("a b c d e f g h i", '"a b c d e f g h i": has more than 8 words'),
    ],
)
def test_staff_are_told_what_is_wrong_with_a_rule(line: str, problem: str) -> None:
    assert check_triggers(f"gas leak*\n\n{line}\n") == [problem]


def test_good_rules_have_no_problems() -> None:
    assert check_triggers("gas leak* -plan*\n\n  won't open \n") == []
    assert check_triggers("") == []


@given(st.text(), st.text())
def test_whatever_anybody_writes_nothing_breaks(rule: str, text: str) -> None:
    check_triggers(rule)
    find_lane([text], [lane(*rule.splitlines())])
    asked_if_robot([text])


@given(st.text(alphabet="-–*'’. ağ1\n", max_size=30))
def test_a_rule_with_a_problem_never_fits(rule: str) -> None:
    if len(rule.splitlines()) == 1 and check_triggers(rule):
        assert not fits(rule, rule)


def test_a_long_message_is_screened_quickly() -> None:
    lanes = shipped_playbook().lanes
    started = time.monotonic()
    find_lane(["water gas are you your builders " * 300], lanes)
    find_lane([". ".join(f"leak{number} water" for number in range(700))], lanes)
    asked_if_robot(["are you a " * 1000, "you " * 2500])
    assert time.monotonic() - started < 2


# --- the lanes we ship ---------------------------------------------------------------------


def shipped(text: str) -> str | None:
    found = find_lane([text], shipped_playbook().lanes)
    return found.code if found else None


def test_the_shipped_rules_have_no_problems() -> None:
    assert [check_triggers("\n".join(lane.triggers)) for lane in shipped_playbook().lanes] == [
        [] for _ in shipped_playbook().lanes
    ]


@pytest.mark.parametrize("text", lane_texts.EMERGENCY)
def test_danger_is_recognised(text: str) -> None:
    assert shipped(text) == "emergency"


@pytest.mark.parametrize("text", lane_texts.WANTS_PERSON)
def test_the_wish_for_a_person_is_recognised(text: str) -> None:
    assert shipped(text) == "wants_person"


@pytest.mark.parametrize("text", lane_texts.NOISE_COMPLAINT)
def test_complaints_of_neighbours_are_recognised(text: str) -> None:
    assert shipped(text) == "noise_complaint"


@pytest.mark.parametrize("text", lane_texts.ABUSE)
def test_abuse_is_recognised(text: str) -> None:
    assert shipped(text) == "abuse"


@pytest.mark.parametrize("text", enquiry_texts.ENQUIRY)
def test_ordinary_talk_is_left_to_the_assistant(text: str) -> None:
    assert shipped(text) is None


# --- "are you a robot?" --------------------------------------------------------------------


@pytest.mark.parametrize("text", robot_texts.ASKED)
def test_the_question_whether_a_machine_answers_is_recognised(text: str) -> None:
    assert asked_if_robot([text])


@pytest.mark.parametrize("text", robot_texts.NOT_ASKED)
def test_talk_of_machines_and_people_is_not_that_question(text: str) -> None:
    assert not asked_if_robot([text])


def test_the_question_may_come_in_pieces() -> None:
    assert asked_if_robot(["Hello", "wait", "are you", "a robot"])
