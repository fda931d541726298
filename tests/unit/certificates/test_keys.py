"""Signing keys: made once, for the owner alone, and never shown."""

from __future__ import annotations

import logging
import os
import stat
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from lms.certificates.keys import Keyring, KeysUnreadableError
from lms.core.errors import ConfigurationError


def pem_files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_the_first_use_makes_a_key_that_only_the_owner_may_read(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "instance" / "keys")
    assert not (tmp_path / "instance").exists()
    assert keyring.signing.multibase.startswith("z6Mk")
    [path] = pem_files(tmp_path / "instance" / "keys")
    assert path.name == "certificates-1.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_key_is_kept_and_read_again(tmp_path: Path) -> None:
    first = Keyring(tmp_path).signing
    content = pem_files(tmp_path)[0].read_bytes()
    second = Keyring(tmp_path).signing
    assert second.multibase == first.multibase
    assert pem_files(tmp_path)[0].read_bytes() == content
    second.public.verify(first.private.sign(b"text"), b"text")


def test_a_permissive_umask_does_not_open_the_key(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Keyring(tmp_path).signing.multibase  # noqa: B018 - loading is the deed
    finally:
        os.umask(before)
    assert stat.S_IMODE(pem_files(tmp_path)[0].stat().st_mode) == 0o600


def test_many_at_once_end_up_with_one_and_the_same_key(tmp_path: Path) -> None:
    ready, found = threading.Barrier(8), []

    def use() -> None:
        keyring = Keyring(tmp_path)
        ready.wait()
        found.append(keyring.signing.multibase)

    threads = [threading.Thread(target=use) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in pem_files(tmp_path)] == ["certificates-1.pem"]


def test_a_further_key_signs_and_the_old_one_still_verifies(tmp_path: Path) -> None:
    old = Keyring(tmp_path).signing
    other = tmp_path / "elsewhere"
    new = Keyring(other).signing
    (other / "certificates-1.pem").rename(tmp_path / "certificates-10.pem")
    other.rmdir()
    keyring = Keyring(tmp_path)
    assert keyring.signing.multibase == new.multibase
    assert list(keyring.methods_of("did:web:a.example")) == [
        f"did:web:a.example#{old.multibase}",
        f"did:web:a.example#{new.multibase}",
    ]


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    Keyring(tmp_path).signing  # noqa: B018 - loading is the deed
    pem_files(tmp_path)[0].chmod(0o644)
    with pytest.raises(KeysUnreadableError, match="chmod 600"):
        Keyring(tmp_path).signing  # noqa: B018 - raising is the deed


def other_kind() -> bytes:
    return generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    "content", [b"", b"-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n", other_kind()]
)
def test_a_damaged_file_is_never_replaced_and_never_quoted(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "certificates-1.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeysUnreadableError, match="restore it from a backup") as caught:
        Keyring(tmp_path).signing  # noqa: B018 - raising is the deed
    assert "secret" not in str(caught.value)
    assert isinstance(caught.value, ConfigurationError)
    assert caught.value.__cause__ is None
    assert path.read_bytes() == content


def test_the_private_key_appears_in_no_text_and_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        keyring = Keyring(tmp_path)
        shown = repr(keyring.signing) + str(keyring.signing) + repr(keyring) + repr(keyring.all)
    assert "private" not in shown.lower()
    assert "PRIVATE" not in caplog.text
