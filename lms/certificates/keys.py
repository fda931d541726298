"""The signing keys: Ed25519 keys in files that only the owner may read, made when first needed.

They lie in `keys/` under the instance folder as `certificates-1.pem`, `certificates-2.pem` and so on.
The highest number signs; all of them verify, so that a new key does not orphan what an old one signed.
Private keys are never logged, shown or sent.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lms.certificates.proofs import public_multibase
from lms.core.errors import ConfigurationError
from lms.core.identifiers import new_uuid

FOLDER_NAME = "keys"
_FILE = re.compile(r"certificates-(\d{1,6})\.pem")


class KeysUnreadableError(ConfigurationError):
    """A key file is damaged, not ours to read, or open to others; the text names the file and what to do."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key pair; `multibase` is its public half as a Multikey value."""

    private: Ed25519PrivateKey = field(repr=False)
    multibase: str

    @property
    def public(self) -> Ed25519PublicKey:
        """Return the public half."""
        return self.private.public_key()

    def method_of(self, issuer_id: str) -> str:
        """Return the verification method under which an issuer publishes this key."""
        return f"{issuer_id}#{self.multibase}"


class Keyring:
    """The keys of an installation, loaded from their folder when first used; the first one is made then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    @property
    def signing(self) -> SigningKey:
        """Return the key that signs now: the newest. Raises `KeysUnreadableError`."""
        return self.all[-1]

    @property
    def all(self) -> tuple[SigningKey, ...]:
        """Return every key, oldest first. Raises `KeysUnreadableError`."""
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> tuple[SigningKey, ...]:
        paths = self._paths()
        if not paths:
            self._make_first()
            paths = self._paths()
        return tuple(_load(path) for path in paths)

    def methods_of(self, issuer_id: str) -> Mapping[str, Ed25519PublicKey]:
        """Return the public keys under an issuer's verification methods. Raises `KeysUnreadableError`."""
        return {key.method_of(issuer_id): key.public for key in self.all}

    def _paths(self) -> list[Path]:
        try:
            found = [
                (int(match[1]), path)
                for path in self._folder.iterdir()
                if (match := _FILE.fullmatch(path.name))
            ]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unreadable(self._folder, error.strerror) from error
        return [path for _number, path in sorted(found)]

    def _make_first(self) -> None:
        """Write a new key under the name of the first; of two processes as quick as each other, one wins."""
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(self._folder / "certificates-1.pem", pem)
        except OSError as error:
            raise _unreadable(self._folder, error.strerror) from error


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 that nobody ever sees half written, unless one is there already."""
    draft = path.with_name(f".{new_uuid()}.draft")
    _write_new(draft, data)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        _write_new(path, data)
    finally:
        draft.unlink(missing_ok=True)


def _write_new(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _load(path: Path) -> SigningKey:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise _unreadable(path, "others may read it; run chmod 600 on it")
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise _unreadable(path, error.strerror) from error
    except (ValueError, TypeError):
        # Not chained: the parser's own text could quote the file.
        raise _unreadable(path, "it is damaged; restore it from a backup") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise _unreadable(path, "it holds another kind of key; restore it from a backup")
    return SigningKey(private, public_multibase(private.public_key()))


def _unreadable(path: Path, reason: str | None) -> KeysUnreadableError:
    return KeysUnreadableError(f"The signing key {path} cannot be used: {reason}.")
