"""What the section of each variant says."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from benchmark.records import TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.figures.panel_groups import panel_groups
from reports.output.variant_sections import VariantSection, anchor, variant_sections
from reports.records.load import StudyRecords


def sections(records: StudyRecords) -> dict[str, VariantSection]:
    board = leaderboard(records)
    groups = panel_groups(records, board["variant"].tolist())
    return {section.name: section for section in variant_sections(records, board, groups)}


def test_a_section_a_variant_in_the_order_of_the_table(records: StudyRecords, board: pd.DataFrame) -> None:
    found = sections(records)
    assert list(found) == board["variant"].tolist()
    dcgan = found["dcgan"]
    assert dcgan.standing == "contender, FID 42.0 ± 1.4 over 6 seeds"
    assert found["wgan-gp"].standing.startswith("out, FID 124.0 ± 2.5 over 5 seeds, ")
    assert (found["gan-mlp"].standing, found["gan-mlp"].note) == ("untested", "no trial was completed: 3 diverged")
    assert (dcgan.family, dcgan.colour) == ("hinge", "var(--series-3)")  # as all runs of this study told
    titles = ["Through training", "Best so far through the search", "Expected best by budget", "Losses"]
    assert [title for title, _ in dcgan.panels] == [*titles, "D(x) and D(G(z))"]
    assert found["wgan"].panels == []


def test_settings_are_those_of_the_chosen_trial_beside_the_paper_s(records: StudyRecords) -> None:
    dcgan = sections(records)["dcgan"]
    own = records.runs[(records.runs["variant"] == "dcgan") & (records.runs["kind"] == "trial")].set_index("number")
    rate = next(setting for setting in dcgan.settings if setting.name == "lr_generator")
    assert dcgan.trial == "1"
    assert (rate.found, rate.paper) == (f"{own.loc[1, 'lr_generator']:.3g}", f"{own.loc[0, 'lr_generator']:.3g}")
    assert "penalty_weight" not in [setting.name for setting in dcgan.settings]
    assert sections(records)["gan-mlp"].settings == []


def test_the_run_shown_has_its_page_in_mlflow_and_its_loss_plot(records: StudyRecords) -> None:
    found = sections(records)
    assert found["dcgan"].run.text == "final 0"
    assert found["dcgan"].run.address.startswith("http://127.0.0.1:5000/#/experiments/")
    assert found["dcgan"].plot == "losses/dcgan-final-0000.png"
    assert found["lsgan"].plot == ""
    assert (found["wgan"].run.text, found["wgan"].plot) == ("", "")


def test_papers_have_their_address(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    citation = "Lucic et al. 2018, arXiv:1711.10337; a blog (javascript:alert(1))"
    records = in_memory([make_record("dcgan", "trial", 0, 40.0)])
    told = replace(records, variants={"dcgan": {"loss": "hinge", "citation": citation}})
    section = sections(told)["dcgan"]
    assert [(source.text, source.address) for source in section.sources] == [
        ("Lucic et al. 2018, arXiv:1711.10337", "https://arxiv.org/abs/1711.10337"),
        ("a blog (javascript:alert(1))", ""),
    ]
    assert section.parts == {"loss": "hinge"}


def test_anchors_have_no_spaces_or_quotes() -> None:
    assert anchor("resnet+hinge+r1") == "variant=resnet+hinge+r1"
    assert anchor("dcgan (paper)") == "variant=dcgan%20%28paper%29"
