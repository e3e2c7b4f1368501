"""Unit quaternions (x, y, z, w) that turn vectors, with plain arithmetic only.

Products, sums and square roots are rounded correctly one by one, so that a result depends neither on an
element's place in its array nor on the processor, which matrix products and vectorised sines do not promise.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Components = tuple[Floats, Floats, Floats]


def axis_angle(axis: int, angle: Floats) -> Floats:
    """Quaternions (…, 4) of right-handed turns by `angle` (…,) in radians about axis 0, 1 or 2."""
    q = np.zeros((*np.shape(angle), 4))
    q[..., axis] = np.sin(np.asarray(angle) / 2)
    q[..., 3] = np.cos(np.asarray(angle) / 2)
    return q


def multiply(a: Floats, b: Floats) -> Floats:
    """The turn `b`, then the turn `a`; (…, 4) each, broadcast."""
    ax, ay, az, aw = np.moveaxis(a, -1, 0)
    bx, by, bz, bw = np.moveaxis(b, -1, 0)
    return np.stack(
        [
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by + ay * bw + az * bx - ax * bz,
            aw * bz + az * bw + ax * by - ay * bx,
            aw * bw - ax * bx - ay * by - az * bz,
        ],
        axis=-1,
    )


def from_matrix(m: Floats) -> Floats:
    """Quaternions (n, 4) of rotation matrices (n, 3, 3) that turn v into m @ v."""
    xx, yy, zz = m[:, 0, 0], m[:, 1, 1], m[:, 2, 2]
    # Four candidates; the one with the largest pivot is free of cancellation.
    yz, zx, xy = m[:, 2, 1] - m[:, 1, 2], m[:, 0, 2] - m[:, 2, 0], m[:, 1, 0] - m[:, 0, 1]
    p_xy, p_zx, p_yz = m[:, 0, 1] + m[:, 1, 0], m[:, 0, 2] + m[:, 2, 0], m[:, 1, 2] + m[:, 2, 1]
    rows = np.stack(
        [
            np.stack([1 + xx - yy - zz, p_xy, p_zx, yz], -1),
            np.stack([p_xy, 1 - xx + yy - zz, p_yz, zx], -1),
            np.stack([p_zx, p_yz, 1 - xx - yy + zz, xy], -1),
            np.stack([yz, zx, xy, 1 + xx + yy + zz], -1),
        ],
        axis=-2,
    )
    best = np.argmax(np.einsum("nii->ni", rows), axis=1)
    return normalised(rows[np.arange(len(m)), best])


def normalised(q: Floats) -> Floats:
    """Quaternions (…, 4) of length one."""
    x, y, z, w = np.moveaxis(q, -1, 0)
    return q / np.sqrt(x * x + y * y + z * z + w * w)[..., None]


def continuous(q: Floats) -> Floats:
    """The same turns (n, 4) with signs chosen so that neighbours lie on the same side and can be
    interpolated."""
    flips = np.cumsum((q[1:] * q[:-1]).sum(axis=1) < 0) % 2
    signed = q.copy()
    signed[1:][flips == 1] *= -1
    return signed


def rotate(q: Floats, v: Components, back: bool = False) -> Components:
    """Vectors turned by quaternions (…, 4) or, with `back`, by their inverse; components broadcast against
    the leading shape of `q`."""
    qx, qy, qz = q[..., 0], q[..., 1], q[..., 2]
    qw = -q[..., 3] if back else q[..., 3]
    vx, vy, vz = v
    ux, uy, uz = 2 * (qy * vz - qz * vy), 2 * (qz * vx - qx * vz), 2 * (qx * vy - qy * vx)
    return (
        vx + qw * ux + (qy * uz - qz * uy),
        vy + qw * uy + (qz * ux - qx * uz),
        vz + qw * uz + (qx * uy - qy * ux),
    )
