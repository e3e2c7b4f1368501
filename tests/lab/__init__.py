"""A real OpenStack control plane on loopback, made to look like one cloud at a time. For people: docs/lab.md.

For tests, `tests.lab.fixture`:

* `needs_lab`: mark that skips with a sentence where the lab is not installed; goes with `pytest.mark.lab`;
* `lab_cloud(profile)`: context manager; starts the lab if need be, seeds the profile, empties its project
  before and after. Gives `.env` (OS_* variables of the cloud's user), `.clouds_yaml`, `.member` (openstacksdk
  connection), `.quota(instances=5)`, `.leftovers()`, `.purge()`, `.profile`.

What is where: `home` paths and ports; `install`, `configure`, `process`, `build`, `run`: from nothing to a
running lab; `admin`, `seed/`, `quota`, `login`, `leftovers`: what goes through its API; `inside/`: what runs
in the lab's own Python, beside OpenStack; `etc/`: the services' configuration; `profiles/`: the clouds.
"""
