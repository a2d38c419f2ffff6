import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backstay import environment_file
from backstay.environment_file import EnvironmentFileError, Problem
from backstay.topology import Environment
from backstay.topology.rules import RULES
from tests.topology.sample import TODAY

TEXT = """\
name: example
namespace: acme
mode: active-passive
aws: {account: "123456789012"}
service:
  host: llm.example.com
  zone: {name: example.com, id: Z0123456789EXAMPLE}
state: {backend: s3}
cluster:
  gpu_nodes: {desired: 3}
regions:
  primary:
    cloud: aws
    region: us-east-1
    status: active
    traffic: 100%
  secondary:
    cloud: aws
    region: eu-west-1
    status: standby
    traffic: 0%
    cluster: {gpu_nodes: {maximum: 9}}
monitoring: {emails: [oncall@example.com]}
"""


def told(text: str) -> list[str]:
    with pytest.raises(EnvironmentFileError) as refused:
        environment_file.parse(text, file="example.yaml", today=TODAY)
    return [str(problem) for problem in refused.value.problems]


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1
    return TEXT.replace(old, new, 1)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes | str], Path]:
    def write(content: bytes | str) -> Path:
        path = tmp_path / "example.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refusal(path: Path) -> Problem:
    with pytest.raises(EnvironmentFileError) as refused:
        environment_file.load(path, today=TODAY)
    assert len(refused.value.problems) == 1
    return refused.value.problems[0]


def test_a_good_file_becomes_its_environment(file: Callable[..., Path]) -> None:
    made = environment_file.load(file(TEXT), today=TODAY)
    assert isinstance(made, Environment)
    assert made.name == "example"
    assert made == environment_file.parse(TEXT, file="x", today=TODAY)


@pytest.mark.parametrize(
    "content",
    [TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT, TEXT.rstrip("\n"), "---\n" + TEXT, TEXT + "...\n"],
    ids=["CRLF", "byte order mark", "no last line end", "document start", "document end"],
)
def test_how_an_editor_saves_a_file_does_not_matter(file: Callable[..., Path], content: str) -> None:
    assert environment_file.load(file(content), today=TODAY).name == "example"


def test_lines_are_those_of_an_editor_whatever_ends_them() -> None:
    for newline in ("\n", "\r\n", "\r"):
        assert told(changed("traffic: 0%", "traffic: 10").replace("\n", newline))[0].startswith("example.yaml:21: ")


def test_bytes_that_are_not_utf_8_are_refused_with_their_line(file: Callable[..., Path]) -> None:
    problem = refusal(file(TEXT.encode().replace(b"acme", b"acm\xe9")))
    assert (problem.line, problem.message) == (2, "the file is not UTF-8 text (byte 0xE9); save it as UTF-8")


def test_a_file_in_utf_16_is_refused(file: Callable[..., Path]) -> None:
    assert "is not UTF-8 text (byte 0xFF)" in refusal(file(TEXT.encode("utf-16"))).message


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    problem = refusal(tmp_path / "absent.yaml")
    assert str(problem) == f"{tmp_path}/absent.yaml:1: the file cannot be read: No such file or directory"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).message == "this is not a file; name an environment's YAML file"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert refusal(tmp_path / "pipe.yaml").message == "this is not a file; name an environment's YAML file"


def test_a_link_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert "the file cannot be read" in refusal(tmp_path / "loop.yaml").message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(file: Callable[..., Path]) -> None:
    path = file(TEXT)
    path.chmod(0)
    assert refusal(path).message == "the file cannot be read: Permission denied"


def test_what_the_system_refuses_to_read_is_told(file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert refusal(file(TEXT)).message == "the file cannot be read: Permission denied"


def test_a_file_named_differently_is_refused_together_with_all_else(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(changed("traffic: 0%", "traffic: 10%"))
    with pytest.raises(EnvironmentFileError) as refused:
        environment_file.load(path, today=TODAY)
    assert [(problem.line, problem.message) for problem in refused.value.problems] == [
        (1, "the environment is named 'example' and its file 'other'; they must have the same name"),
        (
            21,
            "standby region 'secondary' has traffic 10%; it must be 0%, or its status active "
            "[standby-takes-no-traffic]",
        ),
    ]


def test_a_fault_that_regions_inherit_is_told_once_where_it_stands() -> None:
    assert told(changed("{desired: 3}", "{desired: three}")) == [
        "example.yaml:10: desired must be a whole number without quotes, got 'three'"
    ]


def test_a_fault_in_a_regions_override_is_told_at_the_region() -> None:
    assert told(changed("{maximum: 9}", "{maximum: nine}")) == [
        "example.yaml:22: maximum must be a whole number without quotes, got 'nine'"
    ]


def test_a_rule_broken_by_an_inherited_value_is_told_once_where_it_stands() -> None:
    assert told(changed("{desired: 3}", "{desired: 3, instance_type: p3.2xlarge}")) == [
        "example.yaml:10: GPU size 'p3.2xlarge' (V100) is retired; use 'g6.2xlarge' or newer [gpu-type-retired]"
    ]


def test_a_rule_broken_by_an_override_is_told_at_the_region() -> None:
    assert told(changed("{maximum: 9}", "{instance_type: p2.xlarge}")) == [
        "example.yaml:22: GPU size 'p2.xlarge' (K80) is retired; use 'g6.xlarge' or newer [gpu-type-retired]"
    ]


def test_what_only_the_override_contradicts_is_told_at_the_region() -> None:
    assert told(changed("{maximum: 9}", "{maximum: 2}")) == [
        "example.yaml:22: minimum 3, desired 3, maximum 2 are out of order; minimum <= desired <= maximum must hold"
    ]


def test_what_is_missing_in_an_inherited_section_is_told_there() -> None:
    text = changed("  gpu_nodes: {desired: 3}", "  public_api: {cidrs: [203.0.113.0/24]}\n  gpu_nodes: {desired: 3}")
    assert told(text) == ["example.yaml:10: 'reason' is missing; add it (Why the API is not private)"]


def test_a_number_in_an_inherited_section_is_shown_as_it_is_written() -> None:
    assert told(changed("cluster:\n", "cluster:\n  kubernetes_version: 1.30\n")) == [
        "example.yaml:10: kubernetes_version must be a Kubernetes version, like 1.35, got 1.30; put it in quotes"
    ]


def test_a_very_long_value_is_cut_where_it_is_shown() -> None:
    (problem,) = told(changed("namespace: acme", "namespace: " + "x" * 100_000))
    assert len(problem) < 200


def test_letters_that_look_like_others_are_named() -> None:
    assert told(changed("status: active", "status: \u0430ctive"))[0] == (
        "example.yaml:15: status must be 'active' or 'standby', got '\u0430ctive' (with U+0430); did you mean 'active'?"
    )


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("host: llm.example.com", "hst: llm.example.com", "region-known"),
        ("backend: s3", "backend: s33", "region-known"),
        ("region: us-east-1", "region: 7", "region-known"),
        ("cloud: aws\n    region: us-east-1", "cloud: aws\n    regoin: us-east-1", "region-known"),
        ("mode: active-passive", "mode: both", "traffic-sums-to-100"),
        ("{desired: 3}", "{desired: x}", "traffic-sums-to-100"),
        ("maximum: 9", "maximum: x", "traffic-sums-to-100"),
    ],
)
def test_a_broken_value_hides_no_rule_that_can_do_without_it(old: str, new: str, rule: str) -> None:
    text = changed(old, new).replace("region: eu-west-1", "region: eu-west-9").replace("traffic: 100%", "traffic: 90%")
    assert any(problem.endswith(f"[{rule}]") for problem in told(text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("traffic: 100%", "traffic: 100"),
        ("traffic: 100%", "trafic: 100%"),
        ("status: active", "status: on duty"),
        ("region: us-east-1", "region: [us-east-1]"),
        ("cloud: aws", "cloud: aws2"),
        ("{desired: 3}", "{desird: 0}"),
        ("mode: active-passive", "mode: active"),
        ('aws: {account: "123456789012"}', "aws: {acount: x}"),
        ("  primary:\n", "  primary: 1\n  third:\n"),
    ],
)
def test_a_broken_value_is_told_and_no_rule_that_needs_it(old: str, new: str) -> None:
    assert not [problem for problem in told(changed(old, new)) if any(f"[{rule}]" in problem for rule in RULES)]


def test_contradictions_are_told_beside_other_faults() -> None:
    text = changed("{desired: 3}", "{desired: 3, maximum: 2, purchase: free}")
    assert [problem.split(": ", 1)[1].split(" ")[0] for problem in told(text)] == ["minimum", "purchase"]


def test_a_waiver_that_cannot_be_read_lets_no_rule_speak_that_it_may_set_aside() -> None:
    waiver = "waivers:\n  - {rle: regions-apart, reason: accepted by the board, until: 2027-03-31}\nregions:\n"
    text = changed("regions:\n", waiver).replace("region: eu-west-1", "region: us-east-2")
    assert [problem.split(": ", 1)[1] for problem in told(text)] == [
        "'rule' is missing; add it (The rule's id, as errors print it)",
        "unknown key 'rle'; did you mean 'rule'?",
    ]


REGION = "cloud: aws, region: us-east-1, status: active, traffic: 1%"


@pytest.mark.parametrize(
    "text",
    [
        TEXT + "".join(f"  r{n}: {{{REGION}}}\n" for n in range(500)),
        TEXT + f"waivers: [{'1, ' * 10_000}]\n",
        TEXT + "".join(f"key{n}: 1\n" for n in range(3_000)),
        TEXT + "name: x\n" * 10_000,
        TEXT + f"x: {'y ' * 50_000}\n",
    ],
    ids=["regions", "waivers", "unknown keys", "duplicate keys", "words"],
)
@pytest.mark.timeout(120)
def test_a_large_file_comes_to_an_end(text: str) -> None:
    assert told(text)


def test_more_regions_than_any_cloud_has_are_refused() -> None:
    text = TEXT.rpartition("monitoring")[0] + "".join(f"  r{n}: {{{REGION}}}\n" for n in range(99))
    assert "example.yaml:11: regions has 101 entries; 100 are allowed" in told(text)


def test_problems_are_sorted_and_told_once() -> None:
    problems = [Problem("a.yaml", 3, "x"), Problem("a.yaml", 1, "y"), Problem("a.yaml", 3, "x")]
    assert EnvironmentFileError(problems).problems == (Problem("a.yaml", 1, "y"), Problem("a.yaml", 3, "x"))


def test_the_error_is_a_value_error_that_reads_like_its_problems() -> None:
    error: Any = EnvironmentFileError([Problem("a.yaml", 1, "y"), Problem("a.yaml", 3, "x")])
    assert isinstance(error, ValueError)
    assert str(error) == "a.yaml:1: y\na.yaml:3: x"
