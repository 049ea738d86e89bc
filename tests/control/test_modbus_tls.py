"""Modbus/TCP Security: mutual authentication, and never a fall back to plain."""

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from orcplant.control.link import LinkError, LinkLostError, UnreachableError
from orcplant.control.modbus import Endpoint, ModbusLink
from orcplant.tags import Table
from tests.control.wire import WireServer

KEY = ec.generate_private_key(ec.SECP256R1())


def certificate(folder: Path, name: str) -> Path:
    """Self-signed certificate and key for 127.0.0.1 in one file."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(KEY, hashes.SHA256())
    )
    private = KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


def context(side: int, own: Path | None, trusted: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(side)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.verify_mode = ssl.CERT_REQUIRED
    made.load_verify_locations(trusted)
    if own is not None:
        made.load_cert_chain(own)
    return made


async def test_reads_over_tls_with_both_sides_authenticated(tmp_path: Path) -> None:
    plc, core = certificate(tmp_path, "plc"), certificate(tmp_path, "core")
    async with WireServer(tls=context(ssl.PROTOCOL_TLS_SERVER, plc, core)) as server:
        server.registers[10] = 4242
        tls = context(ssl.PROTOCOL_TLS_CLIENT, core, plc)
        link = ModbusLink(Endpoint("127.0.0.1", server.port, 1, tls), timeout=5.0)
        await link.connect()
        assert await link.read(Table.HOLDING, 10, 1) == (4242).to_bytes(2, "big")
        await link.close()


async def test_a_client_without_certificate_gets_nothing(tmp_path: Path) -> None:
    plc, core = certificate(tmp_path, "plc"), certificate(tmp_path, "core")
    async with WireServer(tls=context(ssl.PROTOCOL_TLS_SERVER, plc, core)) as server:
        tls = context(ssl.PROTOCOL_TLS_CLIENT, None, plc)
        link = ModbusLink(Endpoint("127.0.0.1", server.port, 1, tls), timeout=5.0)
        with pytest.raises(LinkError):  # with TLS 1.3 the refusal comes behind the handshake
            await link.connect()
            await link.read(Table.HOLDING, 10, 1)
        assert server.requests == []


async def test_a_device_of_another_authority_is_refused(tmp_path: Path) -> None:
    plc, core = certificate(tmp_path, "plc"), certificate(tmp_path, "core")
    async with WireServer(tls=context(ssl.PROTOCOL_TLS_SERVER, plc, core)) as server:
        tls = context(ssl.PROTOCOL_TLS_CLIENT, core, core)
        link = ModbusLink(Endpoint("127.0.0.1", server.port, 1, tls), timeout=5.0)
        with pytest.raises(UnreachableError, match="TLS: CERTIFICATE_VERIFY_FAILED"):
            await link.connect()
        assert not link.is_connected


async def test_a_plain_device_is_refused(tmp_path: Path) -> None:
    core = certificate(tmp_path, "core")
    async with WireServer() as server:
        tls = context(ssl.PROTOCOL_TLS_CLIENT, core, core)
        link = ModbusLink(Endpoint("127.0.0.1", server.port, 1, tls), timeout=0.3)
        with pytest.raises((UnreachableError, LinkLostError)):
            await link.connect()
        assert server.writes == []
