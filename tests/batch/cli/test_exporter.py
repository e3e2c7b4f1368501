import subprocess
import sys

import pytest
from click.testing import CliRunner

from batch.cli.exporter import exporter, parse_listen
from batch.embedded.redis import EmbeddedRedis
from batch.errors import InputError


def test_once(redis_server: EmbeddedRedis) -> None:
    result = CliRunner().invoke(exporter, ["--broker", redis_server.url, "--once"])
    assert result.exit_code == 0 and "vds_ledger_up 1.0\n" in result.output
    assert 'vds_virtual_datastrips{state="PENDING"}' in result.output


def test_a_broker_that_is_away_is_no_crash() -> None:
    result = CliRunner().invoke(exporter, ["--broker", "redis://127.0.0.1:1/0", "--once"])
    assert result.exit_code == 0 and "vds_ledger_up 0.0\n" in result.output


def test_addresses() -> None:
    assert parse_listen("127.0.0.1:9108") == ("127.0.0.1", 9108)
    assert parse_listen("[::1]:80") == ("::1", 80)


@pytest.mark.parametrize("text", ["9108", ":9108", "localhost:", "localhost:http", "localhost:0", "h:70000"])
def test_an_address_that_is_none(text: str) -> None:
    with pytest.raises(InputError, match=r"--listen is .*, expected ADDRESS:PORT"):
        parse_listen(text)


def test_bad_input_is_a_sentence_and_exit_2() -> None:
    for words in (["--listen", "nowhere"], ["--cost-rate", "-1"], ["--broker", "localhost"]):
        command = [sys.executable, "-m", "batch.cli.main", "exporter", *words]
        code = "import sys; from batch.cli.main import main; sys.argv[0] = 'vds'; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *command[3:]], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2 and len(done.stderr.strip().splitlines()) <= 4, done.stderr
        assert done.stdout == ""
