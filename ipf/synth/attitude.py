"""An error of the attitude: what the satellite says of where it looks, and where it really looked.

The metadata keep what it says; the pictures are taken with the true attitude, so that their geolocation is
wrong by what a refinement can find.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

import numpy as np

from batch.safe.datastrip import Datastrip
from ipf.geometry import rotation
from ipf.geometry.navigation import Navigation
from ipf.geometry.rotation import Floats
from ipf.synth.photo import Camera

#: Of the size: bias, drift from one end to the other, and amplitude of the wave that a line does not follow.
_DRIFT, _WAVE = 1.0, 0.3
#: The wave's period over the length of the datastrip.
_PERIODS = (0.7, 1.3)
AXES = ("roll", "pitch", "yaw")


@dataclass(frozen=True)
class AttitudeError:
    """Per axis of the piloting frame (roll, pitch, yaw): bias, drift per `length` s, amplitude [µrad],
    period [s] and phase [rad] of a wave; `middle`: time [s since the epoch] at which the drift is zero."""

    size: float
    seed: int
    middle: float
    length: float
    bias: tuple[float, ...]
    drift: tuple[float, ...]
    wave: tuple[float, ...]
    period: tuple[float, ...]
    phase: tuple[float, ...]

    @classmethod
    def of(cls, ds: Datastrip, size: float, seed: int) -> "AttitudeError":
        """As `drawn`, over the length of a datastrip."""
        navigation = Navigation.from_datastrip(ds.mtd)
        length = float(ds.offset(ds.scenes) + ds.scene_seconds)
        return cls.drawn(size, seed, navigation.seconds(str(ds.gps_times[0, "01"])) + length / 2, length)

    @classmethod
    def drawn(cls, size: float, seed: int, middle: float, length: float) -> "AttitudeError":
        """An error of about `size` µrad, the same for the same seed. Only signs, periods and phases are
        drawn, so that a seed makes it neither larger nor smaller."""
        luck = Random(seed)
        sign = [luck.choice((-1.0, 1.0)) for _ in range(6)]
        return cls(
            size,
            seed,
            middle,
            length,
            tuple(size * s for s in sign[:3]),
            tuple(_DRIFT * size * s for s in sign[3:]),
            (_WAVE * size,) * 3,
            tuple(length * luck.uniform(*_PERIODS) for _ in AXES),
            tuple(luck.uniform(0, 2 * np.pi) for _ in AXES),
        )

    def angles(self, t: Floats) -> Floats:
        """Radians (3, n) at times (n,) since the navigation's epoch."""
        bias, drift, wave, period, phase = (
            np.array(v)[:, None] for v in (self.bias, self.drift, self.wave, self.period, self.phase)
        )
        since = (t - self.middle)[None, :]
        return (bias + drift * since / self.length + wave * np.sin(2 * np.pi * since / period + phase)) * 1e-6

    def true(self, navigation: Navigation) -> Navigation:
        """The navigation as it really was."""
        turned = rotation.normalised(navigation.attitude)
        for axis, angle in enumerate(self.angles(navigation.attitude_t)):
            turned = rotation.multiply(turned, rotation.axis_angle(axis, angle))
        return replace(navigation, attitude=rotation.continuous(turned))

    def camera(self, told: Camera) -> Camera:
        """The camera that really took the pictures."""
        return replace(told, navigation=self.true(told.navigation))

    def write(self, path: Path, datastrip: str) -> None:
        """Record it, beside DS/ and GR/."""
        part = path.with_name(f".{path.name}.part")
        content: Mapping[str, object] = {"datastrip": datastrip, "unit": "µrad", **asdict(self)}
        part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(path)
