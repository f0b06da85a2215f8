"""A server with as much of X's API v2 as posting needs, for tests, on 127.0.0.1.

    /usr/bin/python3 x_stub.py FILE      writes its address to FILE, and serves until it is ended

Every OAuth 1.0a signature is verified with oauthlib, nonces and times too. Every body and query is held
against a closed schema: what X does not know is refused. Whatever is refused for the asker's fault is noted.

    GET  /control            {"posts": [...], "media": {...}, "violations": [...], "asked": [...]}
    POST /control            {"mishaps": ["429", ...], "takes_duplicates": false}
                             the next POST /2/tweets meets the first mishap, the one after it the second, and so on:
                             "" (none), "402", "429", "capped", "503" (before the work), "500-after" (done all the
                             same), "lost-after" (done, and the connection closed), "lost-before" (closed, not
                             done), "expire" (the access token of OAuth 2.0 has just ended)

Source of the contract: docs.x.com and its OpenAPI description 2.167, 2026-08; the refusal of repeated words as it was
seen on 2026-02-12 (github.com/akrherz/iembot/issues/163).
"""
import email.parser
import email.policy
import http.server
import json
import os
import re
import sys
import threading
import time
import urllib.parse

import jsonschema
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint

CLIENT = ("stub-consumer-key", "stub-consumer-secret")
TOKEN = ("42-stub-access-token", "stub-token-secret")
BEARER = "stub-bearer-token"  # never ends
REFRESH = "stub-refresh-token-0"
USER = {"id": "42", "name": "Council", "username": "council"}
LIMITED_TEXT = 280

ID = {"type": "string", "pattern": "^[0-9]{1,19}$"}
SCHEMAS = {
    "/2/tweets": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "text": {"type": "string", "minLength": 1},
            "media": {
                "type": "object",
                "additionalProperties": False,
                "required": ["media_ids"],
                "properties": {
                    "media_ids": {"type": "array", "minItems": 1, "maxItems": 4, "items": ID, "uniqueItems": True},
                    "tagged_user_ids": {"type": "array", "maxItems": 10, "items": ID},
                },
            },
            "reply_settings": {"enum": ["following", "mentionedUsers", "subscribers", "verified"]},
            "made_with_ai": {"type": "boolean"},
            "nullcast": {"type": "boolean"},
        },
        "anyOf": [{"required": ["text"]}, {"required": ["media"]}],
    },
    "/2/media/metadata": {
        "type": "object",
        "additionalProperties": False,
        "required": ["id"],
        "properties": {
            "id": ID,
            "metadata": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "alt_text": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["text"],
                        "properties": {"text": {"type": "string", "maxLength": 1000}},
                    }
                },
            },
        },
    },
}
TIMELINE_QUERY = {"max_results", "exclude", "tweet.fields", "start_time", "end_time", "pagination_token", "since_id"}
CATEGORIES = {"tweet_image", "dm_image", "subtitles"}


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.posts, self.media, self.violations, self.asked = [], {}, [], []
        self.mishaps, self.nonces, self.takes_duplicates = [], set(), False
        self.next_id = 1900000000000000001
        self.bearer, self.refresh = None, REFRESH  # of OAuth 2.0: each refresh token is good once

    def new_id(self):
        self.next_id += 1
        return str(self.next_id)


class Validator(RequestValidator):
    """Knows one client with one token, and every nonce that was used."""

    enforce_ssl = False
    client_key_length = (10, 60)
    access_token_length = (10, 60)
    nonce_length = (10, 80)
    safe_characters = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    dummy_client = "dummy-client-key"
    dummy_access_token = "dummy-access-token"
    timestamp_lifetime = 300

    def __init__(self, state):
        super().__init__()
        self.state = state

    def validate_client_key(self, client_key, request):
        return client_key == CLIENT[0]

    def get_client_secret(self, client_key, request):
        return CLIENT[1]

    def validate_access_token(self, client_key, token, request):
        return token == TOKEN[0]

    def get_access_token_secret(self, client_key, token, request):
        return TOKEN[1]

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, request, request_token=None,
                                     access_token=None):
        used = (timestamp, nonce)
        if abs(time.time() - int(timestamp)) > 300 or used in self.state.nonces:
            return False
        self.state.nonces.add(used)
        return True


def problem(status, title, detail, kind="about:blank"):
    return status, {"title": title, "detail": detail, "type": kind, "status": status}, {}


def shown(post):
    """As X shows a post: each link as one of t.co's, with where it leads beside it."""
    urls = []

    def shorten(match):
        short = "https://t.co/%s%d" % (post["id"][-6:], len(urls))
        urls.append({"start": match.start(), "end": match.end(), "url": short, "expanded_url": match.group(0),
                     "display_url": match.group(0)[8:34] + "…"})
        return short

    text = re.sub(r"https?://\S+", shorten, post["text"])
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for media in post["media"]:
        short = "https://t.co/p" + media[-9:]
        text += " " + short
        urls.append({"url": short, "expanded_url": "https://x.com/council/status/1/photo/1", "media_key": "3_" + media})
    entry = {"id": post["id"], "text": text, "created_at": post["created_at"], "edit_history_tweet_ids": [post["id"]]}
    if urls:
        entry["entities"] = {"urls": urls}
    return entry


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state = None
    endpoint = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urllib.parse.urlsplit(self.path).path
        with self.state.lock:
            result = self.control(body) if path == "/control" else self.api(path, body)
        if result is None:  # the connection breaks, and no answer comes
            self.close_connection = True
            return
        status, content, headers = result
        data = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", "Content-Length": len(data),
                            **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)

    def control(self, body):
        state = self.state
        if self.command == "POST":
            wish = json.loads(body)
            state.mishaps = wish.get("mishaps", state.mishaps)
            state.takes_duplicates = wish.get("takes_duplicates", state.takes_duplicates)
        return 200, {"posts": state.posts, "media": state.media, "violations": state.violations,
                     "asked": state.asked}, {}

    def refuse(self, status, title, detail, kind="about:blank"):
        self.state.violations.append("%s %s: %s" % (self.command, self.path, detail))
        return problem(status, title, detail, kind)

    def api(self, path, body):
        self.state.asked.append(self.command + " " + path)
        if (self.command, path) == ("POST", "/2/oauth2/token"):
            return self.token(body)
        if not self.is_signed(body):
            return self.refuse(401, "Unauthorized", "Unauthorized")
        if self.command == "POST" and path == "/2/media/upload":
            return self.upload(body)
        if self.command == "POST" and path in SCHEMAS:
            return self.take_json(path, body)
        if self.command == "GET" and path == "/2/users/me":
            return 200, {"data": USER}, {}
        if self.command == "GET" and path == "/2/users/42/tweets":
            return self.timeline()
        return self.refuse(404, "Not Found Error", "nothing is there", "https://api.x.com/2/problems/resource-not-found")

    def is_signed(self, body):
        authorization = self.headers.get("Authorization", "")
        if authorization.startswith("Bearer "):
            return authorization[7:] in (BEARER, self.state.bearer)
        if not authorization.startswith("OAuth "):
            return False
        uri = "http://%s%s" % (self.headers["Host"], self.path)
        headers = {"Authorization": authorization, "Content-Type": self.headers.get("Content-Type", "")}
        is_form = headers["Content-Type"].startswith("application/x-www-form-urlencoded")
        valid, _ = self.endpoint.validate_request(uri, self.command, body.decode() if is_form else None, headers)
        return valid

    def token(self, body):
        fields = dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True))
        state = self.state
        is_whole = set(fields) == {"grant_type", "refresh_token", "client_id"}
        if not is_whole or fields["grant_type"] != "refresh_token" or fields["refresh_token"] != state.refresh:
            state.violations.append("POST /2/oauth2/token: %s" % sorted(fields))
            return 400, {"error": "invalid_grant", "error_description": "Value passed for the token was invalid."}, {}
        state.bearer, state.refresh = "stub-access-" + state.new_id(), "stub-refresh-" + state.new_id()
        return 200, {"token_type": "bearer", "expires_in": 7200, "access_token": state.bearer,
                     "refresh_token": state.refresh,
                     "scope": "tweet.read tweet.write users.read media.write offline.access"}, {}

    def upload(self, body):
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/form-data"):
            return self.refuse(400, "Invalid Request", "not multipart")
        head = ("Content-Type: %s\r\n\r\n" % kind).encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        parts = {part.get_param("name", header="content-disposition"): part for part in message.iter_parts()}
        if set(parts) != {"media", "media_category"}:
            return self.refuse(400, "Invalid Request", "parts: %s" % sorted(parts))
        if parts["media_category"].get_payload(decode=True).decode().strip() not in CATEGORIES:
            return self.refuse(400, "Invalid Request", "media_category")
        data = parts["media"].get_payload(decode=True)
        if not data or parts["media"].get_content_type() not in ("image/jpeg", "image/png", "image/gif", "image/webp"):
            return self.refuse(400, "Invalid Request", "media")
        media = self.state.new_id()
        self.state.media[media] = {"size": len(data), "type": parts["media"].get_content_type(), "alt": None}
        return 200, {"data": {"id": media, "media_key": "3_" + media, "expires_after_secs": 86400,
                              "size": len(data)}}, {}

    def take_json(self, path, body):
        if not self.headers.get("Content-Type", "").startswith("application/json"):
            return self.refuse(400, "Invalid Request", "not JSON")
        try:
            content = json.loads(body)
            jsonschema.validate(content, SCHEMAS[path], cls=jsonschema.Draft7Validator)
        except (ValueError, jsonschema.ValidationError) as error:
            return self.refuse(400, "Invalid Request", "%s: %s" % (path, str(error).splitlines()[0]),
                               "https://api.x.com/2/problems/invalid-request")
        return self.describe(content) if path == "/2/media/metadata" else self.tweet(content)

    def describe(self, content):
        media = self.state.media.get(content["id"])
        if media is None:
            return self.refuse(404, "Not Found Error", "no such media")
        media["alt"] = content.get("metadata", {}).get("alt_text", {}).get("text")
        return 200, {"data": {"id": content["id"], "associated_metadata": content.get("metadata", {})}}, {}

    def tweet(self, content):
        state = self.state
        mishap = state.mishaps.pop(0) if state.mishaps else ""
        if mishap == "lost-before":
            return None
        if mishap == "expire":
            state.bearer = None
            return problem(401, "Unauthorized", "Unauthorized")
        if mishap == "402":
            return problem(402, "CreditsDepleted", "no credits", "https://api.x.com/2/problems/credits")
        if mishap == "429":
            status, body, _ = problem(429, "Too Many Requests", "Too Many Requests")
            return status, body, {"x-rate-limit-limit": 100, "x-rate-limit-remaining": 0,
                                  "x-rate-limit-reset": int(time.time()) + 600}
        if mishap == "capped":
            return problem(429, "UsageCapExceeded", "Usage cap exceeded: Monthly product cap",
                           "https://api.twitter.com/2/problems/usage-capped")
        if mishap == "503":
            return problem(503, "Service Unavailable", "Service Unavailable")
        media = content.get("media", {}).get("media_ids", [])
        if any(one not in state.media for one in media):
            return self.refuse(400, "Invalid Request", "media ids that were never given")
        text = content.get("text", "")
        if not state.takes_duplicates and any(post["text"] == text for post in state.posts):
            return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        post = {"id": state.new_id(), "text": text, "media": media,
                "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())}
        state.posts.append(post)
        if mishap == "lost-after":
            return None
        if mishap == "500-after":
            return 500, {"errors": [{"code": 131, "message": "Internal error"}]}, {}
        return 201, {"data": {"id": post["id"], "text": shown(post)["text"],
                              "edit_history_post_ids": [post["id"]]}}, {}

    def timeline(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query, strict_parsing=True))
        unknown = set(query) - TIMELINE_QUERY
        count = int(query.get("max_results", 10))
        if unknown or not 5 <= count <= 100:
            return self.refuse(400, "Invalid Request", "query: %s" % (sorted(unknown) or count))
        start = query.get("start_time", "")
        if start and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", start):
            return self.refuse(400, "Invalid Request", "start_time")
        found = [shown(post) for post in reversed(self.state.posts) if post["created_at"] >= start][:count]
        body = {"meta": {"result_count": len(found)}}
        if found:
            body["data"] = found
        return 200, body, {}


def main():
    Handler.state = State()
    Handler.endpoint = SignatureOnlyEndpoint(Validator(Handler.state))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
        file.write("http://127.0.0.1:%d" % server.server_address[1])
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    server.serve_forever()


if __name__ == "__main__":
    main()
