"""Asking a region whether it serves, until the answer can be relied on."""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import HTTPSHandler, Request, build_opener

from backstay.pipeline.redirection import Stay

ANSWER_SECONDS = 6.0
"""Four seconds to connect and two to answer, as Route 53 has it:
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html"""

# What resolvers say of a name that does not exist, or that has no address.
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


@dataclass(frozen=True)
class Answer:
    """What came of asking once.

    Attributes:
        serves: whether the region serves.
        says: what it said, or why there is nothing.
        is_absent: whether the name that was asked for does not exist.
        is_final: whether asking again would change nothing.
    """

    serves: bool
    says: str
    is_absent: bool = False
    is_final: bool = False


@dataclass(frozen=True)
class Verdict:
    """What came of asking until the answer could be relied on.

    Attributes:
        serves: whether the region has served so many times in a row.
        answer: the last answer.
        asked: how often it was asked.
        seconds: how long that took.
    """

    serves: bool
    answer: Answer
    asked: int
    seconds: float


def ask(url: str, *, seconds: float = ANSWER_SECONDS, trust: ssl.SSLContext | None = None) -> Answer:
    """Ask an address once; it serves when it answers by itself with a success.

    Over TLS the certificate has to be one that clients accept for that name, though Route 53 does not look at it.

    Args:
        url: the address, `https` or `http`.
        seconds: how long to wait for a connection, and for an answer.
        trust: whose certificates count; by default what the machine trusts.
    """
    # Whoever answers a redirection may be another region.
    opener = build_opener(Stay, HTTPSHandler(context=trust or ssl.create_default_context()))
    request = Request(url, headers={"User-Agent": "backstay-health"})  # noqa: S310 - the environment's own address
    try:
        with opener.open(request, timeout=seconds) as answer:
            return Answer(serves=True, says=f"answered {answer.status}")
    except HTTPError as error:
        with error:
            where = f" to {error.headers['Location']}" if error.headers.get("Location") else ""
            return Answer(serves=False, says=f"answered {error.code}{where}")
    except URLError as error:
        return _unanswered(error.reason, seconds)
    except (OSError, HTTPException) as error:
        return _unanswered(error, seconds)


def until_settled(
    question: Callable[[], Answer],
    *,
    threshold: int,
    interval: float,
    patience: float,
    sleep: Callable[[float], object] = time.sleep,
) -> Verdict:
    """Ask every `interval` seconds until `threshold` answers in a row are good.

    A bad one is the last one when `patience` seconds have passed, or when it is final.

    Args:
        question: asks once.
        threshold: how many good answers in a row it takes.
        interval: from one question to the next, in seconds.
        patience: how long a region may take to serve, in seconds; with 0, the first bad answer decides.
        sleep: waits for so many seconds, or for less when it is interrupted.
    """
    started = time.monotonic()
    asked = in_a_row = 0
    while True:
        at = time.monotonic()
        answer = question()
        asked += 1
        in_a_row = in_a_row + 1 if answer.serves else 0
        now = time.monotonic()
        is_over = not answer.serves and (now - started >= patience or answer.is_final)
        if in_a_row >= threshold or is_over:
            return Verdict(in_a_row >= threshold, answer, asked, now - started)
        sleep(max(0.0, interval - (now - at)))


def _unanswered(error: object, seconds: float) -> Answer:
    if isinstance(error, socket.gaierror) and error.errno in _NO_SUCH_NAME:
        return Answer(serves=False, says="its name does not exist", is_absent=True)
    if isinstance(error, TimeoutError):
        return Answer(serves=False, says=f"did not answer within {seconds:g} s")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Answer(serves=False, says=f"showed a certificate that clients refuse: {error.verify_message}")
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    return Answer(serves=False, says=f"did not answer: {said}")
