"""The words with which hosts are made; that they are made and reached is shown by `make e2e`."""

from itertools import pairwise

from tests.lab.hosts.hook import VERBS, name_of, run_words

SERVER = {
    "uuid": "0d5a1d3c-1111-2222-3333-444444444444",
    "hostname": "lab-broker",
    "key": "ssh-ed25519 AAAA me",
    "nics": [
        {
            "port": "p",
            "mac": "fa:16:3e:00:00:01",
            "network": "6b1c2d3e-0000-1111-2222-333333333333",
            "fixed": [{"ip": "10.30.0.12", "cidr": "10.30.0.0/24", "gateway": "10.30.0.1", "floating": []}],
        }
    ],
}


def test_a_host_has_its_servers_address_and_no_privilege() -> None:
    words = run_words(SERVER)
    said = dict(pairwise(words))
    assert said["--ip"] == "10.30.0.12"
    assert said["--network"] == "vds-lab-6b1c2d3e"
    assert said["--name"] == name_of(SERVER) == "vds-lab-lab-broker-0d5a1d3c"
    assert "--privileged" not in words


def test_it_knows_what_nova_and_neutron_call() -> None:
    assert set(VERBS) == {"spawn", "destroy", "power_off", "power_on", "reboot", "fip"}
