"""Rules and dashboard name only what is measured, are documented, and each alert fires when it shall."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

from batch.metrics.families import families
from roles.generate import options
from tests.batch.metrics.test_families import seen

ROOT = Path(__file__).resolve().parents[2]
ROLE = ROOT / "roles/monitoring"
PAGE = (ROOT / "docs/monitoring.md").read_text()
DASHBOARD = json.loads((ROLE / "files/dashboard.json").read_text())
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
#: Told by the collector itself rather than read from the ledger.
OF_THE_COLLECTOR = {"vds_ledger_up", "vds_broker_certificate_end_seconds", "vds_cost_rate_euros_per_hour"}


def rendered(**variables: Any) -> str:
    """The rules as Ansible writes them."""
    environment = jinja2.Environment(
        variable_start_string="[[",
        variable_end_string="]]",
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    given = {name: option.get("default") for name, option in options(ROLE).items()}
    text = (ROLE / "templates/rules.yml.j2").read_text().partition("\n")[2]
    return environment.from_string(text).render({**given, "ansible_managed": "by a test", **variables})


RULES = [rule for group in yaml.safe_load(rendered())["groups"] for rule in group["rules"]]
EXPRESSIONS = [r["expr"] for r in RULES] + [t["expr"] for p in PANELS for t in p["targets"]]


def measured() -> set[str]:
    """Names of the samples that the exporter gives."""
    return {sample.name for family in families(seen()) for sample in family.samples} | OF_THE_COLLECTOR


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_nothing_is_asked_for_that_is_not_measured(expression: str) -> None:
    assert set(re.findall(r"\bvds_\w+", expression)) <= measured()


def test_every_alert_says_how_bad_it_is_what_is_wrong_and_what_to_do() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in ("critical", "warning"), rule["alert"]
        assert rule["annotations"].keys() == {"summary", "remedy"}, rule["alert"]


def test_alerts_documented_are_those_that_there_are() -> None:
    assert re.findall(r"^\| `([A-Z]\w+)` \|", PAGE, re.MULTILINE) == [rule["alert"] for rule in RULES]


def test_every_alert_has_a_case_in_which_it_fires() -> None:
    cases = yaml.safe_load((ROOT / "tests/roles/alerts.yml").read_text())["tests"]
    firing = {t["alertname"] for case in cases for t in case["alert_rule_test"] if t["exp_alerts"]}
    assert firing == {rule["alert"] for rule in RULES}


def test_the_time_until_an_alert_is_a_variable() -> None:
    rules = yaml.safe_load(rendered(monitoring_alert_for="7s"))["groups"]
    assert {rule["for"] for group in rules for rule in group["rules"]} == {"7s"}


@pytest.mark.skipif(not shutil.which("promtool"), reason="no promtool here (apt-get install prometheus)")
def test_alerts_fire_when_they_shall(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(rendered())
    shutil.copy(ROOT / "tests/roles/alerts.yml", tmp_path)
    command = ["promtool", "test", "rules", "alerts.yml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_panels_have_a_place_of_their_own() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken and max(x for x, _ in cells) < 24, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)


def test_the_dashboard_asks_the_datasource_that_is_provisioned() -> None:
    source = jinja2.Template((ROLE / "templates/datasource.yml.j2").read_text())
    made = yaml.safe_load(source.render(ansible_managed="x", monitoring_interval_s=15))["datasources"][0]
    asked = {(t["datasource"]["type"], t["datasource"]["uid"]) for p in PANELS for t in [p, *p["targets"]]}
    assert asked == {(made["type"], made["uid"])}
    assert made["url"] == "http://127.0.0.1:9090"


@pytest.mark.parametrize(
    "wanted", ["vDS by state", "Queue age", "Stage utilisation", "Cost rate", "Failures"]
)
def test_the_dashboard_shows(wanted: str) -> None:
    assert wanted in {panel["title"] for panel in PANELS}


def test_nothing_but_the_node_exporter_listens_beyond_loopback() -> None:
    texts = [
        p.read_text() for p in [*ROLE.glob("tasks/*"), *ROLE.glob("templates/*"), *ROLE.glob("files/*.conf")]
    ]
    found = re.findall(r"(?:listen-address=|VDS_LISTEN=|HTTP_ADDR=)(\{\{ \w+ \}\}|[\d.]*)", "\n".join(texts))
    assert sorted(found) == ["127.0.0.1"] * 4 + ["{{ monitoring_address }}"]
