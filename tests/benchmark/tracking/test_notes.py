from benchmark.tracking.notes import variant_note, view_links, with_report, without_report


def test_a_link_to_the_report_comes_first_and_replaces_an_earlier_one() -> None:
    once = with_report("What it is.\n\nMore.", "#/one")
    assert once.startswith("**[Open the report](#/one)**")
    assert once.endswith("\n\nWhat it is.\n\nMore.")
    twice = with_report(once, "#/two")
    assert twice.count("Open the report") == 1
    assert "(#/two)" in twice
    assert twice.endswith("\n\nWhat it is.\n\nMore.")


def test_the_answer_stands_beside_the_link() -> None:
    note = with_report(with_report("Note", "#/one"), "#/two", "Use dcgan")
    assert note == "**[Open the report](#/two)**: Use dcgan.\n\nNote"
    assert without_report(note) == ("**[Open the report](#/two)**: Use dcgan.\n\n", "Note")


def test_the_link_can_be_taken_off() -> None:
    link, rest = without_report(with_report("Note", "#/one"))
    assert rest == "Note"
    assert link + rest == with_report("Note", "#/one")
    assert without_report("Note") == ("", "Note")


def test_views_are_linked_within_the_ui() -> None:
    text = view_links("/#/experiments/1/runs?a", "/#/experiments/1/runs?b")
    assert "](#/experiments/1/runs?a)" in text
    assert "](#/experiments/1/runs?b)" in text


def test_a_variant_says_what_it_is_made_of() -> None:
    note = variant_note({"loss": "hinge", "architecture": "dcgan"})
    assert note.endswith("\n\n- **loss**: hinge\n- **architecture**: dcgan")
    assert "final/*" in note
