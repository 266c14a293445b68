"""The packages service of Amazon OpenSearch Service, as far as it is known, and playable where it is not.

Evidence labels in this folder: [M] the service's own API model, [D] AWS documentation, [O] observed by
somebody outside AWS, [I] inferred, [?] unknown.
"""

from local_aws.packages.behaviour import Behaviour, Fault
from local_aws.packages.model import PackagesModel
from local_aws.packages.records import ServiceError, StoredObject

__all__ = ["Behaviour", "Fault", "PackagesModel", "ServiceError", "StoredObject"]
