"""`python -m vds_lab.serve SERVICE=PORT …`: OpenStack APIs on loopback, one process per service.

The parent imports what all services have in common, forks, writes `run/<service>.pid` and ends: imports are
most of the time that a start takes.
"""

import contextlib
import importlib
import logging
import os
import signal
import sys
import traceback
import warnings
from pathlib import Path

HOME = Path(os.environ["VDS_LAB_HOME"])
COMMON = (
    "sqlalchemy.orm pymysql requests webob paste.deploy routes waitress stevedore yaml jsonschema netaddr "
    "lxml.etree oslo_config.cfg oslo_i18n oslo_utils.timeutils oslo_utils.netutils "
    "oslo_serialization.jsonutils oslo_concurrency.lockutils keystoneauth1.loading "
    "cryptography.fernet alembic dogpile.cache"
)


def serve(name: str, port: int) -> None:
    """Never returns."""
    warnings.simplefilter("ignore")
    log = os.open(HOME / "log" / f"{name}.out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        sys.argv = [f"{name}-api"]  # oslo.config would read ours as its own
        from vds_lab import apps

        application = getattr(apps, name)()
        import waitress

        logging.getLogger("waitress").setLevel(logging.ERROR)
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        waitress.serve(
            application,
            listen=f"127.0.0.1:{port}",
            threads=12,
            ident=name,
            connection_limit=1000,
            channel_timeout=120,
            asyncore_use_poll=True,
        )
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)  # threads of a half-started service would keep the process


def main() -> None:
    if len(sys.argv) > 2:
        for module in COMMON.split():
            with contextlib.suppress(ImportError):  # only a matter of speed
                importlib.import_module(module)
    for word in sys.argv[1:]:
        name, port = word.split("=")
        pid = os.fork()
        if pid == 0:
            os.setsid()
            serve(name, int(port))
        (HOME / "run" / f"{name}.pid").write_text(f"{pid}\n", encoding="ascii")


if __name__ == "__main__":
    main()
