"""A region on loopback, whose health answers as a test wants it."""

import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

SILENT = 0
"""In place of a status: wait for longer than anybody does who asks."""

SECONDS = 0.3
"""How long the tests wait for an answer."""


class Region:
    """Answers with one status after the other, the last one for ever, and remembers which paths were asked for."""

    def __init__(self, port: int, statuses: Sequence[int], scheme: str) -> None:
        self.url = f"{scheme}://127.0.0.1:{port}/health"
        self.template = f"{scheme}://127.0.0.1:{port}/{{region}}{{path}}"
        self.asked: list[str] = []
        self.statuses = list(statuses)

    def status(self, path: str) -> int:
        self.asked.append(path)
        return self.statuses[min(len(self.asked), len(self.statuses)) - 1]


@contextmanager
def serving(*statuses: int, certificate: Path | None = None) -> Iterator[Region]:
    """Serve for as long as the block runs, over TLS where there is a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = region.status(self.path)
            if status == SILENT:
                time.sleep(3 * SECONDS)
                return
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", region.url.replace("/health", "/elsewhere"))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            listener.socket = context.wrap_socket(listener.socket, server_side=True)
        region = Region(listener.server_port, statuses, "https" if certificate else "http")
        thread = Thread(target=listener.serve_forever, daemon=True)
        thread.start()
        try:
            yield region
        finally:
            listener.shutdown()
            thread.join()


def write_certificate(path: Path, *, address: str, days: int = 1) -> Path:
    """Write a key, and a certificate by itself for an address; with negative days, one that has ended."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "region")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
