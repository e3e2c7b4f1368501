"""The command that is one stage's worker."""

import sys

from batch.config import Settings


def worker_command(settings: Settings) -> list[str]:
    """`celery -A batch.stage.app worker …`; the settings themselves go through the environment."""
    return [
        sys.executable, "-m", "celery", "-A", "batch.stage.app", "worker",
        "--pool", "prefork", "--concurrency", str(settings.slots), "--prefetch-multiplier", "1",
        "--hostname", f"{settings.stage}@%h", "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
    ]  # fmt: skip
