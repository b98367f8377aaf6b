"""What is asked about before it is saved, and what is left alone."""

import ast
from pathlib import Path

import pytest

from roles.student_hints import hints

ABOUT_A_STUDENT = [
    "Grade 3 student Maria Lopez missed two sessions.",
    "The 4th-grader Jaylen did well.",
    "Student Tomás was moved to another group.",
    "Met the student named Aaliyah Brooks in the hall.",
    "Our pupil J. R. needs a quiet place.",
    "Spoke with Devon's mother about the pick-up.",
    "Ana's IEP asks for more time.",
    "Called the father of Marcus Hill.",
    "DOB 04/12/2016, new in the group.",
    "Born on March 3, 2015 and in the wrong group.",
    "birth date: 2015-03-03",
    "Student ID 48213 has no seat.",
    "See student #0048213.",
    "ID: 1029384 was absent.",
    "Number 900123456 did not come.",
    "123-45-6789 is in the file.",
    "Maria Lopez, a third grader, left early.",
    "Then Liam Ortega in grade 2 left early.",
]
ABOUT_THE_PROGRAM = [
    "Three grade 3 groups meet in Room 204 from 10:15 to 10:45.",
    "Grade 3 students read in pairs; tutors kept to the script.",
    "Student Services will send the schedule by Nov 5, 2026.",
    "The Student Information System exports on Fridays.",
    "Student Success Team meets on Tuesday.",
    "Cost: $120000 from Title I, once; 120,000 in all.",
    "Invoice 1002345 and PO 45001234 are paid.",
    "Call 555-010-2345 or (614) 555-0123.",
    "Session 12 of 36; 2026-27; 15 students at 3 schools.",
    "Files are at https://drive.example.org/d/123456789012/edit.",
    "Ms. Whitfield spoke with the principal about space.",
    "Report of 20261105 is in the folder.",
    "About 250000 minutes of tutoring were held; 150000 minutes in spring.",
    "Each student Monday to Thursday, thirty minutes.",
    "Oak Elementary in grade 2 needs two more tutors.",
    "Dana Whitfield's calendar is full until March.",
    "Parents of students in grades 2 to 4 were invited.",
    "Write to coach@oak.example about grade 5.",
    "The coach's observation was on Oct 12, 2026.",
    "Scores in grade 3 went up; Coverage in grade 4 did not.",
    "",
]


@pytest.mark.parametrize("text", ABOUT_A_STUDENT)
def test_what_looks_like_a_student_is_found(text):
    assert hints(text)


@pytest.mark.parametrize("text", ABOUT_THE_PROGRAM)
def test_what_is_about_the_program_is_left_alone(text):
    assert hints(text) == []


def test_the_words_are_told_as_they_stand_and_once_each():
    found = hints("Grade 3 student Maria Lopez (student ID 48213), DOB 4/12/2016. ID 5550001.")
    assert [hint.words for hint in found] == [
        "Grade 3 student Maria Lopez",
        "student ID 48213",
        "DOB 4/12/2016",
    ]


def words_of_the_demo():
    """Every text that the demo districts are written in; numbers of schools alone are none."""
    for path in (Path(__file__).parents[2] / "tutoring_admin/demo").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            if isinstance(node, ast.JoinedStr):
                yield "".join(
                    part.value if isinstance(part, ast.Constant) else "Oak" for part in node.values
                )


def test_no_text_of_the_demo_is_asked_about():
    said = [text for text in words_of_the_demo() if " " in text]
    assert len(said) > 500
    assert [(text, hints(text)) for text in said if hints(text)] == []
