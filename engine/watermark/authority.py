"""A certificate authority of one's own: what an identity signs Content Credentials with.

Root and signing key (ECDSA P-256) follow from the identity's master key, so they need no store of
their own and come back with a restored backup. Only certificates are written, for readers to
trust. C2PA 2.1, section 14.5: the leaf needs digitalSignature, the emailProtection usage and both
key identifiers, and must not be self-signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from engine.problems import Problem
from engine.watermark.identities import Identity
from engine.watermark.keys import Key, derive

FOLDER = "authorities"
ROOT_DAYS, LEAF_DAYS = 3650, 365
# Order of the P-256 group (SEC 2, section 2.4.2).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Authority:
    """Signs with the leaf's key; ``chain`` is leaf and root as PEM."""

    chain: str
    _key: ec.EllipticCurvePrivateKey

    def sign(self, data: bytes) -> bytes:
        """ES256: r and s as 32 bytes each (RFC 7518, section 3.4)."""
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def __repr__(self) -> str:
        return "Authority(hidden)"


def authority(identity: Identity, home: Path) -> Authority:
    """The identity's authority; writes its root certificate for readers if it is not there yet."""
    root_key = _private(identity.key, "credentials root")
    leaf_key = _private(identity.key, "credentials leaf")
    root = _root(identity, root_key, home)
    now = datetime.now(UTC)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(_name(identity.name, "Content Credentials"))
        .issuer_name(root.subject)
        .public_key(leaf_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=LEAF_DAYS))
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(leaf_key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), False
        )
        .sign(root_key, hashes.SHA256())
    )
    chain = b"".join(c.public_bytes(Encoding.PEM) for c in (leaf, root))
    return Authority(chain.decode(), leaf_key)


def trusted_roots(home: Path) -> str:
    """PEM of all root certificates in the data folder: our own and those the user added."""
    files = sorted((home / FOLDER).glob("*.pem"))
    return "\n".join(file.read_text("ascii") for file in files)


def _root(identity: Identity, key: ec.EllipticCurvePrivateKey, home: Path) -> x509.Certificate:
    file = home / FOLDER / f"{identity.key.public_id}.pem"
    if file.exists():
        try:
            return x509.load_pem_x509_certificate(file.read_bytes())
        except ValueError as damaged:
            raise Problem("credentials.root", file=str(file)) from damaged
    now = datetime.now(UTC)
    name = _name(identity.name, "Cloakroom root")
    root = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=ROOT_DAYS))
        .add_extension(x509.BasicConstraints(True, 0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_bytes(root.public_bytes(Encoding.PEM))
    part.replace(file)
    return root


def _private(key: Key, purpose: str) -> ec.EllipticCurvePrivateKey:
    """A private key from 256 derived bits; the bias of the reduction is 2^-32 of one bit."""
    number = int.from_bytes(derive(key.master, "credentials", "", purpose), "big")
    return ec.derive_private_key(number % (ORDER - 1) + 1, ec.SECP256R1())


def _name(person: str, unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, person[:64]),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cloakroom"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
