"""`python -m tests.lab`: a real OpenStack control plane on loopback. See docs/lab.md."""

import json
import shutil
import time
from typing import Any, NoReturn

import click

from tests.lab.admin import admin
from tests.lab.home import Home, LabError, home
from tests.lab.install import install as install_all
from tests.lab.leftovers import leftovers, purge_project
from tests.lab.login import Login, current
from tests.lab.process import alive
from tests.lab.process import stop as stop_all
from tests.lab.profile import load, names
from tests.lab.quota import set_quotas
from tests.lab.run import alone
from tests.lab.run import up as up_all
from tests.lab.seed import seed as seed_cloud
from tests.lab.status import table

PROFILE = click.option("--profile", type=click.Choice(names()), help="The cloud to look like.")
PURGE = click.option("--purge", is_flag=True, help="First delete what the current project still holds.")


class Sentences(click.Group):
    """Ends with 2 and one sentence on what the lab cannot do."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LabError as error:
            _fail(str(error))


def _fail(sentence: str) -> NoReturn:
    click.echo(f"lab: {sentence}", err=True)
    raise SystemExit(2)


def _current(place: Home) -> Login:
    login = current(place)
    if login is None or "keystone" not in alive(place):
        raise LabError("The lab does not run or shows no cloud: `make lab PROFILE=ovh` first.")
    return login


@click.group(cls=Sentences)
def main() -> None:
    """A real OpenStack control plane on loopback, made to look like one cloud at a time."""


@main.command()
def install() -> None:
    """MariaDB and OpenStack, once per machine."""
    install_all(home())


@main.command()
@PROFILE
@PURGE
def up(profile: str | None, purge: bool) -> None:
    """Install, build, start and seed: what of it is still to be done."""
    place = home()
    with alone(place, wait=False):
        began = time.monotonic()
        up_all(place)
        click.echo(f"The lab answers on {place.auth_url} ({time.monotonic() - began:.0f} s).")
        if profile:
            began = time.monotonic()
            seed_cloud(place, load(profile), purge)
            shown = load(profile)
            click.echo(f"It is {shown.title}, region {shown.region} ({time.monotonic() - began:.0f} s).")
    if current(place):
        click.echo('Log in: eval "$(.venv/bin/python -m tests.lab env)"')


@main.command()
@click.argument("profile", type=click.Choice(names()))
@PURGE
def seed(profile: str, purge: bool) -> None:
    """Make the running lab look like PROFILE."""
    place = home()
    if "keystone" not in alive(place):
        raise LabError("The lab does not run: `make lab` first.")
    with alone(place, wait=False):
        seed_cloud(place, load(profile), purge)


@main.command()
@PROFILE
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of shell lines.")
@click.option("--clouds-yaml", is_flag=True, help="A clouds.yaml; the lab keeps one in its folder as well.")
def env(profile: str | None, as_json: bool, clouds_yaml: bool) -> None:
    """How the cloud's user logs in, for `eval "$(…)"`."""
    login = _current(home())
    if profile and profile != login.profile:
        raise LabError(
            f"The lab is {login.profile} at the moment: `make lab PROFILE={profile}` makes it {profile}."
        )
    if as_json:
        click.echo(json.dumps(login.env(), indent=2))
    else:
        click.echo(login.clouds_yaml() if clouds_yaml else login.exports())


@main.command()
@click.argument("limits", nargs=-1, metavar="[NAME=NUMBER]…")
def quota(limits: tuple[str, ...]) -> None:
    """Set quotas beside the profile's own; without any, only the profile's hold.

    instances=5 cores=40 ram=65536 volumes=3 gigabytes=500 ports=20 floating_ips=1 …; -1 is unlimited.
    """
    place = home()
    login = _current(place)
    wanted = {}
    for limit in limits:
        name, _, number = limit.partition("=")
        if not number.removeprefix("-").isdigit():
            raise LabError(f"{limit!r} is no quota: write NAME=NUMBER, for example instances=5.")
        wanted[name] = int(number)
    with login.connect() as member:
        project_id = member.current_project_id
    with admin(place) as cloud:
        set_quotas(cloud, project_id, {**load(login.profile).quotas, **wanted})


@main.command()
@click.option("--purge", is_flag=True, help="Delete all of it.")
def left(purge: bool) -> None:
    """List what the current cloud's project holds."""
    with _current(home()).connect() as member:
        for line in leftovers(member):
            click.echo(line)
        if purge:
            purge_project(member)


@main.command()
def status() -> None:
    """Which processes run, since when, and what they take."""
    click.echo(table(home()))


@main.command()
def stop() -> None:
    """End all processes; the data stay."""
    place = home()
    with alone(place, wait=False):
        stop_all(place)


@main.command()
def reset() -> None:
    """End all processes and drop the data: the next start is as the first one, in a moment."""
    place = home()
    with alone(place, wait=False):
        stop_all(place)
        shutil.rmtree(place.data, ignore_errors=True)


main(prog_name="python -m tests.lab")
