"""The lab's administrator, and what every cloud of it has: service user, roles, services, endpoints."""

import contextlib
from collections.abc import Iterator
from typing import Any

import openstack

from tests.lab.home import PASSWORD, Home

#: The SDK's connection, whose own annotations are unions of API versions that are not there.
Cloud = Any
#: Catalogue type → service and path. Cinder is there twice: clients look for either name.
TYPES = {
    "placement": ("placement", ""),
    "image": ("glance", ""),
    "network": ("neutron", ""),
    "compute": ("nova", "/v2.1"),
    "block-storage": ("cinder", "/v3"),
    "volumev3": ("cinder", "/v3"),
}
#: What a profile may give its user beyond `member`: see etc/neutron-policy.yaml.
ROLES = ("lab_snat", "lab_segment")


def connect(**auth: Any) -> Cloud:
    """With these and nothing else: neither environment nor clouds.yaml of whoever runs this."""
    return openstack.connection.Connection(
        config=openstack.config.OpenStackConfig(load_yaml_config=False, load_envvars=False).get_one(**auth)
    )


@contextlib.contextmanager
def admin(home: Home) -> Iterator[Cloud]:
    cloud = connect(
        auth_type="password",
        auth={
            "auth_url": home.auth_url,
            "username": "admin",
            "password": PASSWORD,
            "project_name": "admin",
            "user_domain_id": "default",
            "project_domain_id": "default",
        },
        region_name="RegionOne",
        # Two Cinder entries, and the newer name is not what the SDK asks for first.
        block_storage_api_version="3",
    )
    try:
        yield cloud
    finally:
        cloud.close()


def catalogue(home: Home, cloud: Cloud) -> None:
    """Of the empty cloud: once, in `build`."""
    # Keystone has been seen to answer 409 to the very first request of a slow machine, having done it.
    with contextlib.suppress(openstack.exceptions.ConflictException):
        cloud.identity.create_project(name="service", domain_id="default")
    with contextlib.suppress(openstack.exceptions.ConflictException):
        cloud.identity.create_user(name="service", domain_id="default", password=PASSWORD)
    project = cloud.identity.find_project("service", ignore_missing=False)
    user = cloud.identity.find_user("service", ignore_missing=False)
    for name in ("admin", "service"):
        role = cloud.identity.find_role(name) or cloud.identity.create_role(name=name)
        cloud.identity.assign_project_role_to_user(project, user, role)
    for name in ROLES:
        cloud.identity.create_role(name=name)
    for kind, (service, path) in TYPES.items():
        entry = cloud.identity.create_service(name=service, type=kind)
        for interface in ("public", "internal"):
            cloud.identity.create_endpoint(
                service_id=entry.id, interface=interface, url=home.url(service) + path, region_id="RegionOne"
            )
