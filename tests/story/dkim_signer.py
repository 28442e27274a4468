# SPDX-License-Identifier: ISC
"""Signs messages as RFC 6376 and RFC 8463 say, with keys that openssl makes:
written apart from the program, so that both can be wrong only in the same
way."""
import base64
import hashlib
import re
import subprocess

ALGORITHMS = ("rsa-sha256", "ed25519-sha256", "rsa-sha1")


def openssl(*args, data=None):
    return subprocess.run(["openssl", *map(str, args)], input=data, check=True,
                          capture_output=True).stdout


class Key:
    def __init__(self, folder, name, kind="rsa", bits=2048):
        self.path, self.kind = folder / (name + ".pem"), kind
        if kind == "rsa":
            openssl("genpkey", "-algorithm", "rsa", "-pkeyopt",
                    "rsa_keygen_bits:%d" % bits, "-out", self.path)
        else:
            openssl("genpkey", "-algorithm", "ed25519", "-out", self.path)
        der = openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER")
        # RFC 8463 4.2: the 32 bytes alone
        self.p = base64.b64encode(der[-32:] if kind != "rsa" else der).decode()

    @property
    def record(self):
        return "v=DKIM1; k=%s; p=%s" % (self.kind, self.p)

    def sign(self, data, digest):
        if self.kind == "rsa":
            return openssl("dgst", "-" + digest, "-sign", self.path, data=data)
        # from a file: pkeyutl -rawin wants to know the size
        path = self.path.with_suffix(".in")
        path.write_bytes(hashlib.sha256(data).digest())
        return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.path,
                       "-in", path)


def header_form(form, field):
    """field: without its last CRLF."""
    if form == "simple":
        return field
    name, value = field.split(b":", 1)
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" \t")
    return name.rstrip(b" \t").lower() + b":" + value


def body_form(form, body):
    if form == "relaxed":
        body = re.sub(rb"[ \t]+", b" ", body)
        body = re.sub(rb" (?=\r\n)", b"", body)
        body = re.sub(rb" $", b"", body)
    body = re.sub(rb"(\r\n)*$", b"", body)
    if body or form == "simple":
        body += b"\r\n"
    return body


def fields_of(header):
    return re.split(rb"\r\n(?![ \t])", header.rstrip(b"\r\n"))


def sign(text, key, domain="tienda.example", selector="mail",
         algorithm="rsa-sha256", forms="relaxed/relaxed",
         names="From:To:Subject:Date:Message-ID", length=None, extra=""):
    """text: the message as str with LF; returns it with CRLF and signed."""
    raw = text.encode().replace(b"\n", b"\r\n")
    header, body = raw.split(b"\r\n\r\n", 1)
    head, tail = forms.split("/")
    digest = algorithm.split("-")[1]
    canonical = body_form(tail, body)
    if length is not None:
        canonical = canonical[:length]
        extra += " l=%d;" % length
    value = ("v=1; a=%s; c=%s;\r\n\td=%s; s=%s;%s\r\n\th=%s;\r\n\tbh=%s;\r\n"
             "\tb=" % (algorithm, forms, domain, selector, extra, names,
                       base64.b64encode(hashlib.new(
                           digest, canonical).digest()).decode()))
    own = b"DKIM-Signature: " + value.encode()
    left, hashed = fields_of(header), b""
    for name in names.split(":"):
        for n in range(len(left) - 1, -1, -1):
            if left[n].split(b":")[0].strip().lower() == \
                    name.strip().lower().encode():
                hashed += header_form(head, left.pop(n)) + b"\r\n"
                break
    hashed += header_form(head, own)
    signature = base64.b64encode(key.sign(hashed, digest))
    folded = b"\r\n\t".join(signature[i:i + 60]
                            for i in range(0, len(signature), 60))
    return own + folded + b"\r\n" + raw
