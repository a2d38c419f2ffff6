"""The lazy loader, mostly in fresh interpreters: what it changes happens at import time, once per process."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from backstay import fast_jsii
from backstay.node import UnsupportedNodeError, find_node

KUBERNETES = "cdktf_cdktf_provider_kubernetes"


def python(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter, from a folder that is not the checkout."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"JSII_NODE", "NODE_OPTIONS", fast_jsii.SWITCH, "JSII_RUNTIME_PACKAGE_CACHE"}
    }
    return subprocess.run(
        [sys.executable, "-c", dedent(code)],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def printed(code: str, folder: Path, **environment: str) -> str:
    """What the code prints, when it succeeds."""
    run = python(code, folder, **environment)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def script(path: Path, text: str) -> Path:
    """An executable shell script."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


APP = """
import os, sys
if os.environ["FAST"] == "yes":
    from backstay import fast_jsii
    fast_jsii.install()

import cdktf_cdktf_provider_aws as aws
from cdktf import App, Fn, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws import eks_cluster
from cdktf_cdktf_provider_aws.data_aws_availability_zones import DataAwsAvailabilityZones
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket, S3BucketCorsRule
from cdktf_cdktf_provider_aws.wafv2_web_acl import *
from cdktf_cdktf_provider_kubernetes.namespace_v1 import NamespaceV1, NamespaceV1Metadata
from cdktf_cdktf_provider_kubernetes.provider import KubernetesProvider

app = App()
network, cluster = TerraformStack(app, "network"), TerraformStack(app, "cluster")
for stack in (network, cluster):
    AwsProvider(stack, "aws", region="eu-west-1")
zones = DataAwsAvailabilityZones(network, "zones", state="available")
subnet = aws.subnet.Subnet(network, "subnet", vpc_id="vpc-1", availability_zone=Fn.element(zones.names, 0))
cors = [S3BucketCorsRule(allowed_methods=["GET", "PUT"], allowed_origins=["*"])]
bucket = S3Bucket(network, "bucket", bucket="weights", cors_rule=cors, force_destroy=False)
bucket.add_override("object_lock_enabled", True)
eks = eks_cluster.EksCluster(
    cluster, "eks", name="gpu", role_arn=bucket.arn,
    vpc_config=eks_cluster.EksClusterVpcConfig(subnet_ids=[subnet.id, subnet.id]),
)
TerraformOutput(cluster, "authority", value=eks.certificate_authority.get(0).data)
S3Bucket.generate_config_for_import(cluster, "imported", "a-bucket")
KubernetesProvider(cluster, "kubernetes", host=eks.endpoint)
NamespaceV1(cluster, "namespace", metadata=NamespaceV1Metadata(name="llm"))
app.synth()
print(len([name for name in sys.modules if name.startswith("cdktf_cdktf_provider_aws.")]))
"""


def test_synthesized_files_are_the_same_to_the_byte_with_and_without_it(tmp_path: Path) -> None:
    synthesized: dict[str, dict[str, bytes]] = {}
    modules: dict[str, int] = {}
    for fast in ("yes", "no"):
        out = tmp_path / fast
        modules[fast] = int(printed(APP, tmp_path, FAST=fast, CDKTF_OUTDIR=str(out)))
        documents = (path for path in out.rglob("*") if path.is_file())
        synthesized[fast] = {str(path.relative_to(out)): path.read_bytes() for path in documents}
    assert modules["yes"] < 20 < 2000 < modules["no"]
    assert "stacks/cluster/cdk.tf.json" in synthesized["no"]
    assert synthesized["yes"] == synthesized["no"]


def test_installing_imports_neither_jsii_nor_constructs(tmp_path: Path) -> None:
    code = """
        import sys
        from backstay import fast_jsii
        fast_jsii.install()
        print(sorted({"jsii", "constructs", "cdktf"} & set(sys.modules)))
    """
    assert printed(code, tmp_path) == "[]"


def test_installing_twice_is_installing_once(tmp_path: Path) -> None:
    code = """
        import sys, warnings
        warnings.simplefilter("error")
        from backstay import fast_jsii
        fast_jsii.install()
        once = list(sys.meta_path)
        fast_jsii.install()
        assert sys.meta_path == once
        import constructs
        fast_jsii.install()
        print(*(type(finder).__module__ for finder in sys.meta_path))
    """
    assert printed(code, tmp_path).split().count("backstay.fast_jsii.loaders") == 3


@pytest.mark.parametrize("options", [None, "--no-deprecation"])
def test_environment_is_the_callers_again_after_node_has_started(tmp_path: Path, options: str | None) -> None:
    code = """
        import os
        from backstay import fast_jsii
        before = dict(os.environ)
        fast_jsii.install()
        assert dict(os.environ) == before
        import cdktf
        print(dict(os.environ) == before)
    """
    environment = {} if options is None else {"NODE_OPTIONS": options}
    assert printed(code, tmp_path, **environment) == "True"


def test_environment_is_restored_when_node_fails_to_start(tmp_path: Path) -> None:
    code = """
        import os
        from backstay import fast_jsii
        fast_jsii.install()
        before = dict(os.environ)
        try:
            import constructs
        except Exception:
            print(dict(os.environ) == before)
    """
    assert printed(code, tmp_path, NODE_OPTIONS="--no-such-option") == "True"


# The user's own preload: on exit, each Node process says which modules of the provider it has loaded.
NODE_WITNESS = """
process.on("exit", () => {
  const loaded = Object.keys(require.cache).filter((path) => /provider-kubernetes.lib.[^/]+.index.js$/.test(path));
  require("node:fs").writeFileSync(`${__dirname}/witness-${process.pid}`, loaded.join("\\n"));
});
"""
LOOK = f"""
from backstay import fast_jsii
fast_jsii.install()

import importlib.resources, inspect, json, pkgutil
import {KUBERNETES} as package
from cdktf import App, TerraformStack
from {KUBERNETES}.namespace_v1 import NamespaceV1, NamespaceV1Metadata

NamespaceV1(TerraformStack(App(), "stack"), "namespace", metadata=NamespaceV1Metadata(name="llm"))
print(json.dumps({{
    "dir": dir(package),
    "all": package.__all__,
    "doc": package.__doc__,
    "file": package.__file__,
    "path": list(package.__path__),
    "name": [package.__name__, package.__package__, package.__spec__.name],
    "version": hasattr(package, "__version__"),
    "resource": importlib.resources.files(package).joinpath("py.typed").is_file(),
    "modules": sorted(found.name for found in pkgutil.iter_modules(package.__path__)),
    "source": inspect.getsource(package),
}}))
"""


@dataclass(frozen=True)
class Look:
    """A provider package of 109 modules, in a process that uses one of them."""

    python: dict[str, Any]
    node_processes: int
    modules_in_node: int


def look(folder: Path, **environment: str) -> Look:
    witness = folder / "witness.cjs"
    witness.write_text(NODE_WITNESS)
    seen = json.loads(printed(LOOK, folder, NODE_OPTIONS=f"--require {witness}", **environment))
    reports = [path.read_text().splitlines() for path in folder.glob("witness-*")]
    assert reports, "the user's own NODE_OPTIONS did not reach Node"
    return Look(python=seen, node_processes=len(reports), modules_in_node=max(map(len, reports)))


@pytest.fixture(scope="module")
def lazy_look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    return look(tmp_path_factory.mktemp("lazy"))


@pytest.fixture(scope="module")
def stock_look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    return look(tmp_path_factory.mktemp("stock"), BACKSTAY_FAST_JSII="0")


def test_node_loads_only_the_module_that_is_used(lazy_look: Look) -> None:
    assert lazy_look.modules_in_node == 1


def test_one_node_process_runs_in_place_of_two(lazy_look: Look, stock_look: Look) -> None:
    assert (lazy_look.node_processes, stock_look.node_processes) == (1, 2)


def test_what_javascript_prints_comes_out_of_python(tmp_path: Path) -> None:
    preload = tmp_path / "talk.cjs"
    preload.write_text("""
        process.on("exit", () => { console.log("said aloud"); console.error("said aside"); });
    """)
    code = """
        from backstay import fast_jsii
        fast_jsii.install()
        from cdktf import App
        App()
    """
    run = python(code, tmp_path, NODE_OPTIONS=f"--require {preload}")
    assert (run.stdout, run.stderr) == ("said aloud\n", "said aside\n")


def test_switching_it_off_gives_stock_imports_in_node(stock_look: Look) -> None:
    assert stock_look.modules_in_node > 100


def test_package_looks_as_it_does_without_the_loader(lazy_look: Look, stock_look: Look) -> None:
    assert lazy_look.python == stock_look.python
    assert {"pod_v1", "namespace_v1"} < set(lazy_look.python["dir"])


@pytest.mark.parametrize(("switch", "lazy"), [("0", False), ("false", False), ("1", True), ("", True)])
def test_switch_turns_python_s_half_off(tmp_path: Path, switch: str, *, lazy: bool) -> None:
    package = fake_provider(tmp_path, "from . import bucket\nfrom . import queue\n")
    assert loaded_submodules(package, BACKSTAY_FAST_JSII=switch) == ([] if lazy else ["bucket", "queue"])


def fake_provider(folder: Path, end: str) -> Path:
    """A package in the form that jsii generates, but without an assembly."""
    package = folder / "cdktf_cdktf_provider_fake"
    (package / "_jsii").mkdir(parents=True)
    (package / "_jsii" / "__init__.py").write_text(
        "from types import SimpleNamespace\n"
        "__all__ = ['__jsii_assembly__']\n"
        "__jsii_assembly__ = SimpleNamespace(name='@cdktf/provider-fake')\n"
    )
    for submodule in ("bucket", "queue"):
        (package / f"{submodule}.py").write_text("")
    (package / "__init__.py").write_text(
        "import publication\n"
        "from ._jsii import *\n"
        "__all__ = ['bucket', 'queue']\n"
        f"\npublication.publish()\n\n# Loading modules\n{end}"
    )
    return package


def loaded_submodules(package: Path, **environment: str) -> list[str]:
    code = f"""
        import sys
        from backstay import fast_jsii
        fast_jsii.install()
        import {package.name}
        print(*sorted(name for name in ("bucket", "queue") if f"{package.name}.{{name}}" in sys.modules))
    """
    return printed(code, package.parent, **environment).split()


@pytest.mark.parametrize(
    "end",
    [
        "from . import bucket\nfrom . import queue\nready = True\n",
        "from . import bucket as bucket\nfrom . import queue as queue\n",
        "if True:\n    from . import bucket, queue\n",
    ],
)
def test_package_that_ends_in_an_unknown_way_is_loaded_as_usual(tmp_path: Path, end: str) -> None:
    assert loaded_submodules(fake_provider(tmp_path, end)) == ["bucket", "queue"]


def test_lazy_load_leaves_no_bytecode_that_would_break_a_stock_import(tmp_path: Path) -> None:
    package = fake_provider(tmp_path, "from . import bucket\nfrom . import queue\n")
    assert loaded_submodules(package) == []
    assert loaded_submodules(package, BACKSTAY_FAST_JSII="0") == ["bucket", "queue"]
    assert loaded_submodules(package) == []


@pytest.mark.parametrize(
    "statement",
    [
        "from {package}.pod_v1 import PodV1",
        "from {package}.pod_v1 import *",
        "from {package} import pod_v1; PodV1 = pod_v1.PodV1",
        "import {package}.pod_v1; PodV1 = {package}.pod_v1.PodV1",
        "import {package}.pod_v1 as module; PodV1 = module.PodV1",
        "import {package} as root; PodV1 = root.pod_v1.PodV1",
        "import importlib; PodV1 = importlib.import_module('{package}.pod_v1').PodV1",
        "import importlib; PodV1 = importlib.import_module('.pod_v1', '{package}').PodV1",
        "import pydoc; PodV1 = pydoc.locate('{package}.pod_v1.PodV1')",
    ],
)
def test_every_way_of_importing_a_submodule_loads_that_one_only(tmp_path: Path, statement: str) -> None:
    code = f"""
        import pickle, sys
        from backstay import fast_jsii
        fast_jsii.install()
        {statement.format(package=KUBERNETES)}
        assert pickle.loads(pickle.dumps(PodV1)) is PodV1
        assert sys.modules[PodV1.__module__].PodV1 is PodV1
        loaded = {{name.split(".")[1] for name in sys.modules if name.startswith("{KUBERNETES}.")}}
        print(*sorted(loaded))
    """
    assert printed(code, tmp_path) == "_jsii _private pod_v1"


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("import {package}.no_such_thing", "ModuleNotFoundError: No module named '{package}.no_such_thing'"),
        ("from {package}.nothing import X", "ModuleNotFoundError: No module named '{package}.nothing'"),
        ("from {package} import nothing", "ImportError: cannot import name 'nothing' from '{package}'"),
        ("import {package} as p; p.nothing", "AttributeError: module '{package}' has no attribute 'nothing'"),
        ("import cdktf_cdktf_provider_nobody", "No module named 'cdktf_cdktf_provider_nobody'"),
    ],
)
def test_what_does_not_exist_gets_python_s_own_error(tmp_path: Path, statement: str, error: str) -> None:
    code = f"""
        from backstay import fast_jsii
        fast_jsii.install()
        {statement.format(package=KUBERNETES)}
    """
    run = python(code, tmp_path)
    assert run.returncode == 1
    assert error.format(package=KUBERNETES) in run.stderr.splitlines()[-1]


def test_object_from_javascript_finds_its_class_before_python_has_imported_it(tmp_path: Path) -> None:
    code = f"""
        from backstay import fast_jsii
        fast_jsii.install()
        import jsii, {KUBERNETES}
        from jsii._kernel.types import ObjRef
        reference = ObjRef("@cdktf/provider-kubernetes.podSecurityPolicyV1Beta1.PodSecurityPolicyV1Beta1@10007")
        print(type(jsii._reference_map.resolve_reference(jsii.kernel, reference)).__module__)
    """
    assert printed(code, tmp_path) == f"{KUBERNETES}.pod_security_policy_v1_beta1"


@pytest.mark.parametrize("provider", ["aws", "kubernetes"])
def test_jsii_is_told_the_module_of_every_javascript_export(tmp_path: Path, provider: str) -> None:
    package = f"cdktf_cdktf_provider_{provider}"
    code = f"""
        from backstay import fast_jsii
        fast_jsii.install()
        import jsii, {package}
        print(*jsii._reference_map._submodule_fqn_map)
    """
    told = set(printed(code, tmp_path).split())
    archive = next(path for path in files(f"{package}._jsii").iterdir() if path.name.endswith(".tgz"))
    with tarfile.open(str(archive)) as unpacked:
        index = unpacked.extractfile("package/lib/index.js")
        assert index
        exported = re.findall(r"^exports\.(\w+) = require", index.read().decode(), re.MULTILINE)
    assert told == {f"@cdktf/provider-{provider}.{name}" for name in exported}


def test_late_call_warns_and_still_makes_python_lazy(tmp_path: Path) -> None:
    code = f"""
        import sys, warnings
        import cdktf
        from backstay import fast_jsii
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fast_jsii.install()
        import {KUBERNETES}.namespace_v1
        print(caught[0].filename, caught[0].message, "{KUBERNETES}.pod_v1" in sys.modules)
    """
    output = printed(code, tmp_path)
    assert output.startswith("<string> fast_jsii.install() came after the first import of constructs or cdktf")
    assert output.endswith(" False")


def test_hook_is_found_in_a_folder_with_blanks_and_quotes_in_its_name(tmp_path: Path) -> None:
    package = tmp_path / """it's a "back\\slash" folder""" / "backstay"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    source = Path(fast_jsii.__file__).parent
    shutil.copytree(source, package / "fast_jsii")
    shutil.copy(source.with_name("node.py"), package)
    assert look(tmp_path, PYTHONPATH=str(package.parent)).modules_in_node == 1


def test_users_own_node_is_the_one_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JSII_NODE", raising=False)
    bundled = find_node().path
    node = script(tmp_path / "my-node", f'echo "$@" >> "{tmp_path}/calls"\nexec "{bundled}" "$@"')
    code = """
        from backstay import fast_jsii
        fast_jsii.install()
        import constructs
    """
    printed(code, tmp_path, JSII_NODE=str(node))
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[0] == "--version"
    assert "jsii-runtime.js" in calls[1]


def test_old_node_is_refused_before_anything_is_imported(tmp_path: Path) -> None:
    node = script(tmp_path / "node", "echo v18.20.8")
    run = python("from backstay import fast_jsii; fast_jsii.install()", tmp_path, JSII_NODE=str(node))
    assert run.stderr.splitlines()[-1].startswith(
        f"backstay.node.UnsupportedNodeError: the Node of JSII_NODE, '{node}', is release 18.20.8; jsii needs Node"
    )


def test_warming_indexes_a_package_where_jsii_looks_for_it(tmp_path: Path) -> None:
    code = f"""
        import sys
        from backstay import fast_jsii
        print(fast_jsii.is_warm("{KUBERNETES}"))
        fast_jsii.warm(["{KUBERNETES}"], progress=lambda package, step: print(package, step))
        print(fast_jsii.is_warm("{KUBERNETES}"), "jsii" in sys.modules)
    """
    environment = {"HOME": str(tmp_path), "JSII_RUNTIME_PACKAGE_CACHE_ROOT": ""}
    steps = [f"{KUBERNETES} {step}" for step in ("loading", "indexing", "ready")]
    assert printed(code, tmp_path, **environment).splitlines() == ["False", *steps, "True False"]
    assert len(list(tmp_path.rglob("@cdktf/provider-kubernetes/*/*/.jsii.runtime-index.v1"))) == 1
    assert printed(code, tmp_path, **environment).splitlines() == ["True", *steps, "True False"]


@pytest.mark.timeout(120)
def test_warming_ends_whatever_jsii_does(tmp_path: Path) -> None:
    node = script(tmp_path / "node", '[ "$1" = --version ] && exec echo v22.0.0\nsleep 600')
    code = f"""
        from backstay import fast_jsii
        fast_jsii.warm(["{KUBERNETES}"], timeout_seconds=1.5)
    """
    cache = tmp_path / "cache"
    run = python(code, tmp_path, JSII_NODE=str(node), JSII_RUNTIME_PACKAGE_CACHE_ROOT=str(cache))
    assert run.stderr.splitlines()[-1] == (
        f"backstay.fast_jsii.warming.WarmUpError: jsii was not done with {KUBERNETES} after 1.5 s; it needs up to "
        f"1.5 GB of memory and a writable {cache}: see to both, or allow more time"
    )


def test_warming_a_cache_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code = f"""
        from backstay import fast_jsii
        fast_jsii.warm(["{KUBERNETES}"])
    """
    run = python(code, tmp_path, JSII_RUNTIME_PACKAGE_CACHE_ROOT=str(tmp_path / "file"))
    assert run.stderr.splitlines()[-1].startswith(
        f"backstay.fast_jsii.warming.WarmUpError: jsii could not load {KUBERNETES}: Cannot use the jsii package cache "
        f"in {tmp_path / 'file'}"
    )


def test_warming_with_an_old_node_says_what_installing_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", str(script(tmp_path / "node", "echo v18.20.8")))
    with pytest.raises(UnsupportedNodeError, match=r"is release 18\.20\.8"):
        fast_jsii.warm([KUBERNETES])


def test_warming_an_absent_package_says_what_is_installed() -> None:
    with pytest.raises(fast_jsii.WarmUpError, match=rf"cdktf_cdktf_provider_nobody; installed here: .*{KUBERNETES}"):
        fast_jsii.warm(["cdktf_cdktf_provider_nobody"])


def test_warming_without_a_cache_says_how_to_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE", "disabled")
    with pytest.raises(fast_jsii.WarmUpError, match="JSII_RUNTIME_PACKAGE_CACHE is 'disabled'; unset it"):
        fast_jsii.warm([KUBERNETES])
