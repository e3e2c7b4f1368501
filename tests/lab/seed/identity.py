"""The cloud's region with its catalogue, domain, project and user."""

from openstack import exceptions
from openstack.identity.v3.project import Project
from openstack.identity.v3.user import User

from tests.lab.admin import TYPES, Cloud
from tests.lab.home import PASSWORD, Home
from tests.lab.login import Login
from tests.lab.profile import Profile

CREDENTIAL = "vds-lab"


def seed(home: Home, cloud: Cloud, profile: Profile) -> tuple[Project, User]:
    _region(home, cloud, profile.region)
    keystone = cloud.identity
    domain = keystone.find_domain(profile.login.domain) or keystone.create_domain(name=profile.login.domain)
    project = keystone.find_project(profile.login.project, domain_id=domain.id) or keystone.create_project(
        name=profile.login.project, domain_id=domain.id
    )
    user = keystone.find_user(profile.login.user, domain_id=domain.id) or keystone.create_user(
        name=profile.login.user, domain_id=domain.id, password=PASSWORD, default_project_id=project.id
    )
    roles = ["member"]
    roles += ["lab_snat"] if profile.network.snat == "allowed" else []
    roles += ["lab_segment"] if profile.network.segment == "allowed" else []
    for name in roles:
        keystone.assign_project_role_to_user(project, user, keystone.find_role(name, ignore_missing=False))
    return project, user


def login(home: Home, profile: Profile, project: Project, user: User) -> Login:
    """As the cloud has it. An application credential is made anew: it keeps the roles of that moment."""
    base = {"auth_url": home.auth_url}
    password = {
        **base,
        "username": profile.login.user,
        "password": PASSWORD,
        "project_name": profile.login.project,
        "user_domain_name": profile.login.domain,
        "project_domain_name": profile.login.domain,
    }
    member = Login(profile=profile.name, region=profile.region, auth_type="password", auth=password)
    if profile.login.kind == "password":
        return member
    with member.connect() as cloud:
        for old in cloud.identity.application_credentials(user=user):
            cloud.identity.delete_application_credential(user, old)
        credential = cloud.identity.create_application_credential(
            user=user, name=CREDENTIAL, secret=f"{PASSWORD}-{project.id}"
        )
    return Login(
        profile=profile.name,
        region=profile.region,
        auth_type="v3applicationcredential",
        auth={
            **base,
            "application_credential_id": credential.id,
            "application_credential_secret": f"{PASSWORD}-{project.id}",
        },
    )


def _region(home: Home, cloud: Cloud, region: str) -> None:
    """Endpoints in this region, and in no other but RegionOne, where the services find each other."""
    keystone = cloud.identity
    try:
        keystone.get_region(region)
    except exceptions.NotFoundException:
        keystone.create_region(id=region, description="")
    there = set()
    for endpoint in keystone.endpoints():
        if endpoint.region_id == region:
            there.add(endpoint.service_id)
        elif endpoint.region_id != "RegionOne":
            keystone.delete_endpoint(endpoint)
    for service in keystone.services():
        if service.id in there:
            continue
        name, path = ("keystone", "/v3") if service.type == "identity" else TYPES[service.type]
        keystone.create_endpoint(
            service_id=service.id, interface="public", url=home.url(name) + path, region_id=region
        )
    for other in keystone.regions():
        if other.id not in (region, "RegionOne"):
            keystone.delete_region(other)
