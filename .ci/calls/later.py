"""Stands before a running application and answers as a later version of it will: every object of an answer has a member more, and
enumerations have values that nobody knows yet. later.py PORT http://localhost:8080"""

import http.server
import json
import sys
import urllib.error
import urllib.request

ENUMERATIONS = {"status", "trigger", "kind", "code", "error_code", "reason", "state", "operator", "match"}


def later(value):
    if isinstance(value, list):
        return [later(item) for item in value]
    if not isinstance(value, dict):
        return value
    grown = {}
    for name, item in value.items():
        if name in ENUMERATIONS and isinstance(item, str):
            grown[name] = "added_later"
        else:
            # The members of "fields" are not the API's, but the caller's.
            grown[name] = item if name == "fields" else later(item)
    return grown | {"added_later": {"some": [1]}}


class Later(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def forward(self):
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "content-length", "connection", "accept-encoding", "upgrade", "http2-settings")}
        request = urllib.request.Request(sys.argv[2] + self.path, self.rfile.read(length) if length else None, headers, method=self.command)
        try:
            answer = urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            answer = error
        body = answer.read()
        if body and answer.headers.get_content_type() == "application/json":
            body = json.dumps(later(json.loads(body))).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = forward

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("localhost", int(sys.argv[1])), Later).serve_forever()
