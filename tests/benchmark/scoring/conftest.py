import pytest

from benchmark.spec import Spec


@pytest.fixture
def spec() -> Spec:
    return Spec.model_validate({"name": "d", "dataset": "digits", "score": {"images": 300}})
