"""The embedded cloud's server, asked byte by byte."""

import re
import socket

from backstay.sandbox import Sandbox

ASK = b"Action=GetCallerIdentity&Version=2011-06-15"
SIGNED = "AWS4-HMAC-SHA256 Credential=AKIA1/20261124/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=0"


def first_piece(sandbox: Sandbox, method: str = "POST") -> bytes:
    """What comes first of an answer."""
    head = [
        f"{method} / HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: {SIGNED}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(ASK)}",
    ]
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + ASK)
        return connection.recv(65_536)


def test_head_and_body_of_an_answer_come_together(sandbox: Sandbox) -> None:
    # A server that sends them one after the other has sent but the head at the first look, nearly always.
    for _ in range(20):
        head, _, body = first_piece(sandbox).partition(b"\r\n\r\n")
        length = re.search(rb"(?i)^content-length: (\d+)", head, re.MULTILINE)
        assert length, head
        assert len(body) == int(length[1]) > 0


def test_whoever_asks_for_the_head_gets_no_body(sandbox: Sandbox) -> None:
    head, _, body = first_piece(sandbox, "HEAD").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 ")
    assert body == b""
