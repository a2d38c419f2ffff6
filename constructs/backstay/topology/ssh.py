"""Public SSH keys, as clouds take them."""

import base64
import binascii
from typing import Annotated

from backstay.topology.forms import Form

_ED25519_BYTES = 32
# Azure takes RSA from 2048 bits on.
_LEAST_RSA_BYTES = 256


def _read(text: str) -> str:
    kind, encoded, *_ = text.split(" ")
    try:
        name, *numbers = _fields(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"{encoded!r} is not a key") from error
    sizes = [len(number.lstrip(b"\0")) if kind == "ssh-rsa" else len(number) for number in numbers]
    is_whole = (
        (sizes == [_ED25519_BYTES]) if kind == "ssh-ed25519" else (len(sizes) == 2 and sizes[1] >= _LEAST_RSA_BYTES)
    )
    if name.decode() != kind or not is_whole:
        raise ValueError(f"{encoded!r} is not a whole {kind} key")
    return text


def _fields(blob: bytes) -> list[bytes]:
    """The parts of a key, each behind its length (RFC 4253, section 6.6)."""
    fields: list[bytes] = []
    while blob:
        length = int.from_bytes(blob[:4])
        if len(blob) < 4 + length:
            raise ValueError("a part is cut short")
        fields.append(blob[4 : 4 + length])
        blob = blob[4 + length :]
    return fields


# The example is nobody's: its key is zero.
SshPublicKey = Annotated[
    str,
    Form(
        "a public SSH key, Ed25519 or RSA of at least 2048 bits",
        r"(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/]{60,}={0,3}( [ -~]+)?",
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA platform",),
        longest=2_000,
        read=_read,
    ),
]
