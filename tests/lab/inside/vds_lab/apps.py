"""The WSGI application of each service, made as the service's own entry point makes it.

Imports are inside the functions: each process loads one service and nothing of the others.
`KEEP` holds what runs beside an application: conductor, scheduler, hosts, volume managers. They live in the
API's process so that oslo.messaging's in-process `fake://` transport joins them, and no broker is needed.
"""

import os
import shlex
import sys
from pathlib import Path
from typing import Any

ETC = Path(os.environ["VDS_LAB_HOME"]) / "etc"
HOSTS = int(os.environ.get("VDS_LAB_HOSTS", "12"))
ZONES = [zone for zone in os.environ.get("VDS_LAB_VOLUME_ZONES", "nova").split(",") if zone]
KEEP: list[Any] = []


def keystone() -> Any:
    os.environ["OS_KEYSTONE_CONFIG_FILES"] = str(ETC / "keystone.conf")
    from keystone.wsgi.api import application

    return application


def placement() -> Any:
    os.environ["OS_PLACEMENT_CONFIG_DIR"] = str(ETC)
    from placement.wsgi.api import application

    return application


def glance() -> Any:
    os.environ["OS_GLANCE_CONFIG_DIR"] = str(ETC)
    from glance.wsgi.api import application

    return application


def neutron() -> Any:
    os.environ["OS_NEUTRON_CONFIG_DIR"] = str(ETC)
    os.environ["OS_NEUTRON_CONFIG_FILES"] = "neutron.conf;ml2.ini"
    from neutron.wsgi.api import application

    return application


def nova() -> Any:
    """API, conductor, scheduler and every compute host, in this order: a host must find a conductor."""
    os.environ["OS_NOVA_CONFIG_DIR"] = str(ETC)
    os.environ["OS_NOVA_CONFIG_FILES"] = "nova-paste.ini;nova.conf"  # the paste file must be the first
    from nova import monkey_patch

    monkey_patch.patch(backend="threading")
    from nova.api.openstack import wsgi_app

    application = wsgi_app.init_application("osapi_compute", "nova-api-os-compute")
    import nova.conf
    import nova.virt
    import os_brick
    import os_vif
    from nova import context, objects, service, utils
    from nova.compute import rpcapi as compute_rpc
    from nova.conductor import rpcapi as conductor_rpc
    from nova.objects import host_mapping
    from oslo_privsep import priv_context
    from oslo_service import opts

    import vds_lab.hosts

    # Nova loads drivers from below nova.virt only.
    nova.virt.vds_lab_hosts = vds_lab.hosts
    sys.modules["nova.virt.vds_lab_hosts"] = vds_lab.hosts
    conf = nova.conf.CONF
    opts.register_service_opts(conf)
    priv_context.init(root_helper=shlex.split(utils.get_root_helper()))
    os_brick.setup(conf)
    os_vif.initialize()
    objects.Service.enable_min_version_cache()

    def start(binary: str, topic: str, host: str, **more: Any) -> None:
        KEEP.append(service.Service.create(binary=binary, topic=topic, host=host, **more))
        KEEP[-1].start()

    start("nova-conductor", conductor_rpc.RPC_TOPIC, "ctl")
    start("nova-scheduler", "scheduler", "ctl")
    for number in range(1, HOSTS + 1):
        host = f"host-{number:02d}"
        conf.set_override("host", host)  # the manager takes its name from there while it is made
        start("nova-compute", compute_rpc.RPC_TOPIC, host, topic_alt=compute_rpc.RPC_TOPIC_ALT)
    # Otherwise a periodic task would do it, up to a minute later.
    host_mapping.discover_hosts(context.get_admin_context())
    return application


def cinder() -> Any:
    os.environ["OS_CINDER_DISABLE_EVENTLET_PATCHING"] = "1"
    from cinder import monkey_patch

    monkey_patch.patch("threading")
    sys.argv = ["cinder-api", "--config-file", str(ETC / "cinder.conf")]
    import os_brick
    from cinder import service
    from cinder.wsgi.api import application
    from oslo_config import cfg
    from oslo_privsep import priv_context

    priv_context.init(root_helper=["sudo"])
    os_brick.setup(cfg.CONF)
    for zone in ZONES:
        backend = f"zone-{zone}"
        cfg.CONF.register_opt(cfg.StrOpt("backend_host"), group=backend)
        KEEP.append(
            service.Service.create(
                host=f"ctl@{backend}", service_name=backend, binary="cinder-volume", coordination=True
            )
        )
    KEEP.append(service.Service.create(binary="cinder-scheduler"))
    for each in KEEP:
        each.start()
    return application
