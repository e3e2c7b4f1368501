"""Bad input through the real command: exit 2, one sentence with the thing and a remedy, nothing written."""

import shutil
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from batch.chain.load import SHIPPED
from batch.cli.main import main
from batch.safe.names import BANDS, mtd_path, packets_path
from tests.batch.safe.tiny import linked, replace_file, write_granule, write_tiny
from tests.e2e.conftest import vds
from tests.e2e.disk import small_disk


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("l0c"))


@pytest.fixture
def l0c(template: Path, tmp_path: Path) -> Path:
    """Five tiny scenes whose files a test may replace."""
    return linked(template, tmp_path / "l0c")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def mtd(l0c: Path) -> Path:
    return mtd_path(next((l0c / "DS").iterdir()))


def granule(l0c: Path, number: int = 0) -> Path:
    return sorted((l0c / "GR").iterdir())[number]


def edit(path: Path, before: str, after: str, count: int = -1) -> None:
    text = path.read_text()
    assert before in text
    replace_file(path, text.replace(before, after, count))


def check_refused(said: str, printed: str, code: int | None, names: str, remedy: str) -> None:
    """One line on standard error that has the thing's name and what to do; nothing on standard output."""
    assert code == 2, said
    assert said.endswith("\n") and said.count("\n") == 1, said
    assert said.startswith("vds: ") and printed == ""
    sentence, _, advice = said.rstrip("\n").rpartition("; ")
    assert names in sentence and remedy in advice, said


def refuse(l0c: Path, out: Path, names: str, remedy: str, *words: object) -> None:
    done = vds("run", l0c, "--out", out, *words)
    check_refused(done.stderr, done.stdout, done.returncode, names, remedy)
    assert not out.exists()


def missing_granule(l0c: Path) -> tuple[str, str]:
    gone = granule(l0c, 7)
    shutil.rmtree(gone)
    return gone.name, "fetch them again"


def foreign_granule(l0c: Path) -> tuple[str, str]:
    strange = l0c / "GR" / granule(l0c).name.replace("20221011T", "20221012T")
    write_granule(strange, 1)
    return strange.name, "remove it"


def foreign_packets(l0c: Path) -> tuple[str, str]:
    """A granule under the right name whose packets are of another scene."""
    path = packets_path(granule(l0c), BANDS[1])
    other = packets_path(granule(l0c, 24), BANDS[1])
    replace_file(path, other.read_bytes())
    return path.name, "fetch the granule again"


def truncated_packet(l0c: Path) -> tuple[str, str]:
    path = packets_path(granule(l0c, 3), BANDS[2])
    replace_file(path, path.read_bytes()[:-1])
    return path.name, "fetch"


def broken_xml(l0c: Path) -> tuple[str, str]:
    replace_file(mtd(l0c), mtd(l0c).read_text()[:5000])
    return mtd(l0c).name, "fetch the file again"


def broken_granule_xml(l0c: Path) -> tuple[str, str]:
    path = mtd_path(granule(l0c, 5))
    replace_file(path, "<Level-0_Granule_ID>")
    return path.name, "fetch the file again"


def wrong_satellite(l0c: Path) -> tuple[str, str]:
    edit(mtd(l0c), "Sentinel-2B", "Sentinel-2A")
    return mtd(l0c).name, "fetch the datastrip again"


def overlapping_positions(l0c: Path) -> tuple[str, str]:
    edit(mtd(l0c), "<POSITION>4609<", "<POSITION>4608<")
    return "overlapping POSITIONs, 4608 after 2305", "fetch the datastrip again"


def unordered_positions(l0c: Path) -> tuple[str, str]:
    for before, after in (("<POSITION>2305<", "<POSITION>x<"), ("<POSITION>4609<", "<POSITION>2305<")):
        edit(mtd(l0c), before, after)
    edit(mtd(l0c), "<POSITION>x<", "<POSITION>4609<")
    return "unordered POSITIONs, 2305 after 4609", "fetch the datastrip again"


SPOILT: list[Callable[[Path], tuple[str, str]]] = [
    missing_granule, foreign_granule, foreign_packets, truncated_packet, broken_xml, broken_granule_xml,
    wrong_satellite, overlapping_positions, unordered_positions,
]  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_datastrip_that_is_not_whole(spoil: Callable[[Path], tuple[str, str]], l0c: Path, out: Path) -> None:
    names, remedy = spoil(l0c)
    refuse(l0c, out, names, remedy)


def test_no_datastrip(tmp_path: Path, out: Path) -> None:
    (tmp_path / "holiday").mkdir()
    refuse(tmp_path / "holiday", out, "holiday is not an L0c datastrip", "give that folder")
    refuse(tmp_path / "nowhere", out, "nowhere is not an L0c datastrip", "give that folder")


def test_fewer_than_four_scenes(tmp_path: Path, out: Path) -> None:
    short = write_tiny(tmp_path / "short", (3,))
    refuse(short, out, "has 3 scenes, at least 4 were expected", "take a longer datastrip")


def test_external_entity_is_neither_read_nor_fetched(l0c: Path, tmp_path: Path, out: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("open sesame")
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked: list[object] = []
        server.settimeout(60)

        def answer() -> None:
            try:
                asked.append(server.accept())
            except OSError:
                return

        thread = threading.Thread(target=answer)
        thread.start()
        port = server.getsockname()[1]
        for address in (secret.as_uri(), f"http://127.0.0.1:{port}/x"):
            text = mtd(l0c).read_text().partition("?>")[2].replace("INS-NOBS", "&x;")
            head = '<?xml version="1.0" encoding="UTF-8"?>'
            entity = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{address}">]>'
            kept = mtd(l0c).read_text()
            replace_file(mtd(l0c), head + entity + text)
            done = vds("run", l0c, "--out", out)
            check_refused(done.stderr, done.stdout, done.returncode, "has a DOCTYPE", "remove it")
            assert "sesame" not in done.stderr and not out.exists()
            replace_file(mtd(l0c), kept)
        outer = f'<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd"><Level-0_Granule_ID/>'
        replace_file(mtd_path(granule(l0c)), outer)
        refuse(l0c, out, "has a DOCTYPE", "remove it")
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert asked == []


def test_unknown_ipf(l0c: Path, tmp_path: Path, out: Path) -> None:
    chain = tmp_path / "chain.yaml"
    entry = '  - {name: SEN2COR_TILE, version: "02.10", inputs: {PDI_DS: STAGE_IN}, outputs: [PDI_X]}\n'
    chain.write_text(SHIPPED.read_text() + entry)
    refuse(l0c, out, "the chain has IPF SEN2COR_TILE", "VDS_IPF_COMMAND", "--chain", chain)


def test_unknown_producer(l0c: Path, tmp_path: Path, out: Path) -> None:
    chain = tmp_path / "chain.yaml"
    chain.write_text(SHIPPED.read_text().replace("PDI_DS: UNFORMAT_SAFE_DS", "PDI_DS: UNPACK_DS", 1))
    refuse(l0c, out, "PDI_DS comes from UNPACK_DS", "name one of its IPFs", "--chain", chain)


def test_cyclic_chain(l0c: Path, tmp_path: Path, out: Path) -> None:
    chain = tmp_path / "chain.yaml"
    entries = "".join(
        f'  - {{name: {a}, version: "1", inputs: {{PDI_{b}: {b}}}, outputs: [PDI_{a}]}}\n'
        for a, b in (("ONE", "TWO"), ("TWO", "ONE"))
    )
    chain.write_text(SHIPPED.read_text() + entries)
    refuse(l0c, out, "ONE ← TWO ← ONE", "break the circle", "--chain", chain)


def test_output_below_a_file(l0c: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = vds("run", l0c, "--out", tmp_path / "file" / "out")
    check_refused(done.stderr, done.stdout, done.returncode, "file is a file", "give another --out")
    assert (tmp_path / "file").read_text() == "x"


def test_output_on_a_file_system_that_takes_no_files(l0c: Path) -> None:
    refuse(l0c, Path("/proc/out"), "/proc is not writable", "give another --out")


def test_output_on_a_read_only_disk(l0c: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 100, "ro") as disk:
        refuse(l0c, disk / "out", "disk is not writable (Read-only file system)", "give another --out")


def test_scratch_without_space(l0c: Path, tmp_path: Path, out: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        refuse(l0c, out, "disk has 1 MB left", "free some", "--scratch", disk / "scratch")
        assert list(disk.iterdir()) == []


def test_no_space_whoever_asks(
    l0c: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same without a file system of our own, in this process."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 0))
    monkeypatch.setattr("sys.argv", ["vds", "run", str(l0c), "--out", str(out)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    check_refused(said.err, said.out, ended.value.code, "has 0 MB left", "free some")
    assert not out.exists()
