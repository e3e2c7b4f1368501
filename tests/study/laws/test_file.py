"""The law file: what is written is read again, what is wrong is named."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.errors import InputError
from study.laws import TERMS, Law, Laws, Size, read_laws, write_laws

SECONDS = st.floats(0, 1e5).map(lambda v: float(f"{v:.6g}"))


@given(terms=st.tuples(*[SECONDS] * 5), sd=SECONDS, quality=st.sampled_from(["good", "fair", "poor", "few"]))
@settings(deadline=None)
def test_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, terms, sd, quality) -> None:
    path = tmp_path_factory.mktemp("laws") / "laws.yaml"
    law = Law(*terms, sd=sd, n=3, quality=quality, scales=(8, 16), covariance=tuple([tuple([0.5] * 5)] * 5))
    laws = Laws({("vds", "DECOMP"): law}, {"stress-ng": 1500.0}, {"cpu": "x"}, {"command": "vds bench"})
    write_laws(laws, path)
    assert read_laws(path) == laws
    assert [p.name for p in path.parent.iterdir()] == ["laws.yaml"]


def test_seconds_are_the_sum_of_the_terms() -> None:
    law = Law(1.0, 2.0, 3.0, 4.0, 5.0)
    assert law.seconds(Size(10, 20, 30, 40)) == 1 + 20 + 60 + 120 + 200
    assert law.interval(Size())[1] == float("inf"), "nothing is known of its error"


def test_interval_follows_the_covariance() -> None:
    law = Law(fixed_s=10.0, covariance=((4.0, 0, 0, 0, 0), *[(0.0,) * 5] * 4))
    assert law.interval(Size(), z=1.0) == (8.0, 12.0)
    assert law.interval(Size(), z=10.0)[0] == 0.0


WRONG = {
    "format 1": {"format": 2},
    "laws is empty": {"laws": {}},
    "no IPF of a scope": {"laws": {"DECOMP": {}}},
    "unknown key per_furlong_s": {"laws": {"vds/DECOMP": {"per_furlong_s": 1}}},
    "per_scene_s is -1": {"laws": {"vds/DECOMP": {"per_scene_s": -1}}},
    "quality is splendid": {"laws": {"vds/DECOMP": {"quality": "splendid"}}},
    "covariance must be": {"laws": {"vds/DECOMP": {"covariance": [[1]]}}},
}


@pytest.mark.parametrize("said", WRONG)
def test_a_mistake_is_one_sentence(tmp_path: Path, said: str) -> None:
    path = tmp_path / "laws.yaml"
    path.write_text(yaml.safe_dump({"format": 1, "laws": {"vds/DECOMP": {TERMS[0]: 1}}} | WRONG[said]))
    with pytest.raises(InputError, match=said):
        read_laws(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_laws(tmp_path / "none.yaml")


def test_broken_yaml(tmp_path: Path) -> None:
    (tmp_path / "laws.yaml").write_text("{")
    with pytest.raises(InputError, match="no YAML"):
        read_laws(tmp_path / "laws.yaml")
