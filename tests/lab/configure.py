"""The services' configuration files, from those in `etc/`. Written before every start."""

import getpass
import shutil
from string import Template

from tests.lab.home import PASSWORD, SOURCE, Home
from tests.lab.profile import every_volume_zone

#: What each service says to Keystone when it acts for itself.
CLIENT = """\
auth_type = password
auth_url = {auth_url}
project_domain_id = default
user_domain_id = default
project_name = service
username = service
password = {password}
"""


def configure(home: Home) -> None:
    home.etc.mkdir(exist_ok=True)
    for folder in ("images", "nova", "neutron", "fernet", "credential", "cinder", "locks"):
        (home.data / folder).mkdir(parents=True, exist_ok=True)
    for folder in ("fernet", "credential"):
        (home.data / folder).chmod(0o700)
    words = _words(home)
    for source in (SOURCE / "etc").iterdir():
        text = Template(source.read_text(encoding="utf-8")).substitute(words)
        if source.name == "cinder.conf":
            text += "".join(backend(zone) for zone in every_volume_zone())
        (home.etc / source.name).write_text(text, encoding="utf-8")
    shutil.copy(home.venv / "etc/nova/api-paste.ini", home.etc / "nova-paste.ini")
    # Nova refuses to start on a host that had services but lost its identity; it is part of the data.
    identity = home.data / "nova/compute_id"
    if not identity.exists():
        identity.write_text("6f736c61-6200-4000-8000-00000000ffff\n", encoding="ascii")


def _words(home: Home) -> dict[str, str]:
    client = CLIENT.format(auth_url=home.auth_url, password=PASSWORD)
    return {
        "etc": str(home.etc),
        "data": str(home.data),
        "log": str(home.log),
        "run": str(home.run),
        "venv": str(home.venv),
        "socket": str(home.socket),
        "user": getpass.getuser(),
        "keystone": home.url("keystone"),
        "glance": home.url("glance"),
        "database": "mysql+pymysql://root@localhost",
        "socket_of": f"?unix_socket={home.socket}&charset=utf8mb4",
        "backends": ",".join(f"zone-{zone}" for zone in every_volume_zone()),
        "client": client + "region_name = RegionOne\nvalid_interfaces = internal\n",
        "middleware": client
        + f"www_authenticate_uri = {home.auth_url}\n"
        + "service_token_roles_required = true\nservice_token_roles = service\n"
        + "token_cache_time = 3600\ninterface = internal\n",
    }


def backend(zone: str) -> str:
    return (
        f"[zone-{zone}]\nvolume_backend_name = zone-{zone}\nbackend_availability_zone = {zone}\n"
        "volume_driver = vds_lab.volumes.LabVolumes\n"
    )
