"""The fields of `local_aws.packages.Behaviour` that no question settles, and why."""

from __future__ import annotations

# How long things take. A report says what was measured; it is no unknown, and a local AWS need not be as slow.
MEASURED = (
    "copying",
    "validating",
    "deleting",
    "associating",
    "dissociating",
    "blue_green",
    "processing_after_active",
    "domain_creating",
    "domain_deleting",
)
_PLUGIN = "A plugin on a domain takes a blue/green deployment, which nobody should start for a question."
_INDEX = "It takes an index that uses the dictionary, and so the domain's own data."
NOT_ASKED = {
    "domain_settles": "It takes a new domain, which takes a quarter of an hour and costs money.",
    "unsettled_domain": "It takes a new domain, which takes a quarter of an hour and costs money.",
    "quota": "It takes as many packages as the account may have: deployments of others would fail meanwhile.",
    "packages_per_domain": "It takes as many packages as the domain may have: those of others would fail meanwhile.",
    "key_refused": "It takes a key that the caller may not use, or one that somebody disables for it.",
    "key_via": "It takes a key whose policy names the service, or the trail of the account's calls.",
    "same_name_installed": _PLUGIN,
    "in_use": _INDEX,
    "failed_dissociation_is_active": f"A dissociation can be made to fail only while the package is in use. {_INDEX}",
}
