"""Directories of Terraform JSON, as they are found."""

import json
import os
from pathlib import Path

import pytest

from backstay.checks import StacksError, read
from backstay.checks.lines import lines
from tests.checks.example import stack, write

BUCKET = {"aws_s3_bucket.weights": {"bucket": "weights"}}


def test_every_directory_with_terraform_json_is_a_stack(tmp_path: Path) -> None:
    write(tmp_path, {"us": stack(BUCKET), "nested/eu": stack(BUCKET, region="eu-west-1")})
    (tmp_path / "notes").mkdir()
    found = {each.name: each.region for each in read(tmp_path).all}
    assert found == {"us": "us-east-1", "nested/eu": "eu-west-1"}


def test_the_directory_itself_may_be_the_stack(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text(json.dumps(stack(BUCKET)))
    assert [each.name for each in read(tmp_path).all] == [tmp_path.name]


def test_the_files_of_a_directory_are_one_stack(tmp_path: Path) -> None:
    (tmp_path / "a.tf.json").write_text(json.dumps(stack(BUCKET)))
    (tmp_path / "b.tf.json").write_text(json.dumps(stack({"aws_sqs_queue.requests": {}}, region=None)))
    (only,) = read(tmp_path).all
    assert sorted(only.by_address) == ["aws_s3_bucket.weights", "aws_sqs_queue.requests"]
    assert only.by_address["aws_sqs_queue.requests"].region == "us-east-1"


def test_what_terraform_has_fetched_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"us": stack(BUCKET), "us/.terraform/modules/x": stack({"aws_sqs_queue.of_a_module": {}})})
    assert [each.name for each in read(tmp_path).all] == ["us"]


def test_only_stacks_that_match_are_read(tmp_path: Path) -> None:
    write(tmp_path, {"production-us": stack(BUCKET), "staging-us": stack(BUCKET)})
    assert [each.name for each in read(tmp_path, matching=("production-*",)).all] == ["production-us"]


def test_an_override_file_replaces_arguments(tmp_path: Path) -> None:
    write(tmp_path, {"us": stack({"aws_s3_bucket.weights": {"bucket": "weights", "force_destroy": True}})})
    over = {"resource": {"aws_s3_bucket": {"weights": {"force_destroy": False}}}}
    (tmp_path / "us/sandbox_override.tf.json").write_text(json.dumps(over))
    (bucket,) = read(tmp_path).resources("aws_s3_bucket")
    assert bucket.body == {"bucket": "weights", "force_destroy": False}


def test_lists_of_blocks_and_comments_are_read_as_terraform_reads_them(tmp_path: Path) -> None:
    document = {"resource": [{"//": "ours", "aws_s3_bucket": [{"weights": [{"bucket": "weights", "tags": None}]}]}]}
    write(tmp_path, {"us": document})
    (bucket,) = read(tmp_path).resources("aws_s3_bucket")
    assert bucket.body == {"bucket": "weights"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"resource":\n  oops}', "us/main.tf.json:2: not valid JSON"),
        ("[]", "us/main.tf.json:1: Terraform JSON is one object, got list"),
        ("[" * 100_000, "us/main.tf.json: this cannot be Terraform JSON"),
        ('{"a": ' + "9" * 5_000 + "}", "us/main.tf.json: this cannot be Terraform JSON"),
        ('{"a": ' * 900 + "1" + "}" * 900, "us/main.tf.json: this cannot be Terraform JSON: it is nested more than"),
        ('{"a": ' + "[" * 900 + "]" * 900 + "}", "us/main.tf.json: this cannot be Terraform JSON: it is nested"),
    ],
)
def test_a_file_that_is_not_terraform_json_is_named(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "us").mkdir()
    (tmp_path / "us/main.tf.json").write_text(text)
    with pytest.raises(StacksError, match=problem):
        read(tmp_path)


def test_a_key_that_stands_twice_is_two_blocks(tmp_path: Path) -> None:
    twice = '{"resource": {"aws_s3_bucket": {"weights": {}}}, "resource": {"aws_s3_bucket": {"logs": {}}}}'
    (tmp_path / "main.tf.json").write_text(twice)
    assert [bucket.name for bucket in read(tmp_path).resources("aws_s3_bucket")] == ["weights", "logs"]


def test_a_linked_directory_is_a_stack_and_a_circle_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"us": stack(BUCKET)})
    folder = tmp_path / "stacks"
    folder.mkdir()
    (folder / "us").symlink_to(tmp_path / "elsewhere" / "us")
    (tmp_path / "elsewhere" / "us" / "circle").symlink_to(folder)
    assert [each.name for each in read(folder).all] == ["us"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "main.tf.json")
    with pytest.raises(StacksError, match=r"main\.tf\.json: this is not a file"):
        read(tmp_path)


def test_a_directory_that_cannot_be_listed_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"eu": stack(BUCKET), "us": stack(BUCKET)})
    scan = os.scandir

    def guarded(path: str) -> object:
        if str(path).endswith("eu"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    # Permissions do not stop those who run tests as root.
    monkeypatch.setattr(os, "scandir", guarded)
    with pytest.raises(StacksError, match="eu: the directory cannot be read: Permission denied"):
        read(tmp_path)


def test_every_bad_file_is_told_at_once(tmp_path: Path) -> None:
    for name in ("us", "eu"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf.json").write_text("{")
    with pytest.raises(StacksError) as told:
        read(tmp_path)
    assert len(told.value.problems) == 2


def test_a_file_of_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(StacksError, match="is not UTF-8 text"):
        read(tmp_path)


def test_a_directory_without_stacks_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(StacksError, match="run `backstay synth ENV`"):
        read(tmp_path)
    with pytest.raises(StacksError, match="there is no directory"):
        read(tmp_path / "nowhere")


def test_the_line_of_a_block_is_that_of_its_name(tmp_path: Path) -> None:
    document = {
        # The same words, where they mean nothing.
        "//": {"metadata": {"overrides": {"aws_s3_bucket": ["//"]}}},
        "output": {"weights": {"value": 'a "quoted" {brace}'}},
        "resource": {"aws_s3_bucket": {"logs": {"weights": {}}, "weights": {"bucket": "weights"}}},
    }
    file = write(tmp_path, {"us": document}) / "us/cdk.tf.json"
    line = lines(str(file))["resource", "aws_s3_bucket", "weights"]
    assert file.read_text().splitlines()[line - 1 : line + 1] == ['      "weights": {', '        "bucket": "weights"']
