"""What a region's stacks find of each other."""

import json

import pytest
from cdktf import TerraformOutput, TerraformStack

from backstay.aws.found import FoundKey, FoundNetwork
from backstay.aws.keys import Key
from backstay.aws.network import Network
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.terraform import Action, Outcome
from backstay.topology import NetworkSpec
from backstay.topology.keys import KeyUse
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES, REGION

HERE = {"region": REGION, "names": NAMES}


@pytest.mark.sandbox
def test_a_stack_finds_the_network_and_the_key_that_another_has_made(deployment: Deployment) -> None:
    def build(stack: TerraformStack, *, found: bool) -> None:
        uses = {KeyUse.DISKS, KeyUse.LOGS}
        key = Key(stack, "key", purpose="data", uses=uses, disposable=True, **HERE).outputs
        network = Network(stack, "network", spec=NetworkSpec(), key=key, disposable=True, **HERE).outputs
        TerraformOutput(stack, "made", value=told(network, key), static_id=True)
        if found:
            again = FoundNetwork(stack, "found-network", spec=NetworkSpec(), **HERE).outputs
            key = FoundKey(stack, "found-key", purpose="data", names=NAMES).outputs
            TerraformOutput(stack, "found", value=told(again, key), static_id=True)

    def told(network: NetworkOutputs, key: KeyOutputs) -> dict[str, object]:
        # jsii knows lists, and no tuples.
        lists = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(network).items()}
        return {**lists, "key": key.id, "alias": key.alias}

    for found in (False, True):
        deployment.synthesize(lambda stack, found=found: build(stack, found=found))
        applied = deployment.run(Action.APPLY)
        assert applied.outcome is Outcome.CHANGED, applied.errors
    outputs = json.loads((deployment.folder / "terraform.tfstate").read_text())["outputs"]
    assert outputs["found"]["value"] == outputs["made"]["value"]
    assert len(outputs["found"]["value"]["private_subnets"]) == 3
    assert deployment.run(Action.DESTROY).outcome is Outcome.CHANGED
