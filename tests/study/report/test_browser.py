"""The page in a real browser: no console errors, no request, a picture at two widths."""

import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here; apt install chromium")


def browse(page: Path, folder: Path, width: int, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--no-first-run",
        "--enable-logging=stderr", "--disable-features=NetworkTimeServiceQuerying",
        f"--user-data-dir={folder / f'profile{width}'}",
        f"--window-size={width},1200", *options, page.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)


@pytest.mark.parametrize("width", [1200, 500])
def test_no_errors_no_requests_a_picture(written: Path, tmp_path: Path, width: int) -> None:
    picture, log = tmp_path / "page.png", tmp_path / "net.json"
    said = browse(written, tmp_path, width, f"--screenshot={picture}", f"--log-net-log={log}")
    assert "CONSOLE" not in said.stderr, said.stderr
    kind, wide, _ = struct.unpack(">12x4sII", picture.read_bytes()[:24])
    assert kind == b"IHDR" and wide == width and picture.stat().st_size > 20_000
    assert [url for url in requests(log) if not url.startswith(("file:", "data:"))] == []


def test_an_error_would_be_seen(written: Path, tmp_path: Path) -> None:
    harmed = tmp_path / "harmed.html"
    text = written.read_text(encoding="utf-8")
    harmed.write_text(
        text.replace("</main>", "<img src='http://localhost:9/x.png'></main>"), encoding="utf-8"
    )
    said = browse(harmed, tmp_path, 800, "--dump-dom")
    assert "CONSOLE" in said.stderr and "Content Security Policy" in said.stderr


def test_a_request_would_be_seen(written: Path, tmp_path: Path) -> None:
    harmed, log = tmp_path / "harmed.html", tmp_path / "net.json"
    text = written.read_text(encoding="utf-8").replace("default-src 'none'", "default-src *")
    text = text.replace("img-src data:", "img-src *")
    harmed.write_text(
        text.replace("</main>", "<img src='http://localhost:9/x.png'></main>"), encoding="utf-8"
    )
    browse(harmed, tmp_path, 800, "--dump-dom", f"--log-net-log={log}")
    assert "http://localhost:9/x.png" in requests(log)


def test_it_fits_a_telephone(written: Path, tmp_path: Path) -> None:
    probe = tmp_path / "probe.html"
    text = written.read_text(encoding="utf-8").replace("default-src 'none'", "script-src 'unsafe-inline'")
    measure = "document.title = document.documentElement.scrollWidth + ' of ' + innerWidth"
    # Headless windows are 500 px wide at least: a frame has the width of a telephone.
    inner = tmp_path / "inner.html"
    inner.write_text(
        text.replace("</main>", f"</main><script>{measure};parent.postMessage(document.title,'*')</script>")
    )
    probe.write_text(
        "<p id=said></p><script>addEventListener('message',e=>{said.textContent=e.data})</script>"
        f"<iframe src='{inner.name}' width=400 height=800></iframe>"
    )
    dom = browse(probe, tmp_path, 600, "--dump-dom", "--virtual-time-budget=4000").stdout
    wide, _, room = dom.partition('id="said">')[2].partition("</p>")[0].partition(" of ")
    assert wide and int(wide) <= int(room) == 400, dom[:300]


def requests(log: Path) -> list[str]:
    """Addresses that a page asked for, by the browser's own log; what the browser asks for itself is not."""
    document = json.loads(log.read_text())
    kinds = {v: k for k, v in document["constants"]["logEventTypes"].items()}
    return [
        e["params"]["url"]
        for e in document["events"]
        if kinds[e["type"]] == "URL_REQUEST_START_JOB"
        and "url" in e.get("params", {})
        and e["params"].get("initiator") != "not an origin"
    ]
