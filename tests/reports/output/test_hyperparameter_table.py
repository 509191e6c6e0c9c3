from reports.output.hyperparameter_table import Found, found_table
from reports.records.load import StudyRecords


def test_found_and_papers_stand_together(study, records: StudyRecords) -> None:
    table = found_table(records, ["wgan-gp", "hinge", "dcgan", "lsgan", "gan-mlp", "wgan"])
    assert table.headings == [
        "FID, validation", "lr_generator", "lr_discriminator", "beta1", "beta2", "n_critic", "penalty_weight",
    ]  # fmt: skip
    assert [(row.variant, row.trial) for row in table.rows] == [
        ("wgan-gp", 1),
        ("hinge", 0),
        ("dcgan", 1),
        ("lsgan", 0),
    ]
    dcgan = table.rows[2].cells
    assert dcgan[0] == Found("41.0", "60.0", changed=True)
    assert (dcgan[1].default, dcgan[1].changed) == ("0.0002", True)
    assert dcgan[3] == Found("0.5", "0.5", changed=False)
    assert dcgan[6] == Found("\N{EN DASH}", "\N{EN DASH}", changed=False)
    assert not any(cell.changed for cell in table.rows[1].cells)
