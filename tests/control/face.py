"""A core with a face: a house, its alarms and history, and a gateway that listens on a free port."""

import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyAes256Sha256RsaPss
from cryptography import x509

from orcplant.config.site import Site, load_site
from orcplant.control.alarms import Alarms, definitions
from orcplant.control.alarms.records import Records
from orcplant.control.gateway import Core, Gateway, Pki, opened
from orcplant.control.gateway.acts import Parts
from orcplant.control.gateway.pki import issue
from orcplant.control.historian import Historian
from orcplant.control.poller import DevicePoller, Event, Poller
from orcplant.control.store import Store
from orcplant.control.watchdog import Watchdog
from tests.control import house as houses
from tests.control.house import PASSWORD, House
from tests.control.plc import Rig, make_rig

URI = "urn:test:orcplant"
CLIENT_URI = "urn:test:client"
SITE = """
[gateway]
endpoint = "ENDPOINT"
[[device]]
name = "U01"
type = "orc_unit"
host = "127.0.0.1"
port = 1502
device_id = 1
capabilities = ["signature", "heartbeat", "sequence", "accepted_setpoint"]
"""


@cache
def keys() -> Path:
    """Certificates made once for all tests: making a key takes most of the time of a start."""
    folder = Path(tempfile.mkdtemp(prefix="orcplant-pki-"))
    Pki(folder / "pki", URI, key_bits=2048)
    issue(folder / "client", CLIENT_URI, "client", key_bits=2048)
    issue(folder / "stranger", CLIENT_URI, "stranger", key_bits=2048)
    return folder


@dataclass
class Face:
    gateway: Gateway
    house: House[Rig]
    alarms: Alarms
    historian: Historian
    pki: Pki
    watchdog: Watchdog

    @property
    def index(self) -> int:
        return self.gateway.space.index

    def node_id(self, name: str) -> ua.NodeId:
        return ua.NodeId(name, self.index)

    @asynccontextmanager
    async def client(
        self,
        user: str | None = "operator",
        password: str = PASSWORD,
        *,
        own: str = "client",
        timeout: float = 10.0,
    ) -> AsyncIterator[Client]:
        client = await self.made(user, password, own=own, timeout=timeout)
        async with client:
            yield client

    async def made(
        self, user: str | None, password: str = PASSWORD, *, own: str = "client", timeout: float = 10.0
    ) -> Client:
        client = Client(self.gateway.endpoint, timeout=timeout)
        client.application_uri = CLIENT_URI
        folder = keys() / own
        certificate, key = folder / "certificate.der", folder / "key.pem"
        await client.set_security(
            SecurityPolicyAes256Sha256RsaPss, certificate, key, server_certificate=self.pki.certificate
        )
        if user is not None:
            client.set_user(user)
            client.set_password(password)
        else:
            await client.load_client_certificate(certificate)
            await client.load_private_key(key)
        return client


@asynccontextmanager
async def face(
    folder: Path, rig: Rig | None = None, *, endpoint: str = "opc.tcp://127.0.0.1:0/orcplant"
) -> AsyncIterator[Face]:
    shutil.copytree(keys() / "pki", folder / "pki", dirs_exist_ok=True)
    (folder / "site.toml").write_text(SITE.replace("ENDPOINT", endpoint), encoding="utf-8")
    site: Site = load_site(folder)
    rig = rig or make_rig()
    async with houses.housed(folder, rig) as house:
        store = Store(is_durable=False)
        pki = Pki(folder / "pki", URI, key_bits=2048)
        shutil.copy(keys() / "client" / "certificate.der", pki.folder / "trusted" / "client.der")
        records = await Records.open(store, folder / "alarms.sqlite")
        found = definitions(site)
        alarms = await Alarms.open(found, records, house.users, house.journal, house.clock)
        historian = await Historian.open(store, folder / "history.sqlite", [rig.device], house.clock)
        poller = Poller([rig.poller])
        rig.poller.on_values(lambda device, touched: alarms.observe(touched))
        rig.poller.on_values(lambda device, touched: historian.observe(device.name, touched))
        rig.poller.on_event(lambda device, event, _: lost(alarms, device, event))
        watchdog = Watchdog(poller, house.clock)
        parts = Parts(
            users=house.users,
            control=house.control,
            limits=house.limits,
            journal=house.journal,
            commands=house.commands,
            alarms=alarms,
            historian=historian,
            poller=poller,
        )
        core = Core(site, parts, found, pki, house.clock, watchdog.spawn)
        async with opened(core, {"design": None}) as gateway:
            yield Face(gateway, house, alarms, historian, pki, watchdog)
        await historian.close()
        await store.close()


def lost(alarms: Alarms, device: DevicePoller, event: Event) -> None:
    if event in (Event.UP, Event.DOWN):
        alarms.lost(device.name, event is Event.DOWN)


def thumbprint(own: str) -> str:
    from cryptography.hazmat.primitives import hashes

    certificate = x509.load_der_x509_certificate((keys() / own / "certificate.der").read_bytes())
    return certificate.fingerprint(hashes.SHA256()).hex()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
