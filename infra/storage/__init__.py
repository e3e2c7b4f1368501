"""Volumes that outlive a server or come with it."""

from infra.storage.volume import AttachedVolume, VolumeArgs, serial

__all__ = ["AttachedVolume", "VolumeArgs", "serial"]
