from dataclasses import replace
from xml.etree import ElementTree

from reports.figures.palette import CSS_COLOURS, FAINT
from reports.suites.colours import shown, suite_colours
from reports.suites.profile_figure import profile_figure
from reports.suites.standing import Standing
from reports.suites.suite import Suite


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("xlink:href", "href"))


def test_the_few_are_named_and_told_in_words(suite: Suite, stands: Standing) -> None:
    svg = parsed(profile_figure(stands, shown(stands), suite_colours(suite, stands), 780))
    # By hand: hinge and dcgan passed an FID of 100 on both; of wgan-gp no run did.
    assert svg.attrib["aria-label"] == (
        "Performance profiles. Runs that came farther than half of the way from noise to real images: "
        "hinge 100 %; dcgan 100 %; wgan-gp 0 %"
    )
    texts = [element.text for element in svg.iter() if element.tag.endswith("text")]
    assert {"hinge", "dcgan", "wgan-gp"} <= set(texts)


def test_each_of_the_few_has_a_band_and_a_dash_of_its_own_and_others_are_faint(suite: Suite, stands: Standing) -> None:
    svg = parsed(profile_figure(stands, ["hinge", "dcgan"], suite_colours(suite, stands), 780))
    styles = [element.get("style", "") for element in svg.iter() if element.tag.endswith("path")]
    thick = {style for style in styles if "stroke-width: 1.8" in style}
    assert len(thick) == 2
    assert sum("stroke-dasharray" in style for style in thick) == 1
    faint = [style for style in styles if CSS_COLOURS[FAINT] in style and "stroke-width: 0.7" in style]
    assert len(faint) == 1


def test_without_profiles_there_is_no_figure(stands: Standing) -> None:
    assert profile_figure(replace(stands, profiles=stands.profiles.iloc[:0]), [], {}, 780) == ""
