"""The embedded cloud's server: moto behind the gateway, on loopback, in a process of its own."""

from __future__ import annotations

import argparse
import fcntl
import json
import logging
import os
import signal
import socket
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

LOOPBACK = "127.0.0.1"

_MOTO_SETTINGS = {
    # AWS's own policies, without which attaching one fails.
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    # Seconds until a certificate is issued; moto's default is 60.
    "MOTO_ACM_VALIDATION_WAIT": "0",
    # Pages in a browser have no business here.
    "MOTO_DISABLE_GLOBAL_CORS": "true",
}


def serve(*, port: int, ready_file: Path, as_it_comes: bool = False) -> None:
    """Serve until the process is told to end.

    `port` 0 lets the operating system choose. Once requests are answered, `ready_file` holds the process
    id, the port and a random identity as JSON; it stays locked for as long as this process lives.
    `as_it_comes` leaves out corrections and stand-ins, to show what moto does by itself.

    Raises BlockingIOError when another process holds `ready_file`.
    """
    held = _hold(ready_file)
    listener = socket.create_server((LOOPBACK, port), backlog=128)
    port = listener.getsockname()[1]
    # moto reads these while it is imported.
    os.environ.update(_MOTO_SETTINGS, MOTO_PORT=str(port))
    identity = uuid.uuid4().hex
    application = build(identity, as_it_comes=as_it_comes)

    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class WholeAnswers(MotoRequestHandler):
        """Sends head and body of an answer together.

        The AWS SDK for Go, on a busy machine, hangs up on one answer in some hundred whose body comes after its head,
        and sends the request again (seen on the wire, with AWS provider 5.100).
        """

        wbufsize = 1 << 20

    server = make_server(
        LOOPBACK,
        port,
        application,
        threaded=True,
        request_handler=WholeAnswers,
        fd=listener.fileno(),
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the gateway writes a line per request
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    held.write(json.dumps({"pid": os.getpid(), "port": port, "identity": identity}))
    held.flush()
    server.serve_forever()


def _hold(ready_file: Path) -> TextIO:
    """Lock the file for this process's life; a glance at it by another process locks it for a moment."""
    held = ready_file.open("a+")
    for wait_seconds in (0.1, 0.2, 0.4, 0.8, 0):
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait_seconds:
                raise
            time.sleep(wait_seconds)
        else:
            break
    held.truncate(0)
    return held


def build(identity: str, *, as_it_comes: bool = False) -> WSGIApplication:
    """The embedded cloud as a WSGI application, corrected unless it is wanted as it comes."""
    from moto.moto_api._internal.models import moto_api_backend
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from backstay.sandbox import accounts, corrections, stand_ins
    from backstay.sandbox.control import Control
    from backstay.sandbox.gateway import Gateway
    from backstay.sandbox.outage import Outages
    from backstay.sandbox.pace import Pace
    from backstay.sandbox.stand_ins.routing import StandIns
    from backstay.sandbox.stand_ins.state import State
    from backstay.sandbox.usage import Usage

    accounts.recognise_access_keys()
    if not as_it_comes:
        for correction in corrections.load():
            correction.apply()
    stood_in = StandIns(() if as_it_comes else stand_ins.services())
    outages, pace, usage = Outages(), Pace(), Usage()
    pace.govern()

    def reset() -> None:
        moto_api_backend.reset()
        State.forget_all()

    return Gateway(
        DomainDispatcherApplication(create_backend_app),
        stand_ins=stood_in,
        outages=outages,
        usage=usage,
        control=Control(identity=identity, outages=outages, pace=pace, usage=usage, reset=reset),
    )


def main() -> int:
    """Run the server from the command line."""
    parser = argparse.ArgumentParser(prog="python -m backstay.sandbox.emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: the operating system chooses")
    parser.add_argument("--ready-file", type=Path, required=True, help="where to report process and port")
    parser.add_argument("--as-it-comes", action="store_true", help="moto without corrections and stand-ins")
    given = parser.parse_args()
    try:
        serve(port=given.port, ready_file=given.ready_file, as_it_comes=given.as_it_comes)
    except BlockingIOError:
        sys.stderr.write(f"another emulator holds {given.ready_file}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
