"""Cinder volume driver: the in-tree one that only logs, and volumes made from images (boot from volume)."""

from typing import Any

from cinder.tests import fake_driver
from cinder.volume import driver  # noqa: F401  the in-tree driver relies on it being imported


class LabVolumes(fake_driver.FakeLoggingVolumeDriver):  # type: ignore[misc]
    def clone_image(self, *_: Any, **__: Any) -> tuple[dict[str, Any], bool]:
        return {}, True  # "cloned": nothing is to be copied

    def copy_image_to_volume(self, *_: Any, **__: Any) -> None:
        pass

    def copy_volume_to_image(self, *_: Any, **__: Any) -> None:
        pass
