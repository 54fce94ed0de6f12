"""A device that keeps passkeys, in Python: it signs as a real one does, and can be told to skip what it should do."""

from __future__ import annotations

import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = "http://localhost:8000"
NOBODY = b"\0" * 16


class Device:
    """One passkey on one device; `asks` whether it asks for a PIN before it answers."""

    def __init__(self, *, asks: bool = True, origin: str = ORIGIN) -> None:
        """Make a key."""
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.asks, self.origin, self.owner = asks, origin, ""

    @property
    def flags(self) -> AuthenticatorData.FLAG:
        """What it says of itself: somebody was there, and, if it asks, who."""
        flag = AuthenticatorData.FLAG
        return flag.UP | flag.UV if self.asks else flag.UP

    def said(self, kind: str, challenge: str) -> CollectedClientData:
        """What the browser adds: where it is, and what was asked."""
        return CollectedClientData.create(kind, websafe_decode(challenge), self.origin)

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer the wish for a new passkey."""
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        attested = AttestedCredentialData.create(NOBODY, self.id, ES256.from_cryptography_key(self.key.public_key()))
        flags = self.flags | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(sha256(asked["rp"]["id"].encode()), flags, 0, attested)
        return self.answer(
            clientDataJSON=self.said("webauthn.create", asked["challenge"]),
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def use(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer the wish to see the passkey."""
        asked = options["publicKey"]
        data = AuthenticatorData.create(sha256(asked["rpId"].encode()), self.flags, 1)
        said = self.said("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + said.hash, ec.ECDSA(SHA256()))
        found = self.answer(clientDataJSON=said, authenticatorData=data, signature=signature)
        found["response"]["userHandle"] = self.owner
        return found

    def answer(self, **parts: bytes) -> dict[str, Any]:
        """Put an answer together."""
        name = websafe_encode(self.id)
        response = {part: websafe_encode(bytes(content)) for part, content in parts.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
