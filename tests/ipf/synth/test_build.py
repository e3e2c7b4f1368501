"""`vds synth`: whole or not at all, goes on where it was, refuses what cannot be."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from batch.errors import InputError
from batch.safe.datastrip import read_datastrip
from batch.safe.manifest import verify_manifest
from batch.safe.names import mtd_name, packets_path
from batch.safe.packets import first_header
from ipf.cli.synth import synth
from ipf.geometry import rotation
from ipf.geometry.navigation import Navigation
from ipf.synth import build as building
from ipf.synth.attitude import AttitudeError
from ipf.synth.build import build
from ipf.synth.datastrip import write_datastrip
from ipf.synth.strip import plan_strip

GRANULES = 12


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A datastrip of one scene, without granules or quick-looks."""
    return write_datastrip(plan_strip(relative_orbit=20, scenes=1), tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder made from it at scale 16."""
    out = tmp_path_factory.mktemp("built")
    calls: list[tuple[int, int]] = []
    result = build(source, out, 16, 2, lambda done, of: calls.append((done, of)))
    assert (result.granules, result.made) == (GRANULES, GRANULES)
    assert calls == [(n, GRANULES + 5) for n in range(1, GRANULES + 6)]
    return out


def test_all_is_there_and_nothing_else(source: Path, built: Path) -> None:
    assert sorted(p.name for p in built.iterdir()) == ["DS", "GR"]
    copy = built / "DS" / source.name
    entries = verify_manifest(copy)
    assert sum(e.href.endswith(".jp2") for e in entries) == 5
    for file in source.rglob("*"):
        if file.is_file() and file.name != "manifest.safe":
            assert (copy / file.relative_to(source)).read_bytes() == file.read_bytes()
    granules = list((built / "GR").iterdir())
    assert len(granules) == GRANULES
    assert {first_header(packets_path(g, "B02")).scale for g in granules} == {16}


def test_a_second_run_replaces_all(source: Path, built: Path, tmp_path: Path, monkeypatch) -> None:
    here(monkeypatch)
    result = build(source, tmp_path, 16, 1)
    before = {p.name: p.stat().st_ino for p in (tmp_path / "GR").iterdir()}
    again = build(source, tmp_path, 8, 1)
    assert again.made == result.made == GRANULES
    after = {p.name: p.stat().st_ino for p in (tmp_path / "GR").iterdir()}
    assert before.keys() == after.keys()
    assert {first_header(packets_path(g, "B02")).scale for g in (tmp_path / "GR").iterdir()} == {8}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["DS", "GR"]


def here(monkeypatch: pytest.MonkeyPatch, fail_at: int | None = None) -> list[str]:
    """Make units in this process, every one a cheap stand-in; the one numbered `fail_at` breaks off."""
    made: list[str] = []

    def granule(ds, camera, granule, folder: Path) -> int:
        made.append(granule.name)
        if len(made) == fail_at:
            raise KeyboardInterrupt
        packets = packets_path(folder / granule.name, "B02")
        packets.parent.mkdir(parents=True)
        blueprint(packets, camera.scale)
        return 1

    def run(shoot, units, jobs: int, progress) -> int:
        building._begin(shoot)
        return sum(building._make(unit) for unit in units)

    monkeypatch.setattr(building, "write_granule", granule)
    monkeypatch.setattr(building, "photograph_quicklook", lambda camera, model, band: None)
    monkeypatch.setattr(building, "write_jp2", lambda counts, path: path.touch())
    monkeypatch.setattr(building, "_run", run)
    return made


def blueprint(path: Path, scale: int) -> None:
    """One packet at that scale."""
    from batch.safe.packets import PacketHeader, columns_of, lines_of, write_packets

    header = PacketHeader(0, 0, 0, 1, 1, scale, lines_of(scale), columns_of(1, scale))
    write_packets(path, [(header, b"x")])


def test_an_interrupted_run_goes_on_and_publishes_nothing_before(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here(monkeypatch, fail_at=4)
    with pytest.raises(KeyboardInterrupt):
        build(source, tmp_path, 16, 1)
    assert not (tmp_path / "DS").exists() and not (tmp_path / "GR").exists()
    made = here(monkeypatch)
    result = build(source, tmp_path, 16, 1)
    assert result.made == len(made) == GRANULES - 3
    assert len(list((tmp_path / "GR").iterdir())) == GRANULES


def test_an_interrupted_run_of_another_scale_is_begun_anew(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here(monkeypatch, fail_at=4)
    with pytest.raises(KeyboardInterrupt):
        build(source, tmp_path, 16, 1)
    here(monkeypatch)
    assert build(source, tmp_path, 8, 1).made == GRANULES


def test_too_little_room_is_said_before_anything_is_made(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = here(monkeypatch)
    usage = type("usage", (), {"free": 1000})
    monkeypatch.setattr(building.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(InputError, match="make room"):
        build(source, tmp_path, 1, 1)
    assert not made


def test_the_datastrip_is_not_overwritten_by_its_copy(built: Path) -> None:
    ds = next((built / "DS").iterdir())
    with pytest.raises(InputError, match="another folder"):
        build(ds, built, 16)
    assert ds.exists()


def test_json_is_all_there_is_on_standard_output(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here(monkeypatch)
    wanted = ["--like", str(source), "--scale", "16", "--out", str(tmp_path), "--json"]
    result = CliRunner().invoke(synth, wanted, catch_exceptions=False)
    document = json.loads(result.stdout)
    assert document["datastrip"] == source.name
    assert (document["granules"], document["made"], document["scale"]) == (GRANULES, GRANULES, 16)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scale", "16"], "either --like or --orbit"),
        (["--orbit", "3", "--like", "x"], "either --like or --orbit"),
        (["--orbit", "3", "--scale", "3"], "scale 3"),
        (["--like", "/nowhere"], "not an L0c datastrip"),
        (["--orbit", "3", "--scenes", "0"], "0 scenes"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    out = tmp_path / "out"
    with pytest.raises(InputError, match=message):
        CliRunner().invoke(synth, [*arguments, "--out", str(out)], catch_exceptions=False)
    assert not out.exists()


def test_an_attitude_error_is_recorded_and_gone_with_it(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = here(monkeypatch)
    error = AttitudeError.of(read_datastrip(source), 50.0, 3)
    result = build(source, tmp_path, 16, 1, error=error)
    record = json.loads((tmp_path / f"{result.ds.name}.attitude.json").read_text())
    assert (record["size"], record["seed"], record["datastrip"]) == (50.0, 3, result.ds.name)
    told, used = Navigation.from_datastrip(result.ds / mtd_name(result.ds.name)), building._here[1].navigation
    off = 2 * np.arcsin(np.abs(rotation.multiply(told.attitude * (-1, -1, -1, 1), used.attitude)[:, :3]))
    seen = np.abs(told.attitude_t - error.middle) <= error.length / 2
    # bias, half the drift and the wave
    assert np.abs(off[seen]).min() > 9e-6 and np.abs(off[seen]).max() < 91e-6
    made.clear()
    build(source, tmp_path, 16, 1)  # the pictures of the other are not taken for its own
    assert len(made) == GRANULES
    assert sorted(p.name for p in tmp_path.iterdir()) == ["DS", "GR"]
