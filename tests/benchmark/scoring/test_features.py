import pytest
import torch

from benchmark.scoring.features import extract, extract_blocks


def test_grey_is_repeated_to_three_channels(digits_cnn, test_images):
    grey = extract(digits_cnn, test_images[:20])
    colour = extract(digits_cnn, test_images[:20].repeat(1, 3, 1, 1))
    assert torch.equal(grey.pooled, colour.pooled)
    assert (grey.pooled.shape, grey.logits.shape) == ((20, 64), (20, 10))


def test_equal_to_the_network_itself_whatever_the_batches(digits_cnn, test_images):
    pooled, logits = digits_cnn.network(test_images.expand(-1, 3, -1, -1))
    for batch_size in (7, 64, 450):
        features = extract(digits_cnn, test_images, batch_size)
        torch.testing.assert_close(features.pooled, pooled, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(features.logits, logits, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    "images",
    [torch.zeros(2, 1, 8, 8), torch.zeros(2, 2, 8, 8, dtype=torch.uint8), torch.zeros(1, 8, 8, dtype=torch.uint8)],
)
def test_other_images_are_refused(digits_cnn, images):
    with pytest.raises(ValueError, match="must be uint8"):
        extract(digits_cnn, images)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_gpu_agrees_with_cpu(tmp_path, digits_cnn, test_images):
    from benchmark.scoring.extractors.catalog import load_extractor

    on_gpu = load_extractor("digits-cnn", tmp_path, torch.device("cuda"))
    features = extract(on_gpu, test_images)
    assert features.pooled.device.type == "cpu"
    torch.testing.assert_close(features.pooled, extract(digits_cnn, test_images).pooled, atol=1e-4, rtol=1e-4)


def test_blocks_have_the_features_of_the_whole_to_the_last_digit(digits_cnn, test_images):
    whole, blocks = extract(digits_cnn, test_images), extract_blocks(digits_cnn, iter(test_images.split(256)))
    assert torch.equal(blocks.pooled, whole.pooled)
    assert torch.equal(blocks.logits, whole.logits)
