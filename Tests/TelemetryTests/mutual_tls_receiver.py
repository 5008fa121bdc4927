"""An OTLP receiver that wants to know who calls.

usage: mutual_tls_receiver.py PORT FOLDER   (FOLDER holds ca.pem, server.pem, server.key; bodies go there by path)
"""

import http.server
import os
import ssl
import sys

port, folder = int(sys.argv[1]), sys.argv[2]


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        name = dict(entry[0] for entry in self.connection.getpeercert()["subject"])["commonName"]
        with open(os.path.join(folder, self.path.strip("/").replace("/", "-")), "wb") as file:
            file.write(name.encode() + b"\n" + body)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))
context.load_verify_locations(os.path.join(folder, "ca.pem"))
context.verify_mode = ssl.CERT_REQUIRED


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def get_request(self):
        connection, address = super().get_request()
        # The handshake belongs to the connection's own thread: a caller without a certificate holds nobody.
        return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, address):
        pass


Server(("127.0.0.1", port), Receiver).serve_forever()
