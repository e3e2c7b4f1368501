"""Images by name, with nothing in them: no server of the lab reads its disk."""

from tests.lab.admin import Cloud
from tests.lab.profile import Profile

#: Bytes; Nova and Cinder look at the size only.
CONTENT = bytes(65536)


def seed(cloud: Cloud, profile: Profile) -> None:
    wanted = {(name, image.min_disk_gb) for name, image in profile.images.items()}
    for old in cloud.image.images():
        if (old.name, old.min_disk) in wanted and old.status == "active":
            wanted.remove((old.name, old.min_disk))
        else:
            cloud.image.delete_image(old)
    for name, min_disk in sorted(wanted):
        cloud.image.create_image(
            name=name,
            data=CONTENT,
            disk_format="raw",
            container_format="bare",
            visibility="public",
            min_disk=min_disk,
            allow_duplicates=True,
            wait=True,
        )
