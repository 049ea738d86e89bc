"""Passwords: how they are kept, which are too weak."""

import secrets
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

MIN_PASSWORD: Final = 10  # [characters]
MAX_PASSWORD: Final = 200


@dataclass(frozen=True, slots=True)
class Hashing:
    """Cost of an Argon2id hash.

    Source: A. Biryukov et al., *Argon2 memory-hard function*, RFC 9106, 2021, section 4, second
    recommended option.
    """

    passes: int = 3
    memory_KiB: int = 65536  # noqa: N815
    lanes: int = 4

    def hashed(self, password: str) -> str:
        """Hash with a salt of its own, in the PHC string format."""
        kdf = Argon2id(
            salt=secrets.token_bytes(16),
            length=32,
            iterations=self.passes,
            lanes=self.lanes,
            memory_cost=self.memory_KiB,
        )
        return kdf.derive_phc_encoded(password.encode(errors="surrogatepass"))

    def decoy(self) -> str:
        """Hash that no password fits, and that takes as long to find out as a real one."""
        salt, answer = (b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (16, 32))
        return f"$argon2id$v=19$m={self.memory_KiB},t={self.passes},p={self.lanes}${salt}${answer}"


def fits(password: str, secret: str) -> bool:
    """Whether a password belongs to a hash."""
    with suppress(InvalidKey):
        Argon2id.verify_phc_encoded(password.encode(errors="surrogatepass"), secret)
        return True
    return False


def weakness(name: str, password: str) -> str:
    """What is wrong with a new password of a user; empty if nothing."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        return f"the password has {len(password)} characters, not {MIN_PASSWORD} to {MAX_PASSWORD}"
    if name.casefold() in password.casefold() or len(set(password)) < 5:
        return "the password holds the user's name, or fewer than 5 different characters"
    return ""
