# Python 3.8 or later. WEBHOOK_SECRET=whsec_… python3 receiver.py
import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["WEBHOOK_SECRET"].encode()


def is_from_nexadesk(body, headers):
    expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    # The second header is present during a secret rotation.
    signatures = [headers.get("X-NexaDesk-Signature"), headers.get("X-NexaDesk-Signature-Next")]
    return any(hmac.compare_digest(s.encode(), expected.encode()) for s in signatures if s)


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections open between requests

    def do_POST(self):
        # The raw bytes: verify them before parsing.
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        genuine = is_from_nexadesk(body, self.headers)
        self.send_response(200 if genuine else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if genuine:
            # Do the work after responding, and only once for each ID.
            event = json.loads(body)
            print(self.headers["X-NexaDesk-Event-Id"], event["event"], flush=True)


ThreadingHTTPServer(("", int(os.environ.get("PORT", 3000))), Receiver).serve_forever()
