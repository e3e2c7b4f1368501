"""Security groups: who may talk to whom, and nothing that the cloud adds by itself."""

from infra.firewall.firewall import Firewall, FirewallArgs

__all__ = ["Firewall", "FirewallArgs"]
