"""Recognizing a directory of providers."""

from pathlib import Path

import pytest

from backstay.terraform import ProviderMirrorError, mirror

AWS = "registry.terraform.io/hashicorp/aws"


@pytest.fixture(autouse=True)
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")


def add(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_unpacked_providers_are_found(tmp_path: Path) -> None:
    add(tmp_path / AWS / "5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5")
    assert mirror.read(tmp_path, "--provider-mirror").providers == {AWS: ("5.100.0",)}


def test_packed_providers_are_found(tmp_path: Path) -> None:
    add(tmp_path / AWS / "terraform-provider-aws_5.100.0_linux_amd64.zip")
    add(tmp_path / AWS / "terraform-provider-aws_6.25.0_linux_amd64.zip")
    assert mirror.read(tmp_path, "--provider-mirror").providers == {AWS: ("5.100.0", "6.25.0")}


def test_a_mirror_for_other_machines_is_refused(tmp_path: Path) -> None:
    add(tmp_path / AWS / "5.100.0/darwin_arm64/terraform-provider-aws_v5.100.0_x5")
    add(tmp_path / AWS / "terraform-provider-aws_5.100.0_windows_amd64.zip")
    with pytest.raises(ProviderMirrorError, match="holds no provider for linux_amd64; expected <host>/<namespace>"):
        mirror.read(tmp_path, "--provider-mirror")


def test_one_level_too_deep_is_refused(tmp_path: Path) -> None:
    add(tmp_path / AWS / "5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5")
    with pytest.raises(ProviderMirrorError, match="holds no provider"):
        mirror.read(tmp_path / "registry.terraform.io", "--provider-mirror")


def test_a_directory_that_is_not_there_is_named_with_where_it_came_from(tmp_path: Path) -> None:
    with pytest.raises(ProviderMirrorError, match=r"^BACKSTAY_PROVIDER_MIRROR: .*absent is not a directory"):
        mirror.find(None, {"BACKSTAY_PROVIDER_MIRROR": str(tmp_path / "absent")})


def test_the_command_line_comes_before_the_environment(tmp_path: Path) -> None:
    add(tmp_path / AWS / "5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5")
    found = mirror.find(tmp_path, {"BACKSTAY_PROVIDER_MIRROR": str(tmp_path / "absent")})
    assert found is not None
    assert found.directory == tmp_path


def test_without_a_name_there_is_no_mirror() -> None:
    assert mirror.find(None, {}) is None
