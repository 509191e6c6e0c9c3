import pytest
import torch
from torch_fidelity.registry import FEATURE_EXTRACTORS_REGISTRY

from benchmark.errors import UserError
from benchmark.scoring.extractors import built_in
from benchmark.scoring.extractors.catalog import EXTRACTORS, find_extractor, load_extractor, register, weights_digest
from benchmark.scoring.extractors.extractor import Extractor

CPU = torch.device("cpu")


# In this order; one that comes to the catalog may be missing here.
FIRST = ("inception-v3-compat", "digits-cnn", "dinov2-vit-b-14", "clip-vit-b-32", "pixels")


def test_names_are_keys():
    assert tuple(EXTRACTORS)[: len(FIRST)] == FIRST
    assert list(EXTRACTORS) == [part.name for part in vars(built_in).values() if isinstance(part, Extractor)]
    assert all(find_extractor(name).name == name for name in EXTRACTORS)


def test_unknown_name_lists_the_known_and_the_nearest():
    with pytest.raises(
        UserError, match=r"unknown extractor 'inception': did you mean 'inception-v3-compat'\? Known: inc"
    ):
        find_extractor("inception")


@pytest.mark.parametrize("name", list(EXTRACTORS))
def test_layers_are_those_that_torch_fidelity_takes_by_default(name):
    extractor = EXTRACTORS[name]
    default = extractor.network.get_default_feature_layer_for_metric
    assert {default("fid"), default("kid")} == {extractor.pooled}
    assert extractor.logits in (default("isc"), None)
    assert {extractor.pooled, extractor.logits} - {None} <= set(extractor.network.get_provided_features_list())


def test_torch_fidelity_hears_of_an_extractor_once():
    for _ in range(2):
        register(EXTRACTORS["digits-cnn"])
    assert FEATURE_EXTRACTORS_REGISTRY["digits-cnn"] is EXTRACTORS["digits-cnn"].network


def test_loading_twice_gives_the_same(tmp_path):
    first, second = (load_extractor("digits-cnn", tmp_path, CPU) for _ in range(2))
    assert first.digest == second.digest
    assert not first.network.training
    assert not any(weight.requires_grad for weight in first.network.parameters())


def test_loading_leaves_random_state_alone(tmp_path):
    before = torch.random.get_rng_state()
    load_extractor("digits-cnn", tmp_path, CPU)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_digest_changes_with_one_weight(digits_cnn):
    assert weights_digest(digits_cnn.network) == digits_cnn.digest
    with torch.no_grad():
        digits_cnn.network.network.output.bias[3] += 1e-6
    assert weights_digest(digits_cnn.network) != digits_cnn.digest
