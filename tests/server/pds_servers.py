"""What the Python tests beside Bluesky's server share: crier as a process, the person who signs in, and a server in
between that hears everything, may hold back, and passes on."""
import http.client
import http.server
import json
import os
import re
import socketserver
import subprocess
import threading
import urllib.parse
import urllib.request


def missing(what):
    """Ends the test: skipped, or failed where nothing may be missing."""
    print(f"SKIPPED: {what}")
    raise SystemExit(1 if os.environ.get("CRIER_REQUIRE_SERVERS") == "1" else 77)


def read_info():
    path = os.environ.get("CRIER_TEST_PDS")
    if not path:
        missing(os.environ.get("CRIER_TEST_PDS_MISSING", "CRIER_TEST_PDS is not set: run it with tests/server/with-pds"))
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def get_json(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


class Heard:
    """A request, as a server got it."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body

    def all_of_it(self):
        """Its text, as it went over the wire."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return f"{self.method} {self.path}\r\n{lines}\r\n".encode("utf-8", "surrogateescape") + self.body


class Server:
    """Listens on 127.0.0.1 and keeps what it hears; a subclass answers."""

    def __init__(self, port=0, name="127.0.0.1"):
        outer = self
        self.heard = []
        self.lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = Heard(self.command, self.path, list(self.headers.items()), body)
                with outer.lock:
                    outer.heard.append(request)
                answer = outer.answer(request)
                if answer is None:  # nobody is told anything
                    self.close_connection = True
                    return
                status, headers, content = answer
                try:
                    self.send_response_only(status)
                    for header, value in headers:
                        self.send_header(header, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:  # whoever asked is gone
                    self.close_connection = True

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

            def log_message(self, *_):
                pass

        class Listener(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):  # a client that was killed
                pass

        self.listener = Listener(("127.0.0.1", port), Handler)
        self.port = self.listener.server_port
        self.url = f"http://{name}:{self.port}"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def answer(self, request):
        raise NotImplementedError


class PassOn(Server):
    """Stands at the address that the real server goes by, and asks that one."""

    def __init__(self, info):
        at = urllib.parse.urlsplit(info["url"])
        self.inner = urllib.parse.urlsplit(info["inner"])
        # False: nobody is told anything; before() may also give the answer itself.
        self.before = self.after = lambda request: True
        self.busy = 0
        self.idle = threading.Condition()
        super().__init__(at.port, at.hostname)

    def answer(self, request):
        with self.idle:
            self.busy += 1
        try:
            return self.ask(request)
        finally:
            with self.idle:
                self.busy -= 1
                self.idle.notify_all()

    def ask(self, request):
        verdict = self.before(request)
        if verdict is not True:
            return verdict or None
        link = http.client.HTTPConnection("127.0.0.1", self.inner.port, timeout=60)
        link.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            if name.lower() != "connection":
                link.putheader(name, value)
        link.putheader("Connection", "close")
        link.endheaders(request.body)
        answer = link.getresponse()
        content = answer.read()
        link.close()
        dropped = {"connection", "keep-alive", "transfer-encoding", "content-length", "date"}
        headers = [(n, v) for n, v in answer.getheaders() if n.lower() not in dropped]
        request.status, request.content = answer.status, content
        return (answer.status, headers, content) if self.after(request) else None

    def wait_until_idle(self):
        with self.idle:
            self.idle.wait_for(lambda: self.busy == 0, timeout=60)


def run(process_of, arguments, hear=lambda line: None, given=""):
    """Runs crier to its end, handing over each line it writes; gives its exit code and all that it wrote."""
    process = process_of(arguments)
    process.stdin.write(given)
    process.stdin.close()
    lines = []
    for line in process.stdout:
        lines.append(line)
        hear(line)
    return process.wait(timeout=120), "".join(lines)


def sign_in(process_of, account, name):
    """`crier auth login`, with a person who opens the address, signs in and agrees."""
    problems = []

    def approve(line):
        found = re.search(r"https?://\S+/oauth/authorize\?\S+", line)
        if not found:
            return
        scripts = os.environ["CRIER_TEST_PDS_SCRIPTS"]
        done = subprocess.run([os.environ["CRIER_TEST_PDS_NODE"], f"{scripts}/approve.mjs", found.group(), account["handle"],
                               account["password"]], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            problems.append(done.stderr)

    code, out = run(process_of, ["auth", "login", name], approve)
    if code != 0 or problems:
        raise SystemExit(f"the sign-in failed: {out}{''.join(problems)}")
    return out


def sign_in_with_app_password(process_of, account, name):
    code, out = run(process_of, ["auth", "login", "--method", "app-password", name], given=account["appPassword"] + "\n")
    if code != 0:
        raise SystemExit(f"the sign-in failed: {out}")
    return out


def records(info, account):
    """All posts of an account, as the server has them."""
    found, cursor = [], ""
    while True:
        page = get_json(f"{info['inner']}/xrpc/com.atproto.repo.listRecords?repo={account['did']}"
                        f"&collection=app.bsky.feed.post&limit=100{cursor and '&cursor=' + cursor}")
        found += [record["value"] for record in page["records"]]
        cursor = page.get("cursor", "")
        if not cursor:
            return found
