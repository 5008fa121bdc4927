"""What others make of our messages: run as `receivers.py push|webhook|mail …`, prints JSON."""

import base64
import email
import email.policy
import hashlib
import hmac
import json
import pathlib
import sys
import time


def push(key, auth, body):
    """Decrypts a web push with the private key of a browser."""
    import http_ece
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.derive_private_key(int.from_bytes(bytes.fromhex(key), "big"), ec.SECP256R1())
    return http_ece.decrypt(
        bytes.fromhex(body), private_key=private, auth_secret=bytes.fromhex(auth), version="aes128gcm"
    ).decode()


def vapid(token, key):
    """Checks the signature of a VAPID token with the key that came with it; gives the claims."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    def decode(text):
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    head, claims, signature = token.split(".")
    raw = decode(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(key))
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(signature, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return decode(claims).decode()


def webhook(secret, header, body):
    """Says whether a signature is right."""
    parts = dict(part.split("=", 1) for part in header.split(","))
    wanted = hmac.new(secret.encode(), f"{parts['t']}.".encode() + bytes.fromhex(body), hashlib.sha256)
    return json.dumps({"valid": hmac.compare_digest(wanted.hexdigest(), parts["v1"])})


class Mailbox:
    """Takes mails; refuses some addresses as servers do."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        if address.startswith("full@"):
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.iter_parts()}
        self.count += 1
        found = {
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": str(mail["Subject"]),
            "sender": str(mail["From"]), "type": mail.get_content_type(), "parts": parts,
            "date": mail["Date"].datetime.isoformat(), "id": str(mail["Message-ID"]),
            "headers": sorted(set(mail.keys())), "tls": session.ssl is not None,
            "defects": [str(defect) for defect in mail.defects],
            "longest": max(len(line) for line in envelope.content.split(b"\r\n")),
        }
        temporary = self.folder / f"{self.count}.part"
        temporary.write_text(json.dumps(found))
        temporary.rename(self.folder / f"{self.count}.json")
        return "250 OK"


def mail(folder, port, certificate=None, key=None):
    """Serves until it is killed; with a certificate only by STARTTLS, for `me` with the password `secret`."""
    import ssl
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    more = {}
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

        def login(server, session, envelope, mechanism, data):
            # Not handled: the server says 235 or 535 itself.
            return AuthResult(success=(data.login, data.password) == (b"me", b"secret"), handled=False)

        more = {
            "tls_context": context, "require_starttls": True, "authenticator": login, "auth_required": True
        }
    Controller(Mailbox(folder), hostname="127.0.0.1", port=int(port), **more).start()
    pathlib.Path(folder, "ready").touch()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    answer = {"push": push, "vapid": vapid, "webhook": webhook, "mail": mail}[sys.argv[1]](*sys.argv[2:])
    print(answer)
