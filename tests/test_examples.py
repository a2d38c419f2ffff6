import json
import os
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_one_loop_builds_the_same_cluster_on_each_cloud(tmp_path: Path) -> None:
    variables = {**os.environ, "CDKTF_OUTDIR": str(tmp_path)}
    command = [sys.executable, str(EXAMPLES / "each_cloud" / "main.py")]
    subprocess.run(command, env=variables, cwd=tmp_path, check=True, timeout=300)
    made = {
        kind
        for file in tmp_path.glob("stacks/*/cdk.tf.json")
        for kind in json.loads(file.read_text())["resource"]
        if kind.endswith(("eks_cluster", "kubernetes_cluster", "container_cluster"))
    }
    assert made == {"aws_eks_cluster", "azurerm_kubernetes_cluster", "google_container_cluster"}
