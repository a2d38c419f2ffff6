"""A server on loopback that answers as GitHub would, from a script, and remembers what it was asked."""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Answer:
    """What to say once; without a status, the connection is closed instead."""

    status: int | None = 200
    document: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    document: Any
    headers: dict[str, str]


class GitHubServer:
    """Gives the answers one after the other, the last one for ever."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: deque[Answer] = deque([Answer()])
        self.asked: list[Asked] = []

    def will_say(self, *answers: Answer) -> None:
        self.answers = deque(answers)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answers.popleft() if len(self.answers) > 1 else self.answers[0]


@contextmanager
def serving() -> Iterator[GitHubServer]:
    """Run a server for as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            document = json.loads(self.rfile.read(size)) if size else None
            answer = server.answer(Asked(self.command, self.path, document, dict(self.headers)))
            if answer.status is None:
                self.close_connection = True
                return
            body = answer.document if isinstance(answer.document, bytes) else json.dumps(answer.document).encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = handle_any  # noqa: N815 - http.server looks for these names

        def log_message(self, format: str, *args: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        server = GitHubServer(f"http://127.0.0.1:{listener.server_port}")
        thread = Thread(target=listener.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
