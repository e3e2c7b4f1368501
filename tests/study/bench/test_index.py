"""The machine's index: stress-ng's words are read right, kernels run, what is unknown is left out."""

import pytest

from study.bench.index import KERNELS, STRESS_NG, index_of, kernels, mean_ratio, parse_stress_ng, published
from study.bench.machine import facts, identity

#: What stress-ng 0.15.06 printed on the machine where this was written.
SAID = """\
stress-ng: info:  [15199] dispatching hogs: 1 cpu
stress-ng: metrc: [15199] stressor       bogo ops real time  usr time  sys time   bogo ops/s     bogo ops/s
stress-ng: metrc: [15199]                           (secs)    (secs)    (secs)   (real time) (usr+sys time)
stress-ng: metrc: [15199] cpu                 884      5.00      0.90      0.00       176.70         979.74
stress-ng: info:  [15199] successful run completed in 5.01s
"""


def test_stress_ng_is_read() -> None:
    assert parse_stress_ng(SAID) == {"real": 176.70, "cpu": 979.74}
    assert parse_stress_ng("stress-ng: error") is None


def test_kernels_run_and_are_counted_in_cpu_time() -> None:
    found = kernels(0.01)
    assert set(found) == set(KERNELS)
    assert all(0.1 < value < 1e5 for value in found.values())


def test_what_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = index_of(0.01)
    assert STRESS_NG not in found
    assert "kernel-gather" in found


def test_published_figures_are_of_the_same_method() -> None:
    assert published()["c2-60"][STRESS_NG][1] == 1535.88


def test_ratio_of_two_machines() -> None:
    assert mean_ratio({"a": 2.0, "b": 8.0, "c": 1.0}, {"a": 1.0, "b": 1.0}) == pytest.approx(4.0)
    assert mean_ratio({"a": 1.0}, {"b": 1.0}) is None


def test_a_machine_is_known_by_its_facts() -> None:
    here = facts()
    assert here["cores"] >= 1
    assert here["memory_mb"] > 100
    assert identity(here) == identity(facts())
    assert identity({**here, "numpy": "0"}) != identity(here)
    assert identity({**here, "docker": "29"}) == identity(here)
