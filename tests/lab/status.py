"""What runs, for people."""

import psutil

from tests.lab.home import Home
from tests.lab.login import current
from tests.lab.process import alive


def table(home: Home) -> str:
    """A line per process: name, id, resident memory in MB, processor seconds; the sum; the current cloud."""
    lines = [f"{'service':10} {'pid':>8} {'MB':>6} {'CPU s':>8}"]
    total = 0.0
    for name, pid in alive(home).items():
        process = psutil.Process(pid)
        megabytes = process.memory_info().rss / 2**20
        cpu = process.cpu_times()
        total += megabytes
        lines.append(f"{name:10} {pid:8} {megabytes:6.0f} {cpu.user + cpu.system:8.1f}")
    if len(lines) == 1:
        return "The lab does not run."
    login = current(home)
    lines.append(f"{'sum':10} {'':8} {total:6.0f}")
    lines.append(f"cloud: {login.profile if login else 'none seeded'}, {home.auth_url}")
    return "\n".join(lines)
