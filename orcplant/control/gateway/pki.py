"""Certificates: the core's own, those it trusts, and those that wait to be looked at.

``own/`` certificate and key of the core; ``local/`` those of windows on this machine, trusted from the
start; ``trusted/`` certificates of clients; ``platforms/`` certificates that may log in instead of a user,
as a viewer by the file's name; ``rejected/`` what knocked and was turned away.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from orcplant.errors import OrcplantError

KEY_BITS: Final = 3072
LEAST_BITS: Final = 2048
LIFE: Final = timedelta(days=5 * 365)
WARN: Final = timedelta(days=30)
CERTIFICATE: Final = "certificate.der"
KEY: Final = "key.pem"
_KEPT_REJECTED: Final = 50


class PkiError(OrcplantError):
    """A certificate or key that cannot be used: names the file."""


@dataclass(frozen=True, slots=True)
class Known:
    """A certificate in a folder: file, thumbprint (SHA-256, hex), whose it is, when it ends."""

    path: Path
    thumbprint: str
    subject: str
    ends: datetime


class Pki:
    """The certificates of one state folder; made where they are missing, in the name of `application_uri`.

    Raises
    ------
    PkiError
        If they cannot be read or made.
    """

    def __init__(self, folder: Path, application_uri: str, *, key_bits: int = KEY_BITS) -> None:
        self.folder = folder
        try:
            for name in ("own", "local", "trusted", "rejected", "platforms"):
                (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            self.certificate, self.key = _own(folder / "own", application_uri, "orcplant core", key_bits)
            local, _ = _own(folder / "local", f"{application_uri}:window", "orcplant window", key_bits)
        except (OSError, ValueError, UnsupportedAlgorithm) as exc:
            raise PkiError(f"{folder}: certificate or key cannot be used: {exc}") from exc
        self._local = local
        # As its certificate says: the machine may have got another name since.
        found = x509.load_der_x509_certificate(self.certificate.read_bytes())
        self.application_uri = next(iter(_uris(found)), application_uri)

    @property
    def ends(self) -> datetime:
        """When the core's own certificate ends."""
        return x509.load_der_x509_certificate(self.certificate.read_bytes()).not_valid_after_utc

    def refusal(self, certificate: bytes, application_uri: str | None = None) -> str:
        """Why a client's certificate is not trusted; empty if it is.

        A stranger's is put among the rejected, for somebody to look at and trust.
        """
        try:
            found = x509.load_der_x509_certificate(certificate)
            key = found.public_key()
            now = datetime.now(UTC)
            if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_BITS:
                return f"its key is no RSA key of at least {LEAST_BITS} bits"
            if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
                return "it is not valid at this time"
            if application_uri is not None and application_uri not in _uris(found):
                return f"it is not that of {application_uri[:100]}"
        except (ValueError, UnsupportedAlgorithm):
            return "it is no certificate"
        if not self._is_trusted(certificate):
            self._keep_rejected(certificate, found)
            return "it is not trusted"
        return ""

    def platform(self, certificate: bytes) -> str | None:
        """Name of the platform whose certificate this is, if there is one."""
        for path in sorted((self.folder / "platforms").glob("*.der")):
            if path.read_bytes() == certificate:
                return path.stem
        return None

    def listed(self, name: str) -> list[Known]:
        """Certificates in ``trusted``, ``rejected`` or ``platforms``."""
        return list(_listed(self.folder / name))

    def trust(self, thumbprint: str) -> Known:
        """Move a rejected certificate to the trusted ones; a beginning of its thumbprint is enough.

        Raises
        ------
        PkiError
            If none, or more than one, begins so.
        """
        found = [
            known for known in self.listed("rejected") if known.thumbprint.startswith(thumbprint.lower())
        ]
        if len(found) != 1 or not thumbprint:
            raise PkiError(f"{self.folder / 'rejected'}: {len(found)} certificates begin with {thumbprint!r}")
        found[0].path.replace(self.folder / "trusted" / found[0].path.name)
        return found[0]

    def _is_trusted(self, certificate: bytes) -> bool:
        if certificate == self._local.read_bytes():
            return True
        return any(path.read_bytes() == certificate for path in (self.folder / "trusted").glob("*.der"))

    def _keep_rejected(self, certificate: bytes, found: x509.Certificate) -> None:
        folder = self.folder / "rejected"
        path = folder / f"{found.fingerprint(hashes.SHA256()).hex()}.der"
        if path.exists() or len(list(folder.glob("*.der"))) >= _KEPT_REJECTED:
            return  # who knocks without end does not fill the disk
        path.write_bytes(certificate)


def existing_pki(folder: Path) -> Pki:
    """Certificates of a core that has run; PkiError where none has."""
    if not (folder / "own" / CERTIFICATE).exists():
        raise PkiError(f"{folder}: no core has run with this state yet")
    return Pki(folder, "")


def issue(folder: Path, application_uri: str, name: str, *, key_bits: int = KEY_BITS) -> tuple[Path, Path]:
    """Certificate and key for a client, made where they are missing; their files."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _own(folder, application_uri, name, key_bits)


def _own(folder: Path, application_uri: str, name: str, key_bits: int) -> tuple[Path, Path]:
    certificate, key = folder / CERTIFICATE, folder / KEY
    if not (certificate.exists() and key.exists()):
        made, secret = _made(application_uri, name, key_bits)
        key.unlink(missing_ok=True)
        handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
        certificate.write_bytes(made)
    x509.load_der_x509_certificate(certificate.read_bytes())
    return certificate, key


def _made(application_uri: str, name: str, key_bits: int) -> tuple[bytes, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=key_bits)
    host = socket.gethostname()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "orcplant"),
        ]
    )
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=True,
        data_encipherment=True,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    names = [
        x509.UniformResourceIdentifier(application_uri),
        x509.DNSName(host),
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.DER), secret


def _listed(folder: Path) -> Iterator[Known]:
    for path in sorted(folder.glob("*.der")):
        try:
            found = x509.load_der_x509_certificate(path.read_bytes())
        except ValueError:
            continue
        yield Known(
            path,
            found.fingerprint(hashes.SHA256()).hex(),
            found.subject.rfc4514_string(),
            found.not_valid_after_utc,
        )


def _uris(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.UniformResourceIdentifier)
