"""ML2 mechanism driver for a network that is not there: every port is bound and ACTIVE at once.

Neutron 29 has no driver of its own that needs no agent; without one, ports of servers stay unbound.
"""

from typing import Any

from neutron_lib import constants as n_const
from neutron_lib import context as n_context
from neutron_lib.api.definitions import portbindings
from neutron_lib.callbacks import events, registry, resources
from neutron_lib.plugins import constants as p_const
from neutron_lib.plugins import directory
from neutron_lib.plugins.ml2 import api
from oslo_log import log as logging

from vds_lab import hook

LOG = logging.getLogger(__name__)
ROUTER_OWNERS = (n_const.DEVICE_OWNER_ROUTER_INTF, n_const.DEVICE_OWNER_ROUTER_GW)


class NullFabric(api.MechanismDriver):  # type: ignore[misc]
    def initialize(self) -> None:
        for event in (events.AFTER_CREATE, events.AFTER_UPDATE):
            registry.subscribe(self._floating_ip_changed, resources.FLOATING_IP, event)
            registry.subscribe(self._port_changed, resources.PORT, event)

    @property
    def connectivity(self) -> str:
        return str(portbindings.CONNECTIVITY_L2)

    def bind_port(self, context: Any) -> None:
        segment = context.segments_to_bind[0]
        context.set_binding(
            segment[api.ID],
            portbindings.VIF_TYPE_TAP,
            {
                portbindings.CAP_PORT_FILTER: True,
                portbindings.VIF_DETAILS_CONNECTIVITY: portbindings.CONNECTIVITY_L2,
            },
            status=n_const.PORT_STATUS_ACTIVE,
        )

    def _port_changed(self, _resource: Any, _event: Any, _trigger: Any, payload: Any) -> None:
        """Ports of routers belong to no host, so that nothing else would ever bind them."""
        port = payload.latest_state
        if port.get("device_owner") in ROUTER_OWNERS and port.get("status") != n_const.PORT_STATUS_ACTIVE:
            directory.get_plugin().update_port_status(
                n_context.get_admin_context(), port["id"], n_const.PORT_STATUS_ACTIVE
            )

    def _floating_ip_changed(self, _resource: Any, _event: Any, _trigger: Any, payload: Any) -> None:
        l3 = directory.get_plugin(p_const.L3)
        context = n_context.get_admin_context()
        floating = l3.get_floatingip(context, payload.resource_id)
        wrong = hook.call("fip", floating)
        if wrong:
            LOG.error(wrong)
        there = wrong is None and bool(floating["port_id"])
        wanted = n_const.FLOATINGIP_STATUS_ACTIVE if there else n_const.FLOATINGIP_STATUS_DOWN
        if floating["status"] != wanted:
            l3.update_floatingip_status(context, floating["id"], wanted)
