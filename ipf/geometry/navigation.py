"""Orbit, attitude and Earth rotation of a datastrip, as its metadata give them.

Times are seconds since the first GPS point (`epoch`, kept exactly as written), so that they are the same
floats in a datastrip and in its virtual datastrips, which keep the ancillary data whole.
"""

from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from batch.errors import InputError
from ipf.geometry import earth, rotation
from ipf.geometry.clock import RowClock, parse_gps_time
from ipf.geometry.rotation import Floats

__all__ = ["Navigation", "Refining", "RowClock"]


@dataclass(frozen=True)
class Refining:
    """Corrections of the MSI's state that L1B found on the GRI: polynomials of t − `t0`, lowest power first.

    Rotations in radians about X, Y, Z with the signs of GIP_SPAMOD; `homothety` is added to a scale of 1
    along Z.
    """

    t0: float = 0.0
    rotation: tuple[tuple[float, ...], ...] = ((), (), ())
    homothety: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Navigation:
    """What turns a time and a direction in the MSI into a line in space.

    Shapes: `gps_t` (n,), `position` (n, 3) and `velocity` (n, 3) in ECEF metres and m/s; `attitude_t` (m,)
    and `attitude` (m, 4) quaternions x, y, z, w that turn the piloting frame into the inertial one (GCRS).
    `pole` in radians; `piloting_to_msi` (3,) angles in radians, signs as in GIP_SPAMOD.
    """

    epoch: str
    gps_t: Floats
    position: Floats
    velocity: Floats
    attitude_t: Floats
    attitude: Floats
    ut1_utc: float
    gps_utc: float
    pole: tuple[float, float]
    piloting_to_msi: Floats
    refining: Refining = field(default_factory=Refining)

    def __post_init__(self) -> None:
        for name, t, values in (
            ("GPS points", self.gps_t, self.position),
            ("corrected attitudes", self.attitude_t, self.attitude),
        ):
            if len(t) < 2 or len(t) != len(values) or not np.all(np.diff(t) > 0):
                raise InputError(
                    f"the ancillary data have {len(t)} {name} where at least two in rising time are needed; "
                    "take a datastrip with complete ancillary data"
                )
            if not np.all(np.isfinite(values)):
                raise InputError(f"the {name} hold values that are no numbers; repair the ancillary data")

    @property
    def start(self) -> float:
        """First second that both orbit and attitude cover."""
        return float(max(self.gps_t[0], self.attitude_t[0]))

    @property
    def stop(self) -> float:
        """Last second that both orbit and attitude cover."""
        return float(min(self.gps_t[-1], self.attitude_t[-1]))

    def seconds(self, gps_time: str) -> float:
        """Seconds since the epoch of a GPS time as written in the metadata."""
        return float(parse_gps_time(gps_time) - parse_gps_time(self.epoch))

    def earth_rotation(self, t: Floats) -> Floats:
        """Matrices (n, 3, 3) that turn GCRS vectors into ECEF ones at seconds `t` (n,) since the epoch."""
        return earth.celestial_to_terrestrial(
            parse_gps_time(self.epoch), t, self.ut1_utc, self.gps_utc, self.pole
        )

    @cached_property
    def msi_to_ecef(self) -> Floats:
        """Quaternions (m, 4) at `attitude_t` that turn the MSI frame into ECEF; to be interpolated linearly.

        Over the 0.1 s between attitudes the Earth turns by 7 µrad: interpolating the product instead of the
        inertial attitude changes a line of sight by less than 0.1 mm on the ground.
        """
        mount = np.array([0.0, 0.0, 0.0, 1.0])
        for axis in range(3):
            mount = rotation.multiply(mount, rotation.axis_angle(axis, -self.piloting_to_msi[axis]))
            # The refining angles add to those of the mounting: small enough for the order not to matter.
        for axis in range(3):
            angle = _polynomial(self.refining.rotation[axis], self.attitude_t - self.refining.t0)
            mount = rotation.multiply(mount, rotation.axis_angle(axis, -angle))
        inertial = rotation.multiply(rotation.normalised(self.attitude), mount)
        earth_turn = rotation.from_matrix(self.earth_rotation(self.attitude_t))
        return rotation.continuous(rotation.multiply(earth_turn, inertial))

    @cached_property
    def z_scale(self) -> Floats:
        """Scale (m,) along the MSI's Z at `attitude_t`; 1 where nothing was refined."""
        return 1.0 + _polynomial(self.refining.homothety, self.attitude_t - self.refining.t0)

    @cached_property
    def hermite(self) -> Floats:
        """Coefficients (n − 1, 4, 3) of the orbit's cubics in seconds since each GPS point, lowest power
        first."""
        h = np.diff(self.gps_t)[:, None]
        p0, p1, v0, v1 = self.position[:-1], self.position[1:], self.velocity[:-1], self.velocity[1:]
        c2 = (3 * (p1 - p0) / h - 2 * v0 - v1) / h
        c3 = (2 * (p0 - p1) / h + v0 + v1) / h**2
        return np.stack([p0, v0, c2, c3], axis=1)

    @cached_property
    def sun(self) -> Floats:
        """Unit vectors (n, 3) in ECEF to the apparent sun at the GPS points' times; to be interpolated
        linearly."""
        direction = earth.sun_direction(parse_gps_time(self.epoch), self.gps_t)
        return np.einsum("nij,nj->ni", self.earth_rotation(self.gps_t), direction)

    @classmethod
    def from_datastrip(cls, mtd: Path) -> "Navigation":
        """Read from a datastrip's metadata: L0c (PSD 14) or L1B (PSD 15, with its refining)."""
        from ipf.geometry.ancillary import read_navigation

        return read_navigation(Path(mtd))

    def save(self, path: Path) -> None:
        """Write as .npz, under that very name and never half."""
        arrays: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "refining"}
        arrays |= {
            f"refining_{axis}": np.array(c) for axis, c in zip("xyz", self.refining.rotation, strict=True)
        }
        arrays |= {"refining_t0": self.refining.t0, "refining_homothety": np.array(self.refining.homothety)}
        aside = Path(path).with_name(Path(path).name + ".part")
        with aside.open("wb") as stream:
            np.savez(stream, **arrays)
        aside.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Navigation":
        """Read what `save` wrote."""
        try:
            with np.load(path, allow_pickle=False) as z:
                refining = Refining(
                    float(z["refining_t0"]),
                    tuple(tuple(z[f"refining_{axis}"].tolist()) for axis in "xyz"),
                    tuple(z["refining_homothety"].tolist()),
                )
                arrays = {n: z[n] for n in ("gps_t", "position", "velocity", "attitude_t", "attitude")}
                return cls(
                    epoch=str(z["epoch"]),
                    ut1_utc=float(z["ut1_utc"]),
                    gps_utc=float(z["gps_utc"]),
                    pole=(float(z["pole"][0]), float(z["pole"][1])),
                    piloting_to_msi=z["piloting_to_msi"],
                    refining=refining,
                    **arrays,
                )
        except (OSError, KeyError, ValueError) as error:
            raise InputError(
                f"{path} is not a navigation file ({error}); run UNFORMAT_SAFE_DS again"
            ) from None


def _polynomial(coefficients: tuple[float, ...], t: Floats) -> Floats:
    value = np.zeros_like(t)
    for c in reversed(coefficients):
        value = value * t + c
    return value
