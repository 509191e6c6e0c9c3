def test_names_are_the_batches_and_the_names_of_classes(write):
    names = [name.removeprefix("cifar-10-batches-py/") for name in write("cifar10").files.names]
    assert names == ["data_batch_1", "data_batch_2", "test_batch", "batches.meta"]


def test_labels_are_the_fine_ones_where_there_are_two_kinds(write):
    written = write("cifar100")
    assert written.files.read(written.data, "test", 0).labels.tolist() == written.labels["test"].tolist()
    assert written.labels["test"].max() == 99
