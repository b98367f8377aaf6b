"""A real SAML identity provider: pysaml2 writes the answers, xmlsec signs them."""

import base64
import datetime as dt
import pathlib
import secrets
import warnings
import zlib
from urllib.parse import parse_qs, urlsplit

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

with warnings.catch_warnings():  # pysaml2 asks for a cipher from where it used to be
    warnings.simplefilter("ignore")
    from saml2.config import IdPConfig
    from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
    from saml2.server import Server

ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"
ISSUER = "{urn:oasis:names:tc:SAML:2.0:assertion}Issuer"
PASSWORD_TRANSPORT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105

METADATA = """<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{id}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
        <ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:SingleSignOnService Location="{sso}"
      Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"""


def key_pair(folder, name):
    """A private key and its certificate as files."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=400))
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = folder / f"{name}.key", folder / f"{name}.crt"
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return str(key_file), str(certificate_file)


class IdP:
    """One district's identity provider."""

    def __init__(self, folder, name="idp"):
        self.entity_id = f"https://{name}.example/metadata"
        self.key, self.certificate = key_pair(folder, name)
        self.other_key, self.other_certificate = key_pair(folder, f"{name}-other")
        self.sso = f"https://{name}.example/sso"
        self.config = {
            "entityid": self.entity_id,
            "key_file": self.key,
            "cert_file": self.certificate,
            "xmlsec_binary": "/bin/true",  # it signs nothing: `sign` does
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [
                            (
                                self.sso,
                                "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
                            )
                        ]
                    },
                    "policy": {"default": {"lifetime": {"minutes": 15}}},
                }
            },
        }

    def metadata(self):
        lines = pathlib.Path(self.certificate).read_text().splitlines()
        return METADATA.format(id=self.entity_id, sso=self.sso, certificate="".join(lines[1:-1]))

    def answer(self, asked, our_metadata, subject, attributes, **how):
        """The form that its page would post: what `asked` (the address we sent people to) began.

        `how`: `edit(xml)` before it is signed; `key` other than its own, None for none;
        `audience`; `in_response_to`, "" for an answer to nobody.
        """
        config = {**self.config, "metadata": {"inline": [our_metadata]}}
        server = Server(config=IdPConfig().load(config))
        request = etree.fromstring(_request(asked)) if asked else None
        ours = etree.fromstring(our_metadata.encode())
        answers = how.get("in_response_to", request.get("ID") if asked else "")
        made = str(
            server.create_authn_response(
                attributes,
                answers or None,
                ours.find(".//{*}AssertionConsumerService").get("Location"),
                sp_entity_id=ours.get("entityID"),
                name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=subject),
                authn={"class_ref": PASSWORD_TRANSPORT, "authn_auth": self.entity_id},
                sign_response=False,
                sign_assertion=False,
            )
        )
        made = how.get("edit", lambda xml: xml)(made)
        key = how.get("key", self.key)
        signed = sign(made, key, how.get("certificate", self.certificate)) if key else made
        return {
            "SAMLResponse": base64.b64encode(signed.encode()).decode(),
            "RelayState": how.get("relay_state", ""),
        }


def sign(xml, key_file, certificate_file):
    """The same answer with its assertion signed (RSA, SHA-256)."""
    root = etree.fromstring(xml.encode())
    assertion = root.find(ASSERTION)
    signature = xmlsec.template.create(
        assertion, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256, ns="ds"
    )
    assertion.find(ISSUER).addnext(signature)
    reference = xmlsec.template.add_reference(
        signature, xmlsec.Transform.SHA256, uri=f"#{assertion.get('ID')}"
    )
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file(key_file, xmlsec.KeyFormat.PEM)
    context.key.load_cert_from_file(certificate_file, xmlsec.KeyFormat.PEM)
    context.sign(signature)
    return etree.tostring(root).decode()


def _request(asked):
    """The AuthnRequest in the address that people were sent to."""
    packed = parse_qs(urlsplit(asked).query)["SAMLRequest"][0]
    return zlib.decompress(base64.b64decode(packed), -15)


def some_id():
    return f"id-{secrets.token_hex(12)}"
