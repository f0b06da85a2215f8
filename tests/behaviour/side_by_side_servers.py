"""A council's website and a Mastodon server for side_by_side and kill_loop: in memory, on 127.0.0.1."""
import json
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """One thread each connection; a client that dies is no news."""

    daemon_threads = True

    def __init__(self, address, handler):
        self.connections = 0
        self.counting = threading.Condition()
        super().__init__(address, handler)

    def process_request(self, request, client_address):
        with self.counting:
            self.connections += 1
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.counting:
                self.connections -= 1
                self.counting.notify_all()

    def handle_error(self, request, client_address):
        pass


class Served:
    """Listens on a free port from the start; what is asked goes to answer()."""

    def __init__(self):
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                with served.lock:
                    status, kind, content = served.answer(self.command, self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = handle_one

            def log_message(self, *_):
                pass

        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_until_idle(self):
        """Until what was sent has been acted on, and its sender is gone."""
        with self.server.counting:
            self.server.counting.wait_for(lambda: self.server.connections == 0, timeout=30)


class Website(Served):
    """One feed, as it is at the moment."""

    def __init__(self):
        self.status, self.content = 200, b""
        super().__init__()

    def answer(self, command, path, headers, body):
        return self.status, "application/rss+xml", self.content if self.status == 200 else b"gone fishing"


class Mastodon(Served):
    """As much of Mastodon's API as crier and feed2toot ask for."""

    def __init__(self):
        self.statuses = []  # texts and when they came, oldest first
        self.keys = {}
        self.posts = 0
        self.fails_at = 0  # which post is answered with 500, and not taken
        self.honours_keys = True
        self.after_post = lambda: None  # called when a post is public, before it is answered
        self.clock = time.time
        super().__init__()

    @staticmethod
    def json(status, content):
        return status, "application/json", json.dumps(content).encode()

    def shown(self, number):
        text, at = self.statuses[number]
        words = [f'<a href="{w}">{w}</a>' if w.startswith("http") else w for w in text.split(" ")]
        return {
            "id": str(1000 + number),
            "url": f"{self.url}/@council/{1000 + number}",
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at)),
            "content": "<p>" + " ".join(words) + "</p>",
        }

    def answer(self, command, path, headers, body):
        path = path.split("?")[0].rstrip("/")
        if command == "POST" and path == "/api/v1/statuses":
            return self.take(headers, body)
        if path in ("/api/v1/instance", "/api/v2/instance"):
            return self.json(200, {"uri": "council", "version": "4.2.0"})
        if path == "/api/v1/accounts/verify_credentials":
            return self.json(200, {"id": "7", "acct": "council"})
        if path == "/api/v1/accounts/7/statuses":
            return self.json(200, [self.shown(n) for n in reversed(range(len(self.statuses)))][:40])
        return self.json(404, {"error": "Record not found"})

    def take(self, headers, body):
        self.posts += 1
        if self.posts == self.fails_at:
            return self.json(500, {"error": "Something went wrong on our end"})
        key = headers.get("Idempotency-Key")
        if self.honours_keys and key in self.keys:
            return self.json(200, self.shown(self.keys[key]))
        is_json = "json" in headers.get("Content-Type", "")
        text = json.loads(body)["status"] if is_json else urllib.parse.parse_qs(body)["status"][0]
        self.statuses.append((text, self.clock()))
        if key:
            self.keys[key] = len(self.statuses) - 1
        self.after_post()
        return self.json(200, self.shown(len(self.statuses) - 1))
