import threading
import time
from pathlib import Path

from batch.embedded.redis import EmbeddedRedis
from batch.ledger import Ledger
from batch.ledger.connection import connect


def test_no_network_no_forgetting(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    server.start()
    client = connect(server.url)
    options = client.config_get()
    assert (options["port"], options["maxmemory-policy"], options["save"]) == ("0", "noeviction", "")
    assert (options["appendonly"], options["appendfsync"]) == ("yes", "everysec")
    assert server.run.stat().st_mode & 0o077 == 0
    server.stop()
    assert not server.run.exists()


def test_killed_and_started_again_it_has_forgotten_nothing_and_nobody_noticed(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    server.start()
    ledger = Ledger(server.url)
    record = {"chain_hash": "c", "priority": "normal", "assemble": False}
    ledger.submit("DS", record, {f"v{n:02d}": {} for n in range(40)}, "chain")
    taken: list[str] = []

    def take() -> None:
        while True:
            job = ledger.take_job("s", 99)
            if job is None:
                return
            taken.append(job.job)
            time.sleep(0.01)

    thread = threading.Thread(target=take)
    thread.start()
    for _ in range(3):
        time.sleep(0.1)
        server.kill()
        assert server.watch()
    thread.join(30)
    assert (
        sorted(taken) == sorted(set(taken)) and len(taken) >= 39
    )  # a reply may be lost, a job is not taken twice
    assert ledger.redis.scard("vds:held:s") == 40
    server.stop()
