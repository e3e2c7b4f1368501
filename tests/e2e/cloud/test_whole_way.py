"""The whole way: OpenStack, `pulumi up`, real hosts, `site.yml`, a datastrip, one node lost and one added.

`make e2e` runs it and prints what took how long. Hosts are containers at the servers' own addresses
(tests/lab/hosts), the shared folder is GlusterFS, since the kernel of a container has no NFS. All else is as
on a cloud.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.cloud.operator import PLAYBOOK, Operator
from tests.infra.integration.project import ROOT, Project
from tests.infra.integration.project import why_not as why_no_pulumi
from tests.lab.fixture import LabCloud, lab_cloud
from tests.lab.fixture import why_not as why_no_lab
from tests.lab.home import home
from tests.lab.process import running

pytestmark = pytest.mark.e2e

IMAGE = "vds-node:bookworm"
SHARED = {
    "kind": "mount", "path": "/srv/vds", "device": "lab-storage:/vds", "fstype": "glusterfs",
    "options": "defaults,_netdev", "packages": ["glusterfs-client"],
}  # fmt: skip
#: In as few invocations as there can be.
FEW = "--partitions detector=1,band=1"
PATIENCE_S = 3600


def why_not() -> str | None:
    reason = why_no_pulumi() or why_no_lab()
    if reason:
        return reason
    if not PLAYBOOK.exists():
        return "Ansible is not installed: run make setup-cloud"
    asked = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False)
    if asked.returncode:
        return f"no Docker engine with image {IMAGE}: run make e2e, which makes both"
    if running(home()):
        return "a lab without hosts runs already: run make lab-stop"
    return None


@pytest.fixture(scope="module")
def cloud() -> Iterator[LabCloud]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    os.environ["VDS_LAB_HOOK"] = str(ROOT / "tests/lab/hosts/hook.py")
    try:
        with lab_cloud("lab") as found:
            yield found
    finally:
        del os.environ["VDS_LAB_HOOK"]


def wait_for(what: Callable[[], bool], why: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline, why
        time.sleep(5)


def test_from_nothing_to_l1c(cloud: LabCloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()

    def tell(what: str) -> None:
        with capsys.disabled():
            print(f"{time.monotonic() - began:6.0f} s  {what}", flush=True)

    (tmp_path / "project").mkdir()
    project = Project.create(tmp_path / "project", "lab", cloud.env)
    operator = Operator(project, tmp_path, "10.30.0.0/24")
    operator.prepare()
    # The gateway of the containers' bridge: where this machine comes from.
    project.change("access.ssh_from", ["10.30.0.1/32"])
    for key, value in SHARED.items():
        project.change(f"shared.{key}", value)
    # What `vds submit` cuts by where it is not told.
    project.change("servers.stage.scenes", 6)

    project.up()
    hosts = operator.save_outputs()["inventory"]["hosts"]
    assert {server.status for server in cloud.member.compute.servers()} == {"ACTIVE"}
    tell(f"pulumi up: {', '.join(hosts)}")

    operator.play("ansible/validate.yml", "molecule/shared/node.yml", "molecule/shared/gluster.yml")
    tell("what a container lacks of a machine, and the share")
    _, took = operator.play("site.yml")
    tell(f"site.yml, {took:.0f} s")
    changed, took = operator.play("site.yml")
    assert set(changed) == set(hosts) and not any(changed.values()), changed
    tell(f"site.yml again, nothing changed, {took:.0f} s")
    found = operator.vds("check", check=False)["findings"]
    assert not [each for each in found if each["level"] == "missing"], found
    tell(f"vds check from here: {len(found)} findings, nothing missing")

    operator.there("vds synth --orbit 120 --lat -4 --scenes 14 --scale 16 --out /srv/vds/l0c")
    entered = operator.vds("submit", "/srv/vds/l0c", "--out", "/srv/vds/l1c", *FEW.split())
    tell(f"submitted a datastrip of 14 scenes in {len(entered['vds'])} vDS")
    assert len(entered["vds"]) == 4

    def attempts() -> list[dict[str, str]]:
        return list(operator.vds("trace")["attempts"])

    def worked(stage: str) -> int:
        return sum(each["stage"] == stage for each in attempts())

    lost = "lab-stage-02"
    wait_for(lambda: worked(lost) > 1, "stage 2 does not work")
    operator.vds("cancel", entered["datastrip"])
    assert operator.vds("status")["state"] == "CANCELLED"
    operator.vds("resubmit", entered["datastrip"])
    before = worked(lost)
    wait_for(lambda: worked(lost) > before + 5, "stage 2 does not work after resubmit")
    tell("cancelled and resubmitted; it works again")

    (server,) = [each for each in cloud.member.compute.servers() if each.name == lost]
    cloud.member.compute.stop_server(server)
    tell(f"stopped {lost} by the cloud's API, in the middle")

    project.change("servers.stage.count", 3)
    project.up()
    operator.save_outputs()
    operator.play("ansible/validate.yml", "molecule/shared/node.yml", "--limit", "lab-stage-03")
    _, took = operator.play("site.yml", "--limit", "lab-stage-03,lab-storage,lab-broker")
    tell(f"one stage more by up and site.yml --limit, {took:.0f} s")

    wait_for(lambda: operator.vds("status")["state"] in ("DONE", "FAILED"), "it does not end")
    assert operator.vds("status")["state"] == "DONE"
    by_stage = {name: worked(name) for name in ("lab-stage-01", lost, "lab-stage-03")}
    tell(f"done; attempts by stage {by_stage}")
    assert by_stage["lab-stage-03"] > 0
    page = tmp_path / "report.html"
    operator.vds("report", "--to", str(page))
    assert "lab-stage-03" in page.read_text()
    tell("vds report from here: a page")

    operator.there(f"vds run /srv/vds/l0c --out /var/tmp/alone --whole --runner process {FEW}")
    compared = operator.there("vds compare /srv/vds/l1c/*/L1C /var/tmp/alone/*/L1C")
    tell(
        "L1C identical to the same datastrip in one piece on one machine: "
        + compared.strip().splitlines()[-1]
    )

    project.destroy()
    assert cloud.leftovers() == []
    tell("pulumi destroy: nothing left")
