# SPDX-License-Identifier: ISC
"""An HTTPS server in the lab's internet that has the policies of MTA-STS of
several domains, right and wrong (RFC 8461 3.3)."""
import http.server
import os
import ssl
import subprocess
import threading

GOOD = ("version: STSv1\r\nmode: enforce\r\nmx: mx1.tienda.example\r\n"
        "max_age: 604800\r\n")


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True)


def certificate(folder, names):
    """ca.pem, and cert.pem with its key for these names."""
    def key(name, *more):
        openssl("req", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                "/CN=" + name, "-keyout", "%s/%s.key" % (folder, name), *more)
    key("ca", "-x509", "-days", "2", "-out", folder + "/ca.pem")
    key("cert", "-out", folder + "/cert.csr")
    with open(folder + "/ext", "w") as f:
        f.write("subjectAltName=" + ",".join("DNS:" + n for n in names))
    openssl("x509", "-req", "-in", folder + "/cert.csr", "-days", "2",
            "-CA", folder + "/ca.pem", "-CAkey", folder + "/ca.key",
            "-CAcreateserial", "-extfile", folder + "/ext", "-out",
            folder + "/cert.pem")


class Policies:
    """policies: domain -> (status, content type, text), or a list of texts, one
    for each request; the last stays. unnamed: domains whose
    hosts are not in the certificate. ca: the file of who signed it."""

    def __init__(self, internet, folder, address, policies, unnamed=()):
        os.makedirs(folder)
        certificate(folder, ["mta-sts." + d for d in policies
                             if d not in unnamed])
        self.ca, self.folder, self.policies = \
            folder + "/ca.pem", folder, policies
        self.open = threading.Event()
        internet.thread(self.serve, address)
        if not self.open.wait(20):
            raise RuntimeError("the server of policies does not come up")

    def serve(self, address):
        policies = self.policies

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.headers["Host"].removeprefix("mta-sts.")
                status, kind, text = policies.get(name, (404, "", ""))
                if isinstance(text, list):
                    text = text.pop(0) if len(text) > 1 else text[0]
                if self.path != "/.well-known/mta-sts.txt":
                    status = 404
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args):
                pass

        server = http.server.ThreadingHTTPServer((address, 443), Handler)
        server.handle_error = lambda *args: None  # who hangs up
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder + "/cert.pem",
                                self.folder + "/cert.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        self.open.set()
        server.serve_forever()
