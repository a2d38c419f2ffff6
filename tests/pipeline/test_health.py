"""Asking regions on loopback whether they serve."""

import importlib.util
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backstay.pipeline.health import Answer, ask, until_settled
from tests.conftest import require
from tests.pipeline.health_server import SECONDS, SILENT, serving, write_certificate


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")


@pytest.mark.parametrize("status", [200, 204])
def test_a_success_serves(status: int) -> None:
    with serving(status) as region:
        assert ask(region.url) == Answer(serves=True, says=f"answered {status}")
        assert region.asked == ["/health"]


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_does_not_serve(status: int) -> None:
    with serving(status) as region:
        assert ask(region.url) == Answer(serves=False, says=f"answered {status}")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_is_not_followed_and_does_not_serve(status: int) -> None:
    with serving(status, 200) as region:
        answer = ask(region.url)
        assert not answer.serves
        assert answer.says == f"answered {status} to {region.url.replace('/health', '/elsewhere')}"
        assert region.asked == ["/health"]


def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    with serving(SILENT) as region:
        assert ask(region.url, seconds=SECONDS) == Answer(serves=False, says="did not answer within 0.3 s")


def test_nothing_that_listens_does_not_serve() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        answer = ask(f"http://127.0.0.1:{held.getsockname()[1]}/health")
    assert answer == Answer(serves=False, says="did not answer: Connection refused")


def test_something_that_does_not_speak_http_does_not_serve() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(10)
        port = other.getsockname()[1]

        def hang_up() -> None:
            connection, _ = other.accept()
            with connection:
                connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n")

        from threading import Thread

        thread = Thread(target=hang_up)
        thread.start()
        answer = ask(f"http://127.0.0.1:{port}/health")
        thread.join()
    assert not answer.serves
    assert answer.says.startswith("did not answer: ")


def test_a_name_that_does_not_exist_is_told_from_one_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    answer = ask("https://us-east-1.llm.example.com/health")
    assert answer == Answer(serves=False, says="its name does not exist", is_absent=True)


def test_a_resolver_that_fails_says_nothing_about_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert not ask("https://us-east-1.llm.example.com/health").is_absent


class TestCertificates:
    """Over TLS."""

    @pytest.fixture(autouse=True)
    def cryptography(self) -> None:
        require(importlib.util.find_spec("cryptography"), "no cryptography to make certificates with")

    def test_one_that_is_trusted_serves(self, tmp_path: Path) -> None:
        certificate = write_certificate(tmp_path / "region.pem", address="127.0.0.1")
        with serving(200, certificate=certificate) as region:
            trust = ssl.create_default_context(cafile=str(certificate))
            assert ask(region.url, trust=trust) == Answer(serves=True, says="answered 200")

    def test_one_that_nobody_vouches_for_does_not(self, tmp_path: Path) -> None:
        with serving(200, certificate=write_certificate(tmp_path / "region.pem", address="127.0.0.1")) as region:
            answer = ask(region.url)
        assert answer == Answer(False, "showed a certificate that clients refuse: self-signed certificate")

    @pytest.mark.parametrize(
        ("address", "days", "why"), [("127.0.0.2", 1, "not valid for"), ("127.0.0.1", -1, "expired")]
    )
    def test_one_for_another_name_or_time_does_not(self, tmp_path: Path, address: str, days: int, why: str) -> None:
        certificate = write_certificate(tmp_path / "region.pem", address=address, days=days)
        with serving(200, certificate=certificate) as region:
            answer = ask(region.url, trust=ssl.create_default_context(cafile=str(certificate)))
        assert not answer.serves
        assert answer.says.startswith("showed a certificate that clients refuse: ")
        assert why in answer.says


def script(*serves: bool) -> Callable[[], Answer]:
    answers = iter(serves)
    return lambda: Answer(next(answers), "as the test says")


def test_it_takes_so_many_good_answers_in_a_row() -> None:
    with serving(500, 200, 200, 500, 200, 200, 200) as region:
        verdict = until_settled(lambda: ask(region.url), threshold=3, interval=0.01, patience=60)
    assert (verdict.serves, verdict.asked) == (True, 7)


def test_one_that_goes_up_and_down_is_given_up_when_patience_is() -> None:
    with serving(*[200, 500] * 1000) as region:
        verdict = until_settled(lambda: ask(region.url), threshold=2, interval=0.01, patience=0.3)
    assert not verdict.serves
    assert verdict.answer.says == "answered 500"
    assert 0.3 <= verdict.seconds < 5


def test_good_answers_are_counted_to_the_end_though_patience_has_ended() -> None:
    verdict = until_settled(script(True, True, True), threshold=3, interval=0.02, patience=0)
    assert (verdict.serves, verdict.asked) == (True, 3)


def test_without_patience_the_first_bad_answer_decides() -> None:
    verdict = until_settled(script(True, False), threshold=3, interval=0, patience=0)
    assert (verdict.serves, verdict.asked) == (False, 2)


def test_what_waiting_does_not_change_is_not_waited_for() -> None:
    def question() -> Answer:
        return Answer(serves=False, says="not allowed", is_final=True)

    verdict = until_settled(question, threshold=1, interval=60, patience=3600)
    assert (verdict.serves, verdict.asked) == (False, 1)


def test_the_time_that_an_answer_takes_is_part_of_the_interval() -> None:
    def slow() -> Answer:
        time.sleep(0.1)
        return Answer(True, "at last")

    verdict = until_settled(slow, threshold=3, interval=0.1, patience=0)
    assert verdict.seconds < 0.45
