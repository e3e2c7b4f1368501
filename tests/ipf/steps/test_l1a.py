"""From L0c folders to L1B counts: what was photographed comes back, what does not fit is refused."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from batch.errors import InputError
from batch.safe.names import packets_path
from ipf import l1a
from ipf.geometry.navigation import Navigation
from ipf.radiometry import BANDS, L1B_SATURATED, l1b_radiance, radiance
from ipf.radiometry import band as band_of
from ipf.scene.landscape import reflectance_towards
from ipf.steps import decomp, get_gri, radio_ab, radio_finalize, unformat_safe_ds, unformat_safe_gr
from ipf.synth.photo import look, photograph, sun_directions
from tests.ipf.conftest import SCALE, Made
from tests.ipf.steps.l1a_tasks import atf, task

ATF_OUTPUTS = ("PDI_ATF_LIST", "PDI_DS_GR_LIST", "VECTOR")


@dataclass(frozen=True)
class Run:
    """Output folders of each IPF: `folder`/<IPF>/<file type>."""

    folder: Path

    def of(self, ipf: str, file_type: str) -> Path:
        return self.folder / ipf / file_type


@pytest.fixture(scope="module")
def run(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """UNFORMAT to RADIO_FINALIZE of detectors 05 and 06, DECOMP and RADIO_AB in two ATFs."""
    here = Run(tmp_path_factory.mktemp("l1a"))

    def step(module, ipf: str, inputs: dict, outputs: tuple[str, ...], **parameters: str) -> None:
        module.run(task(ipf, here.folder / ipf, inputs, outputs, **parameters))

    step(unformat_safe_ds, "UNFORMAT_SAFE_DS", {"PDI_DS": made.folder / "DS"}, ("PDI_DS", "PDI_SAD"))
    granules = {"PDI_DS_GR_LIST": made.folder / "GR"}
    for detector in made.detectors:
        step(
            unformat_safe_gr,
            "UNFORMAT_SAFE_GR",
            granules,
            ("PDI_DS_GR_LIST",),
            PARALLEL_DETECTOR_IDENT=detector,
        )
        for first, last in ((1, 1), (2, 3)):
            ds = {"PDI_DS": here.of("UNFORMAT_SAFE_DS", "PDI_DS")}
            packets = {"PDI_GR_LIST": here.of("UNFORMAT_SAFE_GR", "PDI_DS_GR_LIST")}
            step(decomp, "DECOMP", ds | packets, ATF_OUTPUTS, **atf(detector, first, last))
            counts = {"PDI_ATF_LIST": here.of("DECOMP", "PDI_ATF_LIST")}
            outputs = ("PDI_ATF_LIST", "PDI_GR_LIST", "VECTOR")
            step(radio_ab, "RADIO_AB", ds | counts, outputs, **atf(detector, first, last))
    return here


def test_datastrip_json_says_what_the_metadata_say(made: Made, run: Run) -> None:
    facts = json.loads((run.of("UNFORMAT_SAFE_DS", "PDI_DS") / "datastrip.json").read_text())
    assert facts["datastrip"] == made.ds.name
    assert (facts["scenes"], facts["positions"], facts["scale"]) == (3, [1, 2305, 4609], 16)
    assert facts["line_period_s"] == "0.0015658736"
    assert facts["band_gps_time"]["B8A"]["11"] == made.ds.gps_times[8, "11"]
    assert facts["creation_date"] == "2026-11-21T00:00:00Z"
    assert [len(names) for names in facts["granules"].values()] == [3] * 12


def test_navigation_and_ancillary_files_are_there(made: Made, run: Run) -> None:
    out = run.of("UNFORMAT_SAFE_DS", "PDI_DS")
    back = Navigation.load(out / "navigation.npz")
    assert np.array_equal(back.attitude, made.camera.navigation.attitude)
    assert (out / "MTD.xml").read_bytes() == made.ds.mtd.read_bytes()
    assert len(list(run.of("UNFORMAT_SAFE_DS", "PDI_SAD").iterdir())) == 1


@pytest.mark.parametrize("inside", [".", "DS", "DS/{}"])
def test_the_datastrip_may_be_named_by_any_of_its_folders(made: Made, tmp_path: Path, inside: str) -> None:
    given = made.folder / inside.format(made.ds.name)
    unformat_safe_ds.run(task("UNFORMAT_SAFE_DS", tmp_path, {"PDI_DS": given}, ("PDI_DS", "PDI_SAD")))
    assert (tmp_path / "PDI_DS/datastrip.json").exists()


@pytest.mark.parametrize("band", sorted(BANDS))
def test_raw_counts_come_back(made: Made, run: Run, band: str) -> None:
    counts = np.load(run.of("DECOMP", "PDI_ATF_LIST") / f"L0_D06_{band}_002-003.npy")
    lines = BANDS[band].lines(SCALE)
    expected = [photograph(made.camera, band, "06", scene * lines, lines) for scene in (1, 2)]
    assert np.array_equal(counts, np.concatenate(expected))


@pytest.mark.parametrize("band", sorted(BANDS))
@pytest.mark.parametrize("detector", ["05", "06"])
def test_l1b_radiance_is_that_of_the_scene(made: Made, run: Run, band: str, detector: str) -> None:
    """Two roundings, of the raw and the L1B count, half a step each; binning averages three of the first."""
    counts = np.load(run.of("RADIO_AB", "PDI_ATF_LIST") / f"L1B_D{detector}_{band}_001-001.npy")
    facts = band_of("S2B", band)
    assert counts.shape == (facts.lines(SCALE), facts.l1b_columns(SCALE))
    times = made.camera.clock(band, detector).time(np.arange(len(counts)))
    points = look(made.camera, band, detector, times)
    lit = np.einsum("rcx,rx->rc", points, sun_directions(made.camera.navigation, times))
    seen = reflectance_towards(points.reshape(-1, 3), band).reshape(lit.shape)
    truth = radiance(seen, facts, made.camera.factor, lit)[:, : counts.shape[1] * facts.binning]
    truth = truth.reshape(*counts.shape, facts.binning).mean(axis=2)
    steps = (l1b_radiance(counts, facts) - truth) * facts.gain
    assert np.abs(steps).max() < 1.03
    assert abs(steps.mean()) < 0.12  # over flat sea the roundings do not average out
    assert steps.std() < (0.36 if facts.binning == 3 else 0.43)


def test_statistics_are_of_the_whole_datastrip(made: Made, run: Run, tmp_path: Path) -> None:
    inputs = {
        "PDI_DS": run.of("UNFORMAT_SAFE_DS", "PDI_DS"),
        "PDI_GR_LIST": run.of("RADIO_AB", "PDI_GR_LIST"),
    }
    outputs = ("PDI_DS", "VECTOR", "VECTOR_DS_FOOTPRINT")
    for detector in made.detectors:
        radio_finalize.run(
            task("RADIO_FINALIZE", tmp_path, inputs, outputs, PARALLEL_DETECTOR_IDENT=detector)
        )
    assert sorted(f.name for f in (tmp_path / "VECTOR").iterdir()) == ["qi_D05.json", "qi_D06.json"]
    assert not list((tmp_path / "PDI_DS").iterdir()), "only the unit of detector 01 hands the datastrip on"
    quality = json.loads((tmp_path / "VECTOR/qi_D05.json").read_text())["bands"]["B03"]
    parts = [np.load(f) for f in sorted(run.of("RADIO_AB", "PDI_ATF_LIST").glob("L1B_D05_B03_*.npy"))]
    assert quality["pixels"] == sum(p.size for p in parts)
    mean = np.concatenate([p.ravel() for p in parts]).mean()
    assert quality["mean"] == pytest.approx(mean - 100)
    assert quality["missing_percentage"] == quality["saturated_percentage"] == 0


def test_detector_01_hands_the_datastrip_on(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "before"
    shutil.copytree(run.of("UNFORMAT_SAFE_DS", "PDI_DS"), source)
    (source / "footprint.geojson").write_text("{}")
    outputs = ("PDI_DS", "VECTOR", "VECTOR_DS_FOOTPRINT")
    one = task("RADIO_FINALIZE", tmp_path, {"PDI_DS": source}, outputs, PARALLEL_DETECTOR_IDENT="01-02")
    radio_finalize.run(one)
    assert {f.name for f in (tmp_path / "PDI_DS").iterdir()} >= {"MTD.xml", "datastrip.json"}
    assert (tmp_path / "VECTOR_DS_FOOTPRINT/footprint.geojson").exists()
    assert len(one.warnings) == 2, "no statistics of either detector: said, not hidden"


def test_without_a_gri_the_list_is_empty(run: Run, tmp_path: Path) -> None:
    get_gri.run(
        task("GET_GRI", tmp_path, {"PDI_DS": run.of("UNFORMAT_SAFE_DS", "PDI_DS")}, ("GRI_LIST_FILE",))
    )
    assert b'count="0"' in (tmp_path / "GRI_LIST_FILE/gri_list_file.xml").read_bytes()


# ---- what does not fit


def decompress(run: Run, packets: Path, out: Path, first: int = 1, last: int = 3) -> None:
    inputs = {"PDI_DS": run.of("UNFORMAT_SAFE_DS", "PDI_DS"), "PDI_GR_LIST": packets}
    decomp.run(task("DECOMP", out, inputs, ATF_OUTPUTS, **atf("05", first, last)))


@pytest.fixture
def packets(run: Run, tmp_path: Path) -> Path:
    """A copy of the unformatted packets, to be spoilt."""
    folder = tmp_path / "packets"
    shutil.copytree(run.of("UNFORMAT_SAFE_GR", "PDI_DS_GR_LIST"), folder)
    return folder


def test_a_truncated_file_is_refused(run: Run, packets: Path, tmp_path: Path) -> None:
    file = packets / "D05/002/B04.isp"
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(InputError, match=r"D05/002/B04.isp.*truncated"):
        decompress(run, packets, tmp_path / "out")


def test_a_file_with_too_few_packets_is_refused(run: Run, packets: Path, tmp_path: Path) -> None:
    file = packets / "D05/001/B01.isp"
    data = file.read_bytes()
    file.write_bytes(data[: 6 + int.from_bytes(data[4:6], "big") + 1])
    with pytest.raises(InputError, match="1 packets, 24 were expected"):
        decompress(run, packets, tmp_path / "out")


def test_a_missing_file_is_refused(run: Run, packets: Path, tmp_path: Path) -> None:
    (packets / "D05/003/B12.isp").unlink()
    with pytest.raises(InputError, match=r"no D05/003/B12.isp"):
        decompress(run, packets, tmp_path / "out")


def test_packets_of_another_detector_are_refused(run: Run, packets: Path, tmp_path: Path) -> None:
    shutil.copyfile(packets / "D06/001/B02.isp", packets / "D05/001/B02.isp")
    with pytest.raises(InputError, match="detector 6, B02 of detector 05 was expected"):
        decompress(run, packets, tmp_path / "out")


def test_scenes_that_are_interchanged_are_refused(run: Run, packets: Path, tmp_path: Path) -> None:
    first, second = packets / "D05/001", packets / "D05/002"
    first.rename(packets / "D05/x")
    second.rename(first)
    (packets / "D05/x").rename(second)
    with pytest.raises(InputError, match=r"\+3\.607773 s from where line 1 begins"):
        decompress(run, packets, tmp_path / "out")


def test_scenes_that_the_datastrip_does_not_have_are_refused(run: Run, packets: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the datastrip has 3"):
        decompress(run, packets, tmp_path / "out", 2, 4)


def test_a_granule_without_a_band_is_refused(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "GR"
    shutil.copytree(made.folder / "GR", folder)
    missing = packets_path(folder / made.ds.granules["06"][1].name, "B8A")
    missing.unlink()
    with pytest.raises(InputError, match=r"B8A\.bin is missing"):
        unformat_safe_gr.run(
            task(
                "UNFORMAT_SAFE_GR",
                tmp_path / "out",
                {"PDI_DS_GR_LIST": folder},
                ("PDI_DS_GR_LIST",),
                PARALLEL_DETECTOR_IDENT="06",
            )
        )


def test_a_detector_without_granules_is_refused(made: Made, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no granule of detector 09"):
        unformat_safe_gr.by_detector((made.folder / "GR",), ("09",))


def test_a_folder_without_a_datastrip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no L0c datastrip"):
        unformat_safe_ds.run(
            task("UNFORMAT_SAFE_DS", tmp_path / "out", {"PDI_DS": tmp_path}, ("PDI_DS", "PDI_SAD"))
        )


# ---- what radiometry does with flags


def test_saturated_and_missing_pixels_are_flagged() -> None:
    raw = np.full((3, 81), 1000, np.uint16)
    raw[1, 1 + 7] = 4095
    raw[2] = l1a.MISSING
    counts = l1a.radiometry(raw, "B01", "04")
    assert counts.shape == (3, 26)
    assert counts[1, 2] == L1B_SATURATED and np.count_nonzero(counts == L1B_SATURATED) == 1
    assert np.all(counts[2] == l1a.L1B_MISSING) and not np.any(counts[:2] == l1a.L1B_MISSING)
    assert l1a.missing_lines(raw) == 1


def test_binning_drops_what_is_left_over() -> None:
    raw = np.random.default_rng(3).integers(100, 3000, (2, 1296)).astype(np.uint16)
    other = raw.copy()
    other[:, 10 + 1275] += 500
    assert l1a.radiometry(raw, "B09", "01").shape == (2, 425)
    assert np.array_equal(l1a.radiometry(raw, "B09", "01"), l1a.radiometry(other, "B09", "01"))
