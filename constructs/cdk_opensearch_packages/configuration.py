"""What a plugin asks of the domains that install it."""

from dataclasses import dataclass
from enum import StrEnum

from .arguments import check_length, check_type


class RequirementLevel(StrEnum):
    """Whether a domain that installs a plugin must, may or cannot add a further package for it."""

    REQUIRED = "REQUIRED"
    OPTIONAL = "OPTIONAL"
    NONE = "NONE"


@dataclass(frozen=True, kw_only=True)
class PackageConfiguration:
    """The license and configuration that a plugin needs, and what changing the latter takes.

    See https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_PackageConfiguration.html

    Attributes:
        license_requirement: Whether the plugin needs a package with a license.
        configuration_requirement: Whether the plugin needs a package with a configuration.
        license_filepath: Where the plugin looks for its license, relative to its own folder; at most 256
            characters. Default: the plugin says nothing about it.
        requires_restart_for_configuration_update: Whether a changed configuration takes a blue/green
            deployment of the domain. Default: the service decides.

    Raises:
        TypeError: A field is of another type.
        ValueError: ``license_filepath`` is too long.
    """

    license_requirement: RequirementLevel
    configuration_requirement: RequirementLevel
    license_filepath: str | None = None
    requires_restart_for_configuration_update: bool | None = None

    def __post_init__(self) -> None:
        for option in ("license_requirement", "configuration_requirement"):
            check_type(option, getattr(self, option), RequirementLevel, "a RequirementLevel", optional=False)
        check_length("license_filepath", self.license_filepath, 256)
        restart = self.requires_restart_for_configuration_update
        check_type("requires_restart_for_configuration_update", restart, bool, "True or False")


def configuration_property(configuration: PackageConfiguration) -> dict[str, object]:
    """Returns the property of the custom resource; the CDK drops what is None."""
    return {
        "LicenseRequirement": configuration.license_requirement.value,
        "ConfigurationRequirement": configuration.configuration_requirement.value,
        "LicenseFilepath": configuration.license_filepath or None,
        "RequiresRestartForConfigurationUpdate": configuration.requires_restart_for_configuration_update,
    }
