"""A certificate for the local AWS, made by itself: crhelper and the CDK speak HTTPS only."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# The addresses that the SDKs use. With an address instead of a name for the endpoint, they put a bucket's name into the
# path: no name has to be resolved, and none to be certified.
NAMES = ("localhost", "*.s3.localhost")
ADDRESS = "127.0.0.1"
LIFETIME = datetime.timedelta(days=30)


def make(folder: Path) -> tuple[Path, Path, Path]:
    """Write a fresh certificate, its key, and a bundle of it with the system's own authorities."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local AWS")])
    moment = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - datetime.timedelta(hours=1))
        .not_valid_after(moment + LIFETIME)
        .add_extension(
            x509.SubjectAlternativeName(
                [*(x509.DNSName(one) for one in NAMES), x509.IPAddress(ipaddress.ip_address(ADDRESS))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_path, key_path, bundle = folder / "server.crt", folder / "server.key", folder / "bundle.pem"
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    certificate_path.write_bytes(pem)
    key_path.touch(mode=0o600)
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    bundle.write_bytes(_system_authorities() + pem)
    return certificate_path, key_path, bundle


def _system_authorities() -> bytes:
    """The variables that name a bundle replace the system's: what a function trusted before stays trusted."""
    paths = ssl.get_default_verify_paths()
    found = next((Path(one) for one in (paths.cafile, paths.openssl_cafile) if one and Path(one).exists()), None)
    return found.read_bytes() + b"\n" if found else b""
