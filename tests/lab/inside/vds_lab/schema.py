"""`python -m vds_lab.schema SERVICE URL`: the tables of one service.

One process instead of a dozen `*-manage` calls. Its empty databases must exist.
URL is Keystone's, for its own entry in the catalogue.
"""

import getpass
import grp
import os
import sys
import warnings
from pathlib import Path

from vds_lab.apps import ETC


def keystone(url: str) -> None:
    import keystone.conf
    from keystone.cmd import cli

    who = ["--keystone-user", getpass.getuser(), "--keystone-group", grp.getgrgid(os.getgid()).gr_name]
    urls = [word for kind in ("admin", "internal", "public") for word in (f"--bootstrap-{kind}-url", url)]
    for words in (
        ["db_sync"],
        ["fernet_setup", *who],
        ["credential_setup", *who],
        ["bootstrap", "--bootstrap-password", "lab", *urls, "--bootstrap-region-id", "RegionOne"],
    ):
        keystone.conf.CONF.reset()
        cli.main(
            argv=["keystone-manage", "--config-file", str(ETC / "keystone.conf"), *words],
            developer_config_file=None,
        )


def placement(_url: str) -> None:
    from placement.cmd import manage

    sys.argv = ["placement-manage", "--config-file", str(ETC / "placement.conf"), "db", "sync"]
    manage.main()


def glance(_url: str) -> None:
    from glance.cmd import manage

    sys.argv = ["glance-manage", "--config-file", str(ETC / "glance-api.conf"), "db_sync"]
    manage.main()


def cinder(_url: str) -> None:
    from cinder.cmd import manage

    sys.argv = ["cinder-manage", "--config-file", str(ETC / "cinder.conf"), "db", "sync"]
    manage.main()


def neutron(_url: str) -> None:
    """From the models, which gives an empty database what half a minute of migrations would."""
    import neutron.db.migration.alembic_migrations.versions as versions
    import sqlalchemy
    from neutron.common import config
    from neutron.db.migration.models import head
    from oslo_config import cfg
    from oslo_db import options

    config.register_common_config_options()
    config.init(["--config-file", str(ETC / "neutron.conf"), "--config-file", str(ETC / "ml2.ini")])
    options.set_defaults(cfg.CONF)
    engine = sqlalchemy.create_engine(cfg.CONF.database.connection)
    head.get_metadata().create_all(engine)
    folder = Path(next(iter(versions.__path__)))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create table alembic_version (version_num varchar(32) not null primary key)"
        )
        for name in ("EXPAND_HEAD", "CONTRACT_HEAD"):
            revision = (folder / name).read_text(encoding="ascii").strip()
            connection.exec_driver_sql("insert into alembic_version values (%s)", (revision,))


def nova(_url: str) -> None:
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "1"
    from nova import monkey_patch

    monkey_patch.patch("threading")
    import nova.conf
    from nova import config
    from nova.cmd import manage

    config.parse_args(["nova-manage", "--config-file", str(ETC / "nova.conf")])
    cell0 = nova.conf.CONF.database.connection.replace("nova_cell1", "nova_cell0")
    manage.ApiDbCommands().sync()
    manage.CellV2Commands().map_cell0(database_connection=cell0)
    manage.DbCommands().sync()
    manage.CellV2Commands().create_cell(name="cell1")


def main() -> None:
    warnings.simplefilter("ignore")
    name, url = sys.argv[1:]
    try:
        globals()[name](url)
    except SystemExit as end:  # the `*-manage` mains end so, also when all is well
        if end.code:
            raise


if __name__ == "__main__":
    main()
