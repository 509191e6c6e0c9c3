import re

from benchmark.tracking.notes import variant_note, view_links, with_report, without_report


def test_a_link_to_the_report_comes_first_and_replaces_an_earlier_one() -> None:
    once = with_report("What it is.\n\nMore.", "#/one")
    assert once.startswith("**[Open the report](#/one)**: ")
    assert once.endswith("\n\n---\n\nWhat it is.\n\nMore.")
    twice = with_report(once, "#/two")
    assert twice.count("Open the report") == 1
    assert twice.startswith("**[Open the report](#/two)**: ")
    assert twice.endswith("\n\n---\n\nWhat it is.\n\nMore.")


def test_what_it_found_stands_beside_the_link_and_below() -> None:
    note = with_report(with_report("Note", "#/one", ["Nothing yet."]), "#/two", ["Use dcgan.", "dcgan: FID 1 < 2."])
    assert note == "**[Open the report](#/two)**: Use dcgan.\n\ndcgan: FID 1 &lt; 2.\n\n---\n\nNote"
    assert without_report(note) == (note.removesuffix("Note"), "Note")


def test_one_of_an_earlier_release_is_replaced_whole() -> None:
    earlier = "**[Open the report](#/one)**: Use wgan.\n\n**Views**\n\nNote"
    assert without_report(earlier) == ("**[Open the report](#/one)**: Use wgan.\n\n", "**Views**\n\nNote")
    assert with_report(earlier, "#/two", ["Use dcgan."]) == (
        "**[Open the report](#/two)**: Use dcgan.\n\n---\n\n**Views**\n\nNote"
    )


def test_the_link_can_be_taken_off() -> None:
    found, rest = without_report(with_report("Note", "#/one"))
    assert rest == "Note"
    assert found + rest == with_report("Note", "#/one")
    assert without_report("Note") == ("", "Note")


def test_views_are_linked_within_the_ui() -> None:
    text = view_links("1")
    keys = re.findall(r"\]\(#/experiments/1/runs\?viewStateShareKey=(\w+)", text)
    assert keys == ["leaderboard", "search", "finals"]


def test_a_variant_says_what_it_is_made_of() -> None:
    note = variant_note({"loss": "hinge", "architecture": "dcgan"}, "test")
    assert note.endswith("\n\n- **loss**: hinge\n- **architecture**: dcgan")
    assert {"`test/*`", "`test_std/*`", "`test_low/*`", "`test_high/*`"} <= set(re.findall("`.*?`", note))
