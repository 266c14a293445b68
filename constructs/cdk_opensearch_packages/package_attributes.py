"""What a package's custom resource tells: its ``Ref`` and its attributes, as tokens."""

from aws_cdk import CustomResource, Resource


class PackageAttributes(Resource):
    """The attributes of a package that this app manages.

    All of them are there after every deployment. What the service leaves out is an empty string.

    See https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_PackageDetails.html
    """

    _resource: CustomResource

    @property
    def package_id(self) -> str:
        """The ``PackageID``; indexes name it, in paths such as ``analyzers/F123456789``. Returns a token."""
        return self._resource.ref

    @property
    def package_version(self) -> str:
        """The version that is available, such as ``v2``. Returns a token."""
        return self._attribute("PackageVersion")

    @property
    def package_name(self) -> str:
        """The name, given or generated. Returns a token."""
        return self._attribute("PackageName")

    @property
    def package_type(self) -> str:
        """The type in the words of the API, such as ``TXT-DICTIONARY``. Returns a token."""
        return self._attribute("PackageType")

    @property
    def package_status(self) -> str:
        """The status after the last deployment, ``AVAILABLE``. Returns a token."""
        return self._attribute("PackageStatus")

    @property
    def package_description(self) -> str:
        """The description as given, without the mark that the provider adds. Returns a token."""
        return self._attribute("PackageDescription")

    @property
    def package_owner(self) -> str:
        """The account that owns the package. Returns a token."""
        return self._attribute("PackageOwner")

    @property
    def package_engine_version(self) -> str:
        """The engine version of a plugin, such as ``OpenSearch_2.17``. Returns a token."""
        return self._attribute("EngineVersion")

    @property
    def package_created_at(self) -> str:
        """When the package was created, in ISO 8601 and UTC. Returns a token."""
        return self._attribute("CreatedAt")

    @property
    def package_last_updated_at(self) -> str:
        """When the package was last updated, in ISO 8601 and UTC. Returns a token."""
        return self._attribute("LastUpdatedAt")

    @property
    def plugin_name(self) -> str:
        """The name in a plugin's descriptor. Returns a token."""
        return self._attribute("AvailablePluginProperties.Name")

    @property
    def plugin_version(self) -> str:
        """The version in a plugin's descriptor. Returns a token."""
        return self._attribute("AvailablePluginProperties.Version")

    @property
    def plugin_class_name(self) -> str:
        """The class in a plugin's descriptor. Returns a token."""
        return self._attribute("AvailablePluginProperties.ClassName")

    @property
    def plugin_description(self) -> str:
        """The description in a plugin's descriptor. Returns a token."""
        return self._attribute("AvailablePluginProperties.Description")

    @property
    def plugin_uncompressed_size_in_bytes(self) -> str:
        """The size of a plugin once it is unpacked, in bytes, written as a string. Returns a token."""
        return self._attribute("AvailablePluginProperties.UncompressedSizeInBytes")

    def _attribute(self, name: str) -> str:
        return self._resource.get_att_string(name)
