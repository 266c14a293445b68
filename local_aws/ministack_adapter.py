"""The packages service behind ministack.

One model for each account and Region, on ministack's S3, IAM and domains.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlencode

from local_aws import buckets, keys, object_keys, rest_json
from local_aws.packages import Behaviour, PackagesModel, ServiceError, StoredObject
from local_aws.packages.seen import as_seen

# Objects that the caller of the operation being served may not read.
_refused: ContextVar[frozenset[tuple[str, str]]] = ContextVar("refused", default=frozenset())
# The access key of that caller.
_caller: ContextVar[str] = ContextVar("caller", default="")


@dataclass
class PackagesAdapter:
    """The handler that replaces ministack's own for `opensearch`.

    What the model does not serve is passed on.
    """

    behaviour: Behaviour = field(default_factory=as_seen)
    models: dict[tuple[str, str], PackagesModel] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    """Every operation that the model served, with the time, account, Region and outcome."""
    _told: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _next: Any = None

    def install(self) -> None:
        """Take the place of ministack's handler.

        IAM sees the domains that the operations name, and CloudFormation upgrades domains as the service does.
        """
        from ministack import app  # noqa: PLC0415 - reads its environment when imported
        from ministack.core import iam_actions  # noqa: PLC0415
        from ministack.services.cloudformation import provisioners  # noqa: PLC0415

        self._next = app.SERVICE_HANDLERS["opensearch"]
        app.SERVICE_HANDLERS["opensearch"] = self.handle_request
        extract = iam_actions.extract_resource_arn

        def with_domains(service: str, method: str, path: str, *rest: Any, **named: Any) -> Any:
            """Ministack looks for a domain's name in bodies only; these operations carry it in the path."""
            parsed = rest_json.parse(method, path, {}, b"") if service == "opensearch" else None
            if parsed and "DomainName" in parsed[1]:
                region, account = _region_and_account()
                return f"arn:aws:es:{region}:{account}:domain/{parsed[1]['DomainName']}"
            return extract(service, method, path, *rest, **named)

        iam_actions.extract_resource_arn = with_domains

        domains = provisioners._RESOURCE_HANDLERS["AWS::OpenSearchService::Domain"]
        update = domains["update"]

        def with_upgrade(
            physical_id: str, old_props: dict[str, Any], new_props: dict[str, Any], *rest: Any, **named: Any
        ) -> Any:
            """Ministack changes the engine version in place, and knows nothing of plugins."""
            engine_version = new_props.get("EngineVersion")
            same_domain = new_props.get("DomainName") == old_props.get("DomainName")
            if same_domain and engine_version and engine_version != old_props.get("EngineVersion"):
                self._upgrade(physical_id, engine_version)
            return update(physical_id, old_props, new_props, *rest, **named)

        domains["update"] = with_upgrade

    def model(self, account: str, region: str) -> PackagesModel:
        """The model of an account and Region, which knows ministack's domains there."""
        key = (account, region)
        if key not in self.models:
            self.models[key] = PackagesModel(
                read_object=read_object,
                use_key=self._use_key,
                account=account,
                region=region,
                behaviour=self.behaviour,
            )
        self._tell_of_domains(self.models[key], self._told.setdefault(key, {}), _domains(account, region))
        return self.models[key]

    def _tell_of_domains(self, model: PackagesModel, told: dict[str, Any], found: Mapping[str, Any]) -> None:
        """Let the model know the domains that ministack has made and deleted since it was told last.

        Ministack keeps a domain's record for as long as the domain exists.
        """
        for name in [name for name, record in told.items() if found.get(name) is not record]:
            model.remove_domain(name, self.behaviour.domain_deleting)
            del told[name]
        for name, record in found.items():
            if name not in told:
                told[name] = record
                model.add_domain(
                    name,
                    record["EngineVersion"],
                    created=record["_CreatedTime"],
                    creating=self.behaviour.domain_creating,
                    settings=partial(_settings, record),
                )

    def _upgrade(self, name: str, engine_version: str) -> None:
        """Upgrade a domain at once: CloudFormation waits for the end of it, and a resource here must not block."""
        region, account = _region_and_account()
        try:
            self.model(account, region).upgrade_domain(name, engine_version, seconds=0)
        except ServiceError as refusal:
            raise ValueError(str(refusal)) from refusal

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
    ) -> Any:
        """Serve a request as ministack's handlers do."""
        query = {name: values[0] for name, values in parse_qs(urlencode(query_params, doseq=True)).items()}
        parsed = rest_json.parse(method, path, query, body)
        if parsed is None:
            return await self._next(method, path, headers, body, query_params)
        operation, parameters = parsed
        region, account = _region_and_account()
        model = self.model(account, region)
        caller = _access_key(headers, query_params)
        tokens = _refused.set(_refused_source(parameters, caller)), _caller.set(caller)
        try:
            response = rest_json.respond(model.call, operation, parameters)
        finally:
            _refused.reset(tokens[0])
            _caller.reset(tokens[1])
        self.calls.append(
            {
                "At": time.time(),
                "Account": account,
                "Region": region,
                "Operation": operation,
                "Parameters": parameters,
                "Status": response[0],
                "Error": response[1].get("x-amzn-errortype"),
            }
        )
        return response

    def _use_key(self, key: str, package_id: str, actions: Sequence[str]) -> str | None:
        """Why the caller of the operation being served cannot have a package encrypted with a key."""
        found = keys.refusal(key, actions, _caller.get(), self.behaviour.key_via, {"packageId": package_id})
        return found.message if found else None


def _access_key(headers: dict[str, str], query_params: Any) -> str:
    from ministack.core.router import extract_access_key_id  # noqa: PLC0415

    return str(extract_access_key_id(headers, query_params) or "")


def _refused_source(parameters: Mapping[str, Any], access_key_id: str) -> frozenset[tuple[str, str]]:
    """The service reads a source with its caller's permissions ("You also need permissions on …" [D])."""
    from ministack.core.iam_evaluator import enforce  # noqa: PLC0415

    source = parameters.get("PackageSource") or {}
    bucket, name = source.get("S3BucketName", ""), source.get("S3Key", "")
    if not bucket or not name:
        return frozenset()
    region, _ = _region_and_account()
    denied = enforce(access_key_id, "s3:GetObject", "s3", region, resource_arn=f"arn:aws:s3:::{bucket}/{name}")
    refused = denied or object_keys.may_not_decrypt(access_key_id, bucket, name)
    return frozenset({(bucket, name)}) if refused else frozenset()


def read_object(bucket: str, key: str) -> StoredObject | None:
    """Read an object from ministack's S3."""
    from ministack.services import s3  # noqa: PLC0415

    body = s3._get_object_data(bucket, key)
    if body is None or (bucket, key) in _refused.get():
        return None
    record = s3._buckets[bucket]["objects"][key]
    headers = record.get("preserved_headers", {})
    encryption = headers.get("x-amz-server-side-encryption", "AES256")
    key = headers.get("x-amz-server-side-encryption-aws-kms-key-id", "")
    return StoredObject(bytes(body), record["content_type"], encryption, "" if key == buckets.MANAGED_KEY else key)


def _region_and_account() -> tuple[str, str]:
    from ministack.core.responses import get_account_id, get_region  # noqa: PLC0415

    return str(get_region()), str(get_account_id())


def _domains(account: str, region: str) -> dict[str, Any]:
    """The records of the domains that ministack has in an account and Region, by name."""
    from ministack.services import opensearch  # noqa: PLC0415

    records = opensearch._domains.all_items()
    return {name: record for (owner, place, name), record in records if (owner, place) == (account, region)}


def _settings(record: dict[str, Any]) -> dict[str, Any]:
    """What DescribeDomain tells of a domain."""
    from ministack.services import opensearch  # noqa: PLC0415

    settings: dict[str, Any] = opensearch._public(record)
    return settings
