"""A certificate for the local AWS, of an authority of its own: crhelper and the CDK speak HTTPS only."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

# The addresses that the SDKs use. With an address instead of a name for the endpoint, they put a bucket's name into the
# path: no name has to be resolved, and none to be certified.
NAMES = ("localhost", "*.s3.localhost")
ADDRESS = "127.0.0.1"
# What clients that talk to nobody else trust, and with the system's authorities what others trust.
AUTHORITY, BUNDLE = "authority.crt", "bundle.pem"


@dataclass(frozen=True)
class Certificate:
    """The files of a certificate: what the server shows, its key, and what its clients trust."""

    shown: Path
    key: Path
    authority: Path
    bundle: Path


def make(folder: Path) -> Certificate:
    """Write a fresh certificate. The authority's own key is written nowhere: it certifies nothing else."""
    import trustme  # noqa: PLC0415 - of the extra `local`, which only the server needs

    authority = trustme.CA()
    issued = authority.issue_cert(*NAMES, ADDRESS, common_name="local AWS")
    made = Certificate(folder / "server.crt", folder / "server.key", folder / AUTHORITY, folder / BUNDLE)
    issued.cert_chain_pems[0].write_to_path(made.shown)
    made.key.touch(mode=0o600)
    issued.private_key_pem.write_to_path(made.key)
    authority.cert_pem.write_to_path(made.authority)
    made.bundle.write_bytes(_system_authorities() + authority.cert_pem.bytes())
    return made


def _system_authorities() -> bytes:
    """The variables that name a bundle replace the system's: what a function trusted before stays trusted."""
    paths = ssl.get_default_verify_paths()
    found = next((Path(one) for one in (paths.cafile, paths.openssl_cafile) if one and Path(one).exists()), None)
    return found.read_bytes() + b"\n" if found else b""
