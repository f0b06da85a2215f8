#!/usr/bin/python3
"""An OAuth 1.0a server on 127.0.0.1 that looks like X where crier looks; everything in memory.

    /usr/bin/python3 server.py ADDRESS_FILE

Signatures, nonces, timestamps and the exchange of tokens are judged by oauthlib (Debian's python3-oauthlib), so that
crier is measured with somebody else's reading of RFC 5849.

  POST /oauth/request_token   GET and POST /oauth/authorize (any name and password)   POST /oauth/access_token
  GET /2/users/me, POST anything below /2/: a signed request; the answer says what was understood of it
  POST /test/timestamps?offset=SECONDS    what this server's clock, and its Date header, are off by from now on
"""
import html
import json
import os
import secrets
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from oauthlib import oauth1
from oauthlib.oauth1.rfc5849 import errors

# The odd characters must go through two percent-encodings whole.
CLIENTS = {"test-key": "client-secret/with+odd&characters=%25~"}
ALLOWED_SECONDS = 300


class Memory(oauth1.RequestValidator):
    """What oauthlib asks its application."""

    enforce_ssl = False
    dummy_client = dummy_request_token = dummy_access_token = "nobody"
    allowed_signature_methods = ("HMAC-SHA1",)
    timestamp_lifetime = 10**9  # judged below, with this server's own clock

    def __init__(self):
        super().__init__()
        self.temporary, self.lasting, self.nonces = {}, {}, set()
        self.offset = 0
        self.lock = threading.Lock()

    @staticmethod
    def is_plain(text):
        return bool(text) and len(text) <= 256 and all(33 <= ord(c) < 127 for c in text)

    check_client_key = check_request_token = check_access_token = check_nonce = check_verifier = \
        lambda self, text: self.is_plain(text)

    def get_client_secret(self, key, request):
        return CLIENTS.get(key, "nobody's")

    def get_request_token_secret(self, key, token, request):
        return self.temporary.get(token, {}).get("oauth_token_secret", "nobody's")

    def get_access_token_secret(self, key, token, request):
        return self.lasting.get(token, {}).get("oauth_token_secret", "nobody's")

    def validate_client_key(self, key, request):
        return key in CLIENTS

    def validate_request_token(self, key, token, request):
        return self.temporary.get(token, {}).get("client") == key

    def validate_access_token(self, key, token, request):
        return self.lasting.get(token, {}).get("client") == key

    def validate_timestamp_and_nonce(self, key, timestamp, nonce, request, request_token=None, access_token=None):
        if abs(time.time() + self.offset - int(timestamp)) > ALLOWED_SECONDS:
            return False
        entry = (key, timestamp, nonce, request_token or access_token)
        with self.lock:
            if entry in self.nonces:
                return False
            self.nonces.add(entry)
        return True

    def validate_redirect_uri(self, key, address, request):
        return address == "oob"

    def validate_requested_realms(self, key, realms, request):
        return True

    def validate_realms(self, key, token, request, uri=None, realms=None):
        return True

    def validate_verifier(self, key, token, verifier, request):
        wanted = self.temporary.get(token, {}).get("verifier")
        return wanted is not None and secrets.compare_digest(wanted, verifier or "")

    def get_default_realms(self, key, request):
        return []

    def get_realms(self, token, request):
        return []

    def get_redirect_uri(self, token, request):
        return self.temporary[token]["callback"]

    def save_request_token(self, token, request):
        self.temporary[token["oauth_token"]] = {
            **token, "client": request.client_key, "callback": request.redirect_uri}

    def save_access_token(self, token, request):
        self.lasting[token["oauth_token"]] = {
            **token, "client": request.client_key, "user": self.temporary[request.resource_owner_key]["user"]}

    def invalidate_request_token(self, key, token, request):
        self.temporary.pop(token, None)


def odd_token():
    """Tokens and secrets, too, may have characters that an encoder stumbles over."""
    return "42-" + secrets.token_hex(12) + "~/+="


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    memory = Memory()
    provider = None

    def log_message(self, *ignored):
        pass

    def date_time_string(self, timestamp=None):
        return formatdate(time.time() + self.memory.offset, usegmt=True)

    def reply(self, status, body="", headers=None):
        data = body.encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def reply_json(self, status, value):
        self.reply(status, json.dumps(value), {"Content-Type": "application/json"})

    def authorize(self, body):
        given = parse_qs(body or urlsplit(self.path).query)
        token = given.get("oauth_token", [""])[0]
        known = self.memory.temporary.get(token)
        if known is None:
            return self.reply(401, "nobody asked for this")
        if self.command == "GET":
            return self.reply(200, '<form method="post" action="/oauth/authorize">'
                              f'<input type="hidden" name="oauth_token" value="{html.escape(token)}">'
                              '<input type="text" name="user"><input type="password" name="password"></form>',
                              {"Content-Type": "text/html"})
        known["user"] = given.get("user", ["nobody"])[0]
        known["verifier"] = f"{secrets.randbelow(10**7):07d}"
        return self.reply(200, known["verifier"])

    def resource(self, arguments, raw):
        is_valid, request = self.provider.validate_protected_resource_request(**arguments)
        if not is_valid:
            return self.reply_json(401, {"title": "Unauthorized", "status": 401, "detail": "Unauthorized"})
        user = self.memory.lasting[request.resource_owner_key]["user"]
        if urlsplit(self.path).path == "/2/users/me":
            return self.reply_json(200, {"data": {"id": "42", "username": user}})
        return self.reply_json(200, {"user": user, "body_bytes": len(raw)})

    def answer(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        is_form = self.headers.get_content_type() == "application/x-www-form-urlencoded" and \
            "Content-Type" in self.headers
        body = raw.decode() if is_form else None
        arguments = {"uri": "http://" + self.headers["Host"] + self.path, "http_method": self.command,
                     "body": body, "headers": dict(self.headers.items())}
        try:
            if path == "/oauth/request_token":
                headers, text, status = self.provider.create_request_token_response(**arguments)
                return self.reply(status, text or "", headers)
            if path == "/oauth/access_token":
                headers, text, status = self.provider.create_access_token_response(**arguments)
                return self.reply(status, text or "", headers)
            if path == "/oauth/authorize":
                return self.authorize(body)
            if path == "/test/timestamps":
                self.memory.offset = int(parse_qs(urlsplit(self.path).query)["offset"][0])
                return self.reply(204)
            if path.startswith("/2/"):
                return self.resource(arguments, raw)
            return self.reply(404)
        except (errors.OAuth1Error, ValueError) as problem:
            return self.reply_json(400, {"title": type(problem).__name__, "detail": str(problem)})

    do_GET = do_POST = answer


def main():
    Handler.provider = oauth1.WebApplicationServer(Handler.memory)
    Handler.provider.token_generator = odd_token
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
        file.write(f"http://127.0.0.1:{server.server_port}")
    os.replace(sys.argv[1] + ".new", sys.argv[1])
    server.serve_forever()


main()
