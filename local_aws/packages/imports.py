"""An import: the service copies the source, checks it and makes it the next version."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from local_aws.packages.behaviour import Behaviour, Fault
from local_aws.packages.records import Record, StoredObject, Version

DESCRIPTOR = "plugin-descriptor.properties"
# The fields that OpenSearch's own reader of descriptors requires [D: PluginInfo].
DESCRIPTOR_FIELDS = ("name", "description", "version", "java.version", "classname")
# ".zip" for plugins and configurations, ".json" or ".xml" for licenses [D]. When it is checked: [?].
SUFFIXES = {"ZIP-PLUGIN": (".zip",), "PACKAGE-LICENSE": (".json", ".xml"), "PACKAGE-CONFIG": (".zip",)}


class InvalidContentError(Exception):
    """The content did not pass the service's checks; the text is the record's ErrorMessage."""


@dataclass(frozen=True)
class Import:
    """An import under way."""

    parameters: dict[str, Any]
    before: Record | None
    found: StoredObject | None
    started: float
    copied: float
    fault: Fault | None = None
    key_refusal: str | None = None

    @property
    def source(self) -> tuple[str, str]:
        """Bucket and key."""
        source = self.parameters["PackageSource"]
        return source.get("S3BucketName", ""), source.get("S3Key", "")

    @property
    def package_type(self) -> str:
        """The type, which only CreatePackage is told."""
        found = self.before.details["PackageType"] if self.before else self.parameters["PackageType"]
        return str(found)


def unreadable(found: StoredObject | None, package_type: str, behaviour: Behaviour) -> str | None:
    """Why the service cannot copy an object, or `None`. The texts are made up: no real one is known [?]."""
    if found is None:
        return "The S3 object does not exist or cannot be accessed"
    key_refused = behaviour.customer_key_unreadable if found.key else behaviour.kms_unreadable
    if key_refused and found.encryption.startswith("aws:kms"):
        return "The S3 object is encrypted with an AWS KMS key and cannot be accessed"
    if _is_octet_stream(found) and _refuses_octet_stream(found.body, package_type, behaviour):
        return f"The S3 object has the content type {found.content_type}, which is not supported"
    return None


def _is_octet_stream(found: StoredObject) -> bool:
    return found.content_type.partition(";")[0].strip().lower() == "application/octet-stream"


def _refuses_octet_stream(body: bytes, package_type: str, behaviour: Behaviour) -> bool:
    if behaviour.octet_stream_refused == "binary-dictionaries":
        return package_type == "TXT-DICTIONARY" and not _is_utf8(body)
    return behaviour.octet_stream_refused == "every-type"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def checked(
    package_type: str, engine_version: str | None, key: str, body: bytes, behaviour: Behaviour
) -> dict[str, Any] | None:
    """Check a source's content; returns a plugin's properties. Raises `InvalidContentError`."""
    suffixes = SUFFIXES.get(package_type)
    if suffixes and not key.lower().endswith(suffixes):
        raise InvalidContentError(f"The source of a {package_type} must end in {' or '.join(suffixes)}")
    if package_type == "ZIP-PLUGIN":
        return plugin_properties(body, engine_version or "")
    if package_type == "TXT-DICTIONARY" and behaviour.utf8_checked and not _is_utf8(body):
        raise InvalidContentError("Only UTF-8 is supported")
    return None


def plugin_properties(body: bytes, engine_version: str) -> dict[str, Any]:
    """Read the descriptor of a plugin's archive as OpenSearch does, and check it against the engine."""
    # The text [D]: "PluginValidationFailureReason : The provided plugin could not be loaded."
    unloadable = InvalidContentError("PluginValidationFailureReason : The provided plugin could not be loaded.")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            descriptor = _properties(archive.read(DESCRIPTOR).decode("utf-8"))
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError) as error:
        raise unloadable from error
    if any(not descriptor.get(name) for name in DESCRIPTOR_FIELDS):
        raise unloadable
    built_for = descriptor.get("opensearch.version")
    if built_for is not None:
        engine = engine_version.removeprefix("OpenSearch_")
        if built_for.rpartition(".")[0] != engine:
            # The end of this text is a real one [O: Terraform's acceptance test].
            raise InvalidContentError(
                f"PluginValidationFailureReason : The plugin's version {built_for} "
                "doesn't matches with the provided EngineVersion"
            )
        if built_for != f"{engine}.0":  # "must be MAJOR.MINOR.0" [D]
            raise unloadable
    elif "dependencies" not in descriptor:  # Whether AWS accepts a range of versions: [?]
        raise unloadable
    return {
        "Name": descriptor["name"],
        "Description": descriptor["description"],
        "Version": descriptor["version"],
        "ClassName": descriptor["classname"],
        "UncompressedSizeInBytes": size,
    }


def _properties(text: str) -> dict[str, str]:
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and line[0] not in "#!")
    return {name.strip(): value.strip() for name, _, value in pairs}


def started(job: Import, fresh: Record, behaviour: Behaviour) -> Record:
    """The record while the import copies. The version available is still the old one [O]."""
    shown = fresh.details.get("PackageDescription")
    if job.before and behaviour.description_shows == "on-success":
        shown = job.before.details.get("PackageDescription")
    return fresh.but("COPYING", PackageDescription=shown, ErrorDetails=None)


def failed(job: Import, fresh: Record, status: str, message: str, behaviour: Behaviour) -> Record:
    """The record after an import that failed. It stays, and with it its name [D]."""
    record = fresh.but(status, ErrorDetails={"ErrorType": behaviour.error_type, "ErrorMessage": message})
    if job.before and behaviour.description_shows != "at-once":
        record = record.but(PackageDescription=job.before.details.get("PackageDescription"))
    if not behaviour.failed_update_keeps_version:
        record = record.but(AvailablePackageVersion=None, AvailablePluginProperties=None)
    return record


def available(job: Import, fresh: Record, moment: float, plugin: dict[str, Any] | None, behaviour: Behaviour) -> Record:
    """The record after an import that succeeded, with its new version."""
    body = job.found.body if job.found else b""
    last = fresh.versions[-1] if fresh.versions else None
    if last and last.body == body and not _makes_version_of_same(job, behaviour):
        return fresh.but("AVAILABLE", AvailablePackageVersion=last.name)
    configuration = job.parameters.get("PackageConfiguration") or (last.configuration if last else None)
    version = Version(
        name=f"v{len(fresh.versions) + 1}",  # "v1" [O], "v32" [O]
        created_at=moment,
        body=body,
        commit_message=job.parameters.get("CommitMessage"),
        configuration=configuration,
        plugin=plugin,
    )
    record = fresh.but(
        "AVAILABLE",
        AvailablePackageVersion=version.name,
        AvailablePluginProperties=plugin,
        AvailablePackageConfiguration=configuration,
        ErrorDetails=None,
    )
    return Record(record.status, record.details, (*fresh.versions, version))


def _makes_version_of_same(job: Import, behaviour: Behaviour) -> bool:
    """Whether an update makes a version although the bytes are those of the last one."""
    before = job.before.details.get("PackageDescription") if job.before else None
    if job.parameters.get("PackageDescription", before) != before:
        return behaviour.description_update_makes_version
    return behaviour.identical_update_makes_version
