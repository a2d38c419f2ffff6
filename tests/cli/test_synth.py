"""Running the project's own app."""

from tests.cli.conftest import Project


def test_it_writes_the_stacks_and_says_where(project: Project) -> None:
    project.write({"state": {}, "east": {}}, depends_on={"east": ["state"]})
    done = project.run("synth", "development")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["cdktf.out/stacks/state", "cdktf.out/stacks/east"]
    assert (project.directory / "cdktf.out/stacks/east/cdk.tf.json").is_file()


def test_the_app_is_told_which_environment(project: Project) -> None:
    app = (project.directory / "app.py").read_text()
    (project.directory / "app.py").write_text(app + 'open("told", "w").write(os.environ["BACKSTAY_ENV"])\n')
    project.write({"east": {}})
    project.run("synth", "environments/development.yaml")
    assert (project.directory / "told").read_text() == str(project.directory / "environments/development.yaml")


def test_the_app_gets_the_context_of_cdktf_json(project: Project) -> None:
    (project.directory / "cdktf.json").write_text('{"app": "python app.py", "context": {"team": "ml"}}')
    app = (project.directory / "app.py").read_text()
    (project.directory / "app.py").write_text(app + 'open("told", "w").write(os.environ["CDKTF_CONTEXT_JSON"])\n')
    project.write({"east": {}})
    project.run("synth", "development")
    assert (project.directory / "told").read_text() == '{"team": "ml"}'


def test_an_app_that_fails_is_quoted(project: Project) -> None:
    (project.directory / "app.py").write_text('raise SystemExit("quota: no GPU left for us")\n')
    done = project.run("synth", "development")
    assert done.returncode == 1
    assert "the app `python app.py` failed with exit status 1:\nquota: no GPU left for us" in done.stderr


def test_an_app_that_writes_nothing_is_found_out(project: Project) -> None:
    (project.directory / "app.py").write_text("")
    done = project.run("synth", "development")
    assert done.returncode == 1
    assert "manifest.json does not exist" in done.stderr


def test_json_lists_the_stacks(project: Project) -> None:
    project.write({"state": {}, "east": {}}, depends_on={"east": ["state"]})
    document = project.json("synth", "development")
    assert [(stack["name"], stack["dependencies"]) for stack in document["stacks"]] == [
        ("state", []),
        ("east", ["state"]),
    ]
