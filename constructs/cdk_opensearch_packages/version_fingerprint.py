"""What stands for the version of a package where the version itself must not be used.

CloudFormation refuses to change a value that a stack exports and another one imports. So another stack gets no version:
it would lock the package. What synthesis knows changes with the version, too, and needs no export.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from aws_cdk import Stack
from constructs import IConstruct


@dataclass(frozen=True)
class VersionFingerprint:
    """Changes when a deployment makes a new version, as far as synthesis knows.

    Attributes:
        package: The package.
        content_hash: What changes with the content. None where nothing does: only the rest is then known.
        properties: The properties of the package that make a new version when they change, of the content and others:
            the service makes one for another description, too.
    """

    package: IConstruct
    content_hash: str | None
    properties: Mapping[str, object]

    @property
    def value(self) -> str:
        """The fingerprint; references of the template are a part of it, and not what they will be at deployment."""
        known = [self.content_hash, Stack.of(self.package).resolve(self.properties)]
        return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
