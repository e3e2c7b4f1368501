"""`vds simulate`: days of the constellation through the system, on each cloud."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from batch.errors import InputError

DEFAULT_STAGES = 40


@click.command(short_help="Days of the constellation through the system, on each cloud.")
@click.option(
    "--days", type=click.FloatRange(0.01, 3660), default=4.0, show_default=True, help="Days of sensing."
)
@click.option("--begin", default="2018-07-20", show_default=True, metavar="DAY", help="First day, UTC.")
@click.option(
    "--satellite", "satellites", type=click.Choice(["S2A", "S2B"]), multiple=True,
    help="May be given twice. Default: both.",
)  # fmt: skip
@click.option(
    "--stages", type=click.IntRange(1, 1000), default=DEFAULT_STAGES, show_default=True, help="Stages."
)
@click.option("--most", type=click.IntRange(1, 1000), help="Elastic: up to so many stages while vDS wait.")
@click.option("--scenes", type=click.IntRange(4, 600), help="Scenes of a vDS at most. Default: as vds plan.")
@click.option("--overlap", type=click.IntRange(min=0), help="Shared scenes. Default: as vds plan.")
@click.option("--hold", type=click.IntRange(1, 8), help="vDS per stage at once. Default: as production.")
@click.option("--stack", "names", multiple=True, help="Stacks to compare. Default: all clouds of the folder.")
@click.option("--flavor", "flavors", multiple=True, help="Flavors instead of the stages' own.")
@click.option("--all-flavors", is_flag=True, help="Every flavor of 8 vCPU or more that has a price.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder with the stack files.",
)
@click.option(
    "--laws", "laws_file", type=click.Path(path_type=Path),
    help="Durations of the IPFs, as vds bench writes them. Default: from the operations of 2018-07-21.",
)  # fmt: skip
@click.option(
    "--reference", type=click.FloatRange(0.01, 100), default=1.0, show_default=True,
    help="Index of the machine of the laws (Geekbench 6 multi-core of 16 vCPU, c2-60 = 1).",
)  # fmt: skip
@click.option("--boot", "boot_s", type=click.FloatRange(0), help="Seconds until a new stage works.")
@click.option("--failure", type=click.FloatRange(0, 0.5), help="Probability that a run of an IPF fails.")
@click.option("--lost", type=click.FloatRange(0, 1), help="Probability per hour that a stage vanishes.")
@click.option("--storage", type=click.FloatRange(0.01), help="Gbit/s of the storage server.")
@click.option("--ingest", type=click.FloatRange(0.01), help="Gbit/s from the stations to the cloud.")
@click.option("--nic", type=click.FloatRange(0.01), help="Gbit/s of a stage.")
@click.option(
    "--datastrips", type=click.Path(path_type=Path),
    help="CSV of datastrips instead of the orbit: name,scenes,sensed_s,received_s.",
)  # fmt: skip
@click.option(
    "--pdgs-replay", "replay", type=int, metavar="SCENES", help="Predict the operations of 2018-07-21."
)
@click.option("--centre", type=click.Choice(["EPAE", "MPS", "SGS"]), help="Centre of --pdgs-replay.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same days.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def simulate(
    days: float,
    begin: str,
    satellites: tuple[str, ...],
    stages: int,
    most: int | None,
    names: tuple[str, ...],
    flavors: tuple[str, ...],
    folder: Path,
    laws_file: Path | None,
    reference: float,
    datastrips: Path | None,
    replay: int | None,
    centre: str | None,
    seed: int,
    as_json: bool,
    all_flavors: bool,
    lost: float | None,
    **platform: float | None,
) -> None:
    """Simulate what the constellation senses and brings down, and how the system makes L1C of it.

    Datastrips come from the orbit, the observation scenario, the sun and the contacts with the stations, or
    from a list. The cut and the firing rule are those of production. Told are timeliness (since the first
    line was sensed), use of stages and slots, what waited, and what it costs on each cloud. Where a flavor's
    index is unknown, both ends of what is known of other flavors are shown ("?").

    With --pdgs-replay: how long the Sentinel-2 ground segment of 2018-07-21 would have taken for a datastrip
    of so many scenes, and how far such predictions are off.

    \b
    Examples:
      vds simulate --days 4
      vds simulate --stages 10 --most 80 --stack ovh --flavor c2-60 --flavor b3-64
      vds simulate --pdgs-replay 57 --centre SGS
    """
    from study.cli.stacks import console
    from study.simulate.replay import errors, model, summary
    from study.simulate.show import show, show_replay

    if replay is not None:
        one = model().predict(replay, centre)
        if as_json:
            click.echo(json.dumps({**one.__dict__, "errors": summary(), "rows": errors()}))
        else:
            show_replay(console(), one, summary())
        return
    from study.cli.simulation import Asked, run

    if most is not None and most < stages:
        raise InputError(f"--most {most} is less than --stages {stages}; raise it or leave it out")
    given = {k: v for k, v in {**platform, "lost_per_hour": lost}.items() if v is not None}
    given |= {"stages": stages, "most": most or 0, "seed": seed}
    asked = Asked(
        days, _day(begin), satellites, names, flavors, folder, laws_file, reference, datastrips, given,
        all_flavors,
    )  # fmt: skip
    document, results = run(asked, progress=sys.stderr.isatty())
    if as_json:
        click.echo(json.dumps(document))
    else:
        show(console(), document, results)


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise InputError(f"--begin {text}: a day like 2018-07-20 was expected; correct it") from None
