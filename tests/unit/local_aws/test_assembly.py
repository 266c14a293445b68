"""What of an app is deployed to the local AWS, and in which order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnResource, Environment, Stack, Stage
from aws_cdk.aws_ecr_assets import DockerImageAsset
from aws_cdk.aws_s3_assets import Asset

from local_aws.assembly import AssetManifest, Publisher, StackArtifact, artifacts, synthesized
from local_aws.controls import LocalAwsError
from local_aws.machine import LocalAws


def stack(scope: Any, name: str, **options: Any) -> Stack:
    made = Stack(scope, name, **options)
    CfnResource(made, "Resource", type="AWS::CloudFormation::WaitConditionHandle")
    return made


def names(assembly: Path) -> list[str]:
    return [one.name for one in artifacts(assembly) if isinstance(one, StackArtifact)]


def test_stacks_come_after_those_that_they_depend_on_and_those_of_stages_too(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    stack(Stage(app, "Production"), "Shop")
    stack(app, "Alpha").add_stack_dependency(stack(app, "Beta"))
    found = names(synthesized(app, tmp_path))
    assert sorted(found) == ["Alpha", "Beta", "Production-Shop"]
    assert found.index("Beta") < found.index("Alpha")


def test_a_stack_stands_for_its_app_and_a_function_for_what_it_adds_to_one(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path / "own"))
    stack(app, "Alpha")
    assert names(synthesized(stack(app, "Beta"), tmp_path)) == ["Alpha", "Beta"]
    assert names(synthesized(lambda given: stack(given, "Gamma"), tmp_path)) == ["Gamma"]


@pytest.mark.parametrize("env", [{"account": "111122223333"}, {"region": "eu-west-1"}])
def test_a_stack_for_another_account_or_region_is_refused_with_what_to_do(tmp_path: Path, env: dict[str, str]) -> None:
    app = App(outdir=str(tmp_path))
    stack(app, "Elsewhere", env=Environment(**env))
    with pytest.raises(LocalAwsError, match=r"Elsewhere is for .*leave out `env`"):
        artifacts(synthesized(app, tmp_path))


def test_a_stack_for_another_region_is_refused_before_its_files_are_uploaded(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("sofa, couch\n")
    app = App(outdir=str(tmp_path / "out"))
    Asset(stack(app, "Elsewhere", env=Environment(region="eu-west-1")), "Words", path=str(file))
    with pytest.raises(LocalAwsError, match="Elsewhere is for "):
        artifacts(synthesized(app, tmp_path))


def test_a_stage_for_another_region_is_refused_before_another_stage_is_deployed(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    stack(Stage(app, "Here"), "Shop")
    stack(Stage(app, "There", env=Environment(region="eu-west-1")), "Shop")
    with pytest.raises(LocalAwsError, match=r"There-Shop is for .*leave out `env`"):
        artifacts(synthesized(app, tmp_path))


def test_images_for_containers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "image").mkdir()
    (tmp_path / "image" / "Dockerfile").write_text("FROM scratch\n")
    app = App(outdir=str(tmp_path / "out"))
    DockerImageAsset(stack(app, "Shop"), "Image", directory=str(tmp_path / "image"))
    [manifest] = [one for one in artifacts(synthesized(app, tmp_path)) if isinstance(one, AssetManifest)]
    with pytest.raises(LocalAwsError, match="no images"):
        Publisher(LocalAws(tmp_path / "aws")).publish(manifest)
