"""Print `name==version` of what the reference IPFs need at run time, as installed in this environment."""

from importlib.metadata import distribution

from packaging.requirements import Requirement

#: Celery, Redis and the command line stay outside of the image: an IPF knows only job orders and files.
ROOTS = ("lxml", "numpy", "pyerfa", "pyproj", "rasterio", "shapely")


def closure(roots: tuple[str, ...]) -> dict[str, str]:
    """Names and versions of the distributions that `roots` need, themselves included."""
    found: dict[str, str] = {}
    todo = list(roots)
    while todo:
        dist = distribution(todo.pop())
        if dist.name in found:
            continue
        found[dist.name] = dist.version
        for text in dist.requires or ():
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                todo.append(need.name)
    return found


if __name__ == "__main__":
    for name, version in sorted(closure(ROOTS).items()):
        print(f"{name}=={version}")
