"""The scene that is photographed: a formula of longitude, latitude and band, so truth is known everywhere."""

from ipf.scene.landscape import reflectance

__all__ = ["reflectance"]
