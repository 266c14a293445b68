"""The names of ministack's and moto's that the local AWS stands on: a new version without them fails here first."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest

from local_aws import access, buckets, cloudformation
from local_aws.cloudformation import CustomResources, Playing, ResourceStates, ResponseUrls, provisioned
from local_aws.cloudformation.conditions import with_joins
from local_aws.ministack_adapter import PackagesAdapter
from local_aws.packages import PackagesModel, ServiceError

CLOUDFORMATION = "ministack.services.cloudformation"
FUNCTIONS = {
    f"{CLOUDFORMATION}.stacks._resolve_stack_outputs": (
        *("outputs_defs", "conditions", "resources", "param_values", "mappings", "stack_name", "stack_id"),
    ),
    f"{CLOUDFORMATION}.stacks._roll_back_operation": (
        *("stack_name", "stack_id", "stack", "operation", "reason_override"),
    ),
    f"{CLOUDFORMATION}.engine._evaluate_conditions": ("template", "params"),
    f"{CLOUDFORMATION}.handlers._imported_export_names": ("stack", "stack_name"),
    f"{CLOUDFORMATION}.handlers._describe_stack_resource": ("params",),
    f"{CLOUDFORMATION}.handlers._describe_stacks": ("params",),
    f"{CLOUDFORMATION}.helpers._p": ("params", "key", "default"),
    f"{CLOUDFORMATION}.helpers._xml": ("status", "root_tag", "inner"),
    f"{CLOUDFORMATION}.helpers._error": ("code", "message", "status"),
    "ministack.services.lambda_svc._get_func_record_for_ref": ("function_ref",),
    "ministack.services.lambda_svc._vpc_config_with_id": ("request_config",),
    "ministack.services.lambda_svc._execution_record_for_config": ("func", "config"),
    "ministack.services.lambda_svc.invoke_async_with_retry": ("func", "event"),
    "ministack.services.opensearch._public": ("d",),
    f"{CLOUDFORMATION}.provisioners._opensearch_domain_update": (
        *("physical_id", "old_props", "new_props", "stack_name", "logical_id"),
    ),
    "ministack.services.s3._get_object_data": ("bucket_name", "key", "version_id"),
    "ministack.services.s3._build_object_record": ("body", "headers", "etag", "checksums"),
    "ministack.services.s3._resolve_sse_write_headers": ("headers", "bucket_name"),
    "ministack.services.s3._put_bucket_encryption": ("name", "body"),
    "ministack.services.s3._delete_bucket_encryption": ("name",),
    "ministack.core.iam_actions.extract_resource_arn": (
        *("service", "method", "path", "headers", "body", "query_params", "region", "account_id"),
    ),
    "ministack.core.iam_evaluator._is_root_key": ("access_key_id",),
    "ministack.core.iam_evaluator.find_iam_access_key_account": ("access_key_id",),
    "ministack.core.iam_evaluator.is_root_access_key": ("access_key_id",),
    "ministack.core.iam_evaluator.enforce": (
        *("access_key_id", "iam_action", "service", "region", "resource_arn", "service_context"),
    ),
    "ministack.core.router.extract_access_key_id": ("headers", "query_params"),
    "ministack.core.responses.get_account_id": (),
    "ministack.core.responses.get_region": (),
    "ministack.core.lambda_runtime.reset": (),
    "ministack.core.tls.resolve_tls_material": (),
}
NORI_FOR_2_15 = "G240285063"
VALUES = {
    "ministack.app.SERVICE_HANDLERS",
    f"{CLOUDFORMATION}._stacks",
    f"{CLOUDFORMATION}._exports",
    f"{CLOUDFORMATION}._stack_events",
    f"{CLOUDFORMATION}.handlers._ACTION_HANDLERS",
    "ministack.services.sts._sessions",
    f"{CLOUDFORMATION}.provisioners._S3_BUCKET_CONFIGURATIONS",
    f"{CLOUDFORMATION}.provisioners._RESOURCE_HANDLERS",
    "ministack.services.iam._roles",
    "ministack.services.lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS",
    "ministack.services.lambda_svc._functions",
    "ministack.services.opensearch._domains",
    "ministack.services.s3._buckets",
    "moto.s3.models.s3_backends",
}


def found(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_function_is_there(name: str) -> None:
    assert tuple(inspect.signature(found(name)).parameters) == FUNCTIONS[name]


@pytest.mark.parametrize("name", sorted(VALUES))
def test_value_is_there(name: str) -> None:
    assert found(name) is not None


def test_custom_resources_are_invoked_as_ours_expects() -> None:
    theirs = inspect.signature(found(f"{CLOUDFORMATION}.custom_resource.invoke_custom_resource")).parameters
    ours = inspect.signature(CustomResources.invoke).parameters
    assert list(theirs) == [name for name in ours if name != "self"]


@pytest.mark.parametrize(
    ("user", "seam"),
    [
        ("stacks._deploy_stack_async", "_resolve_stack_outputs("),
        ("stacks._deploy_stack_async", "_roll_back_operation("),
        ("stacks._deploy_stack_async", "= _evaluate_conditions("),
        ("handlers._create_stack", "= _evaluate_conditions("),
        ("handlers._rollback_stack", "_roll_back_operation("),
        ("provisioners._custom_resource_create", "_cr.invoke_custom_resource("),
        ("provisioners._custom_resource_update", "_cr.invoke_custom_resource("),
        ("provisioners._custom_resource_delete", "_cr.invoke_custom_resource("),
        ("provisioners._s3_apply_configurations", "in _S3_BUCKET_CONFIGURATIONS"),
        ("provisioners._provision_resource", 'handler["create"](logical_id, props, stack_name)'),
        ("provisioners._update_resource", 'handler["update"]('),
        ("handle_request", "_ACTION_HANDLERS.get("),
        ("handlers._describe_stacks", "<LastUpdatedTime>{s.get('LastUpdatedTime', '')}</LastUpdatedTime>"),
    ],
)
def test_seam_is_used(user: str, seam: str) -> None:
    assert seam in inspect.getsource(found(f"{CLOUDFORMATION}.{user}"))


def test_installed_custom_resources_take_the_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("custom_resource.invoke_custom_resource", "stacks._resolve_stack_outputs", "stacks._roll_back_operation")
    extract = "ministack.core.iam_actions.extract_resource_arn"
    monkeypatch.setattr(extract, found(extract))
    actions = found(f"{CLOUDFORMATION}.handlers._ACTION_HANDLERS")
    for action in ("DescribeStackResource", "DescribeStacks"):
        monkeypatch.setitem(actions, action, actions[action])
    for name in (*names, "handlers._roll_back_operation"):
        monkeypatch.setattr(f"{CLOUDFORMATION}.{name}", found(f"{CLOUDFORMATION}.{name}"))
    for module in ("engine", "changesets", "handlers", "stacks"):
        name = f"{CLOUDFORMATION}.{module}._evaluate_conditions"
        monkeypatch.setattr(name, found(name))
    provisioners = importlib.import_module(f"{CLOUDFORMATION}.provisioners")
    for resource_type in ("AWS::IAM::Role", "AWS::Lambda::Function"):
        handlers = provisioners._RESOURCE_HANDLERS
        monkeypatch.setitem(handlers, resource_type, {**handlers[resource_type]})
    before = [found(f"{CLOUDFORMATION}.{name}") for name in names]
    playing = Playing()
    custom = CustomResources(ResponseUrls("https://127.0.0.1", playing), playing, ResourceStates(playing))
    taken: list[tuple[Any, ...]] = []

    def take(*request: Any, **_: Any) -> tuple[str, dict[str, Any]]:
        taken.append(request)
        return "id", {}

    monkeypatch.setattr(custom, "invoke", take)
    cloudformation.install(custom)
    assert all(found(f"{CLOUDFORMATION}.{name}") is not old for name, old in zip(names, before, strict=True))
    assert provisioners._provision_resource("Custom::Thing", "Thing", {}, "stack") == ("id", {})
    assert taken[0][:3] == ("Create", "Thing", {})


@pytest.mark.parametrize(("given", "is_given"), [("", False), ("a", True), ("a, b", True)])
def test_a_condition_tells_whether_a_list_is_given(given: str, is_given: bool) -> None:
    joined = {"Fn::Join": ["", {"Ref": "Ids"}]}
    template = {
        "Conditions": {
            "Given": {"Fn::Not": [{"Fn::Equals": [joined, ""]}]},
            "Two": {"Fn::Or": [{"Fn::Equals": [joined, "ab"]}, {"Fn::Equals": [joined, "ba"]}]},
        }
    }
    params = {"Ids": {"Value": given, "Type": "CommaDelimitedList"}}
    evaluate = found(f"{CLOUDFORMATION}.engine._evaluate_conditions")
    assert evaluate(template, params)["Given"], "otherwise nothing has to be done any more"
    assert with_joins(evaluate)(template, params) == {"Given": is_given, "Two": given == "a, b"}


def test_a_roles_boundary_and_a_functions_vpc_are_kept() -> None:
    roles, functions = found("ministack.services.iam._roles"), found("ministack.services.lambda_svc._functions")
    handlers = {
        name: {**found(f"{CLOUDFORMATION}.provisioners._RESOURCE_HANDLERS")[name]}
        for name in ("AWS::IAM::Role", "AWS::Lambda::Function")
    }
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}]}
    role = {"AssumeRolePolicyDocument": trust, "PermissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess"}
    function = {"VpcConfig": {"SubnetIds": ["subnet-00000001"], "SecurityGroupIds": ["sg-1"]}}
    role_name, _ = handlers["AWS::IAM::Role"]["create"]("Role", role, "stack")
    function_name, _ = handlers["AWS::Lambda::Function"]["create"]("Function", function, "stack")
    assert "PermissionsBoundary" not in roles[role_name], "otherwise nothing has to be done any more"
    assert "VpcConfig" not in functions[function_name]["config"], "otherwise nothing has to be done any more"

    provisioned.complete(handlers)
    handlers["AWS::IAM::Role"]["create"]("Role", role, "stack")
    handlers["AWS::Lambda::Function"]["create"]("Function", function, "stack")
    assert roles[role_name]["PermissionsBoundary"] == role["PermissionsBoundary"]
    assert functions[function_name]["config"]["VpcConfig"] == {**function["VpcConfig"], "VpcId": "vpc-00000001"}

    left_out = {"AssumeRolePolicyDocument": trust}
    handlers["AWS::IAM::Role"]["update"](role_name, role, left_out, "stack", "Role")
    handlers["AWS::Lambda::Function"]["update"](function_name, function, {}, "stack", "Function")
    assert not roles[role_name]["PermissionsBoundary"]
    assert functions[function_name]["config"]["VpcConfig"]["SubnetIds"] == []
    handlers["AWS::IAM::Role"]["delete"](role_name, left_out)
    handlers["AWS::Lambda::Function"]["delete"](function_name, {})


def test_installed_states_are_described(monkeypatch: pytest.MonkeyPatch) -> None:
    actions = found(f"{CLOUDFORMATION}.handlers._ACTION_HANDLERS")
    states = ResourceStates(Playing())
    original = actions["DescribeStackResource"]
    stack_id = "arn:aws:cloudformation:us-east-1:000000000000:stack/shop/1"
    states.record((stack_id, "Thing"), "CREATE_IN_PROGRESS", "", "Custom::Thing")
    asked = {"StackName": [stack_id], "LogicalResourceId": ["Thing"]}
    assert original(asked)[0] == 400
    status, _, body = states.describe_resource(original)(asked)
    assert status == 200
    assert b"<ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus>" in body
    assert b"PhysicalResourceId" not in body


def test_installed_key_is_the_only_root(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluator = importlib.import_module("ministack.core.iam_evaluator")
    for name in ("is_root_access_key", "_is_root_key"):
        monkeypatch.setattr(evaluator, name, getattr(evaluator, name))
        assert getattr(evaluator, name)("test"), "otherwise nothing has to be done any more"
    key = access.Key.fresh()
    access.install(key)
    assert isinstance(evaluator.resolve_credential("test", "000000000000"), evaluator.CredentialResolutionError)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key.secret_access_key)
    found_key = evaluator.resolve_credential(key.access_key_id, "000000000000")
    assert (found_key.principal_type, found_key.secret_access_key) == ("Root", key.secret_access_key)


DOMAIN = "AWS::OpenSearchService::Domain"


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> PackagesAdapter:
    """An adapter that is installed for one test, in an account and Region without domains."""
    handlers = found("ministack.app.SERVICE_HANDLERS")
    resources = found(f"{CLOUDFORMATION}.provisioners._RESOURCE_HANDLERS")
    extract = "ministack.core.iam_actions.extract_resource_arn"
    monkeypatch.setitem(handlers, "opensearch", handlers["opensearch"])
    monkeypatch.setitem(resources, DOMAIN, dict(resources[DOMAIN]))
    monkeypatch.setattr(extract, found(extract))
    records = found("ministack.services.opensearch._domains")
    monkeypatch.setattr(records, "_data", {})
    adapter = PackagesAdapter()
    adapter.install()
    return adapter


def test_installed_adapter_takes_the_requests(adapter: PackagesAdapter) -> None:
    handler = found("ministack.app.SERVICE_HANDLERS")["opensearch"]
    assert handler == adapter.handle_request
    theirs = adapter._next
    assert list(inspect.signature(theirs).parameters) == ["method", "path", "headers", "body", "query_params"]


@pytest.mark.parametrize(
    ("method", "path", "body", "operation"),
    [
        ("GET", "/2021-01-01/opensearch/domain/shop", b"", "DescribeDomain"),
        ("GET", "/2021-01-01/opensearch/domain/shop/progress", b"", "DescribeDomainChangeProgress"),
        ("GET", "/2021-01-01/domain/shop/packages", b"", "ListPackagesForDomain"),
        ("POST", "/2021-01-01/packages/associate/F1/shop", b"{}", "AssociatePackage"),
        ("POST", "/2021-01-01/packages/dissociate/F1/shop", b"{}", "DissociatePackage"),
        ("POST", "/2021-01-01/packages/associateMultiple", b'{"DomainName": "shop"}', "AssociatePackages"),
        ("POST", "/2021-01-01/packages/dissociateMultiple", b'{"DomainName": "shop"}', "DissociatePackages"),
    ],
)
@pytest.mark.usefixtures("adapter")
def test_permission_is_needed_on_the_domain(method: str, path: str, body: bytes, operation: str) -> None:
    request: tuple[Any, ...] = ("opensearch", method, path, {}, body, {})
    assert found("ministack.core.iam_actions.extract_iam_action")(*request) == f"es:{operation}"
    arn = found("ministack.core.iam_actions.extract_resource_arn")(*request, "us-east-1", "000000000000")
    assert arn == "arn:aws:es:us-east-1:000000000000:domain/shop"


def test_installed_adapter_knows_the_domains_of_cloudformation(adapter: PackagesAdapter) -> None:
    handlers = found(f"{CLOUDFORMATION}.provisioners._RESOURCE_HANDLERS")[DOMAIN]
    old, new = {"EngineVersion": "OpenSearch_2.15"}, {"EngineVersion": "OpenSearch_2.17"}
    name, attributes = handlers["create"]("Domain", old, "stack")
    assert attributes["Arn"] == attributes["DomainArn"] == f"arn:aws:es:us-east-1:000000000000:domain/{name}"

    def model() -> PackagesModel:
        return adapter.model("000000000000", "us-east-1")

    def described() -> dict[str, Any]:
        status = model().call("DescribeDomain", {"DomainName": name})["DomainStatus"]
        return dict(status)

    assert (described()["EngineVersion"], described()["Endpoint"]) == ("OpenSearch_2.15", attributes["DomainEndpoint"])
    model().call("AssociatePackage", {"DomainName": name, "PackageID": NORI_FOR_2_15})
    with pytest.raises(ValueError, match="A change/update is in progress"):
        handlers["update"](name, old, new, "stack", "Domain")
    adapter.behaviour.busy_domain = "accept"
    assert handlers["update"](name, old, new, "stack", "Domain")[0] == name
    assert described()["EngineVersion"] == "OpenSearch_2.17"
    handlers["delete"](name, new)
    with pytest.raises(ServiceError, match="ResourceNotFoundException"):
        described()


def test_bucket_configurations_have_four_parts() -> None:
    configurations = found(f"{CLOUDFORMATION}.provisioners._S3_BUCKET_CONFIGURATIONS")
    assert all(len(one) == 4 and isinstance(one[0], str) for one in configurations)
    assert "BucketEncryption" not in [one[0] for one in configurations]
    assert "delete" in found(f"{CLOUDFORMATION}.provisioners._RESOURCE_HANDLERS")["AWS::S3::Bucket"]


def test_bucket_encryption_as_the_api_takes_it() -> None:
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key"}}
    xml = buckets.encryption_xml({"ServerSideEncryptionConfiguration": [rule]})
    assert b"<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>key</KMSMasterKeyID>" in xml
