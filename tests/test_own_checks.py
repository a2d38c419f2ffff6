"""The policy checks of our own: every stack passes them, and each refuses what it is for."""

import copy
import importlib.util
import json
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from backstay.topology import Cloud, Environment
from tests.synthesis import ENVIRONMENTS, PROJECT, Document, documents, environment, synthesize

TO_ALL = json.dumps({"Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"AWS": "*"}}]})
DEFAULT_ACCOUNT = "123456789012-compute@developer.gserviceaccount.com"
ABSENT = object()

TEMPLATE, POOL = "google_compute_region_instance_template", "google_container_node_pool"
SCALE_SET = "azurerm_linux_virtual_machine_scale_set"

# Each check, and what it must not let pass: resources of a type with bad values at the paths of arguments.
BAD: list[tuple[str, str, dict[str, Any]]] = [
    ("BACKSTAY_AWS_1", "aws_launch_template", {"block_device_mappings.0.ebs.encrypted": "false"}),
    ("BACKSTAY_AWS_1", "aws_launch_template", {"block_device_mappings.0.ebs.encrypted": ABSENT}),
    ("BACKSTAY_AWS_2", "aws_kms_key", {"policy": TO_ALL}),
    ("BACKSTAY_AWS_2", "aws_kms_key", {"policy": TO_ALL.replace('{"AWS": "*"}', '"*"')}),
    ("BACKSTAY_AWS_3", "aws_iam_role_policy", {"policy": "${data.aws_iam_policy_document.everything.json}"}),
    ("BACKSTAY_AZURE_1", "azurerm_storage_account", {"https_traffic_only_enabled": False}),
    ("BACKSTAY_AZURE_2", "azurerm_storage_account", {"cross_tenant_replication_enabled": True}),
    ("BACKSTAY_AZURE_3", "azurerm_key_vault", {"rbac_authorization_enabled": False}),
    ("BACKSTAY_AZURE_4", "azurerm_network_security_rule", {"source_address_prefixes": ["10.0.0.0/8", "0.0.0.0/0"]}),
    ("BACKSTAY_AZURE_5", "azurerm_linux_virtual_machine", {"encryption_at_host_enabled": ABSENT}),
    ("BACKSTAY_AZURE_6", SCALE_SET, {"os_disk.disk_encryption_set_id": ABSENT}),
    ("BACKSTAY_AZURE_7", SCALE_SET, {"network_interface.0.ip_configuration.0.public_ip_address": [{"name": "way-in"}]}),
    ("BACKSTAY_AZURE_8", SCALE_SET, {"network_interface.0.network_security_group_id": ABSENT}),
    ("BACKSTAY_AZURE_9", SCALE_SET, {"network_interface.0.enable_ip_forwarding": True}),
    ("BACKSTAY_AZURE_9", "azurerm_network_interface", {"ip_forwarding_enabled": True}),
    ("BACKSTAY_AZURE_10", "azurerm_kubernetes_cluster_node_pool", {"node_public_ip_enabled": True}),
    ("BACKSTAY_AZURE_11", "azurerm_kubernetes_cluster", {"azure_active_directory_role_based_access_control": ABSENT}),
    ("BACKSTAY_AZURE_12", "azurerm_kubernetes_cluster", {"key_management_service": ABSENT}),
    ("BACKSTAY_AZURE_13", "azurerm_kubernetes_cluster", {"workload_identity_enabled": False}),
    ("BACKSTAY_AZURE_14", "azurerm_log_analytics_workspace", {"local_authentication_enabled": ABSENT}),
    ("BACKSTAY_AZURE_15", "azurerm_disk_encryption_set", {"auto_key_rotation_enabled": False}),
    ("BACKSTAY_AZURE_16", "azurerm_role_assignment", {"role_definition_name": "Owner"}),
    ("BACKSTAY_AZURE_16", "azurerm_role_assignment", {"role_definition_name": "User Access Administrator"}),
    ("BACKSTAY_GCP_1", TEMPLATE, {"shielded_instance_config.enable_secure_boot": False}),
    ("BACKSTAY_GCP_1", "google_compute_instance", {"shielded_instance_config.enable_vtpm": False}),
    ("BACKSTAY_GCP_2", TEMPLATE, {"network_interface.0.access_config": [{"nat_ip": "198.51.100.7"}]}),
    ("BACKSTAY_GCP_3", "google_compute_instance", {"service_account": ABSENT}),
    ("BACKSTAY_GCP_3", TEMPLATE, {"service_account.email": DEFAULT_ACCOUNT}),
    ("BACKSTAY_GCP_3", POOL, {"node_config.service_account": ABSENT}),
    ("BACKSTAY_GCP_4", TEMPLATE, {"metadata.enable-oslogin": "FALSE"}),
    ("BACKSTAY_GCP_4", TEMPLATE, {"metadata.block-project-ssh-keys": ABSENT}),
    ("BACKSTAY_GCP_5", TEMPLATE, {"metadata.serial-port-enable": "true"}),
    ("BACKSTAY_GCP_5", TEMPLATE, {"can_ip_forward": True}),
    ("BACKSTAY_GCP_6", TEMPLATE, {"disk.0.disk_encryption_key": ABSENT}),
    ("BACKSTAY_GCP_6", POOL, {"node_config.boot_disk_kms_key": ABSENT}),
    ("BACKSTAY_GCP_7", "google_container_cluster", {"private_cluster_config.enable_private_nodes": False}),
    ("BACKSTAY_GCP_8", POOL, {"network_config": {"enable_private_nodes": False}}),
    ("BACKSTAY_GCP_9", "google_container_cluster", {"workload_identity_config": ABSENT}),
    ("BACKSTAY_GCP_10", "google_container_cluster", {"database_encryption.state": "DECRYPTED"}),
    ("BACKSTAY_GCP_11", POOL, {"node_config.kubelet_config.insecure_kubelet_readonly_port_enabled": "TRUE"}),
    ("BACKSTAY_GCP_12", "google_compute_region_ssl_policy", {"min_tls_version": "TLS_1_0"}),
    ("BACKSTAY_GCP_12", "google_compute_region_ssl_policy", {"profile": "COMPATIBLE"}),
    ("BACKSTAY_GCP_13", "google_compute_region_target_https_proxy", {"ssl_policy": ABSENT}),
    ("BACKSTAY_GCP_14", "google_project_iam_member", {"member": "allUsers"}),
    ("BACKSTAY_GCP_15", "google_storage_bucket", {"encryption": ABSENT}),
    ("BACKSTAY_GCP_16", "google_compute_firewall", {"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "tcp"}]}),
    ("BACKSTAY_GCP_17", "google_logging_project_bucket_config", {"cmek_settings": ABSENT}),
]


def _load() -> ModuleType:
    found = importlib.util.spec_from_file_location("own_checks", PROJECT / ".ci" / "own_checks.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


own_checks = _load()


@cache
def everything() -> dict[str, dict[str, Any]]:
    """All resources of an environment that has one of each kind of thing, on every cloud."""
    given = environment("multicloud").model_dump(mode="json", exclude_unset=True)
    machines = {"ssh_public_key": given["fleet"]["ssh_public_key"]}
    regions = {role: region | {"instances": machines} for role, region in given["regions"].items()}
    whole = Environment.model_validate(given | {"regions": regions})
    assert {region.cloud for region in whole.regions.values()} == set(Cloud)
    with tempfile.TemporaryDirectory() as folder:
        stacks = synthesize(whole, Path(folder))
    types: dict[str, dict[str, Any]] = {}
    for stack, document in stacks.items():
        for type_, named in document.get("resource", {}).items():
            types.setdefault(type_, {}).update({f"{stack}/{name}": body for name, body in named.items()})
    return types


def failed(document: Document) -> set[tuple[str, str]]:
    """The checks that resources of a document fail, and which resources do."""
    return {(check.id, f"{type_}.{name}") for check, type_, name, holds in own_checks.results(document) if not holds}


def spoiled(type_: str, changes: dict[str, Any]) -> Document:
    """A document with the resources of a type that have room for some bad values, and have them."""
    made = {}
    for name, given in everything()[type_].items():
        body = copy.deepcopy(given)
        with suppress(LookupError):
            for path, value in changes.items():
                put(body, path, value)
            made[name] = body
    assert made, f"no {type_} has a place for {', '.join(changes)}"
    return {"resource": {type_: made}}


def put(body: Any, path: str, value: Any) -> None:
    *above, last = path.split(".")
    for key in above:
        body = body[int(key) if isinstance(body, list) else key]
    if value is ABSENT:
        del body[last]
    else:
        body[last] = value


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_stack_passes(name: str) -> None:
    for document in documents(name).values():
        assert failed(document) == set()


def test_all_that_is_checked_is_there_and_passes() -> None:
    checked = {type_ for check in own_checks.CHECKS for type_ in check.types}
    not_made = {
        "aws_iam_policy",
        "google_secret_manager_secret_iam_member",
        "google_storage_bucket_iam_member",
        "google_service_account_iam_member",
    }
    assert checked - not_made <= set(everything())
    assert failed({"resource": everything()}) == set()


@pytest.mark.parametrize(("id_", "type_", "changes"), BAD, ids=[f"{id_}-{'-'.join(it)}" for id_, _, it in BAD])
def test_what_is_bad_is_refused(id_: str, type_: str, changes: dict[str, Any]) -> None:
    assert id_ in {check for check, _ in failed(spoiled(type_, changes))}


def test_every_check_refuses_something() -> None:
    assert {check.id for check in own_checks.CHECKS} == {id_ for id_, _, _ in BAD}


def test_every_check_has_an_id_of_its_own() -> None:
    ids = [check.id for check in own_checks.CHECKS]
    assert len(set(ids)) == len(ids)
