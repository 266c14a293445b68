"""The library works with aws-cdk-lib from 2.200 on; what an older one lacks is left out there."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from aws_cdk.aws_lambda import Runtime

from cdk_opensearch_packages import PackageProvider, findings, older_cdk
from tests.unit.infrastructure.stacks import dictionary, new_stack, the_only

ROOT = Path(__file__).resolve().parents[3]
# An interpreter with the oldest CDK, made by `pip install aws-cdk-lib==2.200.0 crhelper==2.0.12` in an environment.
OLDEST = os.environ.get("PYTHON_WITH_OLDEST_CDK")

APP = """
from aws_cdk import App, CfnOutput, Stack, aws_kms as kms, aws_lambda as lambda_, aws_s3 as s3
from aws_cdk.aws_opensearchservice import EngineVersion
from aws_cdk.aws_opensearchservice import Domain
from cdk_opensearch_packages import (
    AssociatedPackage, Package, PackageAssociation, PackageProvider, PackageSource, PackageType
)

app = App(outdir="cdk.out")
stack = Stack(app, "Stack")
bucket = s3.Bucket(stack, "Bucket", encryption_key=kms.Key(stack, "BucketKey"))
staging = s3.Bucket(stack, "Staging", versioned=True)
words = Package(stack, "File", package_type=PackageType.TXT_DICTIONARY, source=PackageSource.from_asset("words.txt"))
Package(
    stack,
    "Plugin",
    package_type=PackageType.ZIP_PLUGIN,
    source=PackageSource.from_bucket(bucket, "plugin.zip", "version-1"),
    engine_version=EngineVersion.open_search("2.17"),
    encryption_key=kms.Alias.from_alias_name(stack, "Alias", "alias/packages"),
    provider=PackageProvider(stack, "Provider", tracing=lambda_.Tracing.ACTIVE, staging_bucket=staging),
)
imported = PackageProvider.from_service_token(
    stack, "Imported", "arn:aws:lambda:eu-west-1:123456789012:function:provider"
)
bucket.grant_read(imported)
Package(
    stack,
    "License",
    package_type=PackageType.PACKAGE_LICENSE,
    source=PackageSource.from_inline("{}"),
    provider=imported,
)
nori = Package.from_package_name(stack, "Nori", "analysis-nori")
domain = Domain(stack, "Domain", version=EngineVersion.open_search("2.17"))
association = PackageAssociation(stack, "Association", domain=domain, packages=[nori, words])
other = Stack(app, "Other")
CfnOutput(other, "Path", value=association.reference_path(words))
endpoint = "https://search-shop-2w2x2u3tifly.eu-west-1.es.amazonaws.com"
PackageAssociation(
    other,
    "Association",
    domain=Domain.from_domain_endpoint(other, "Domain", endpoint),
    packages=[AssociatedPackage(words, prerequisites=[Package.from_package_id(other, "Plugin", "G1")])],
)
app.synth()
"""


def test_without_acknowledgements_of_findings_none_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "aws_cdk", SimpleNamespace())
    stack = new_stack()
    dictionary(stack)

    assert the_only(stack, "Custom::OpenSearchPackage")


def test_where_the_cdk_does_not_say_what_is_in_every_region_a_runtime_that_is_known_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(older_cdk, "Runtime", SimpleNamespace(PYTHON_3_13=Runtime.PYTHON_3_13))
    stack = new_stack()
    PackageProvider.get_or_create(stack)

    assert the_only(stack, "AWS::Lambda::Function")["Properties"]["Runtime"] == "python3.13"


def test_the_oldest_version_is_the_one_that_pip_may_install() -> None:
    assert re.search(r'"aws-cdk-lib>=2\.200\.0,<3"', (ROOT / "pyproject.toml").read_text())


@pytest.mark.skipif(OLDEST is None, reason="PYTHON_WITH_OLDEST_CDK names no interpreter with the oldest CDK")
def test_an_app_synthesizes_with_the_oldest_cdk(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("sofa, couch\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "constructs"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(OLDEST), "-c", APP]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603

    assert run.returncode == 0, run.stderr
    template = json.loads((tmp_path / "cdk.out" / "Other.template.json").read_text())
    assert "analyzers/" in str(template["Outputs"]["Path"]["Value"])
    (found,) = (one for one in template["Resources"].values() if one["Type"] == "Custom::OpenSearchPackageAssociation")
    assert found["Properties"]["DomainName"] == "shop"
    assert len(found["Properties"]["Packages"][0]["PackageVersion"]) == 64
