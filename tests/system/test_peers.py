"""A guest and this machine's Linux as TCP's two ends, in a network namespace with taps: see namespace.py."""

import concurrent.futures
import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import unittest

import namespace
from harness import TOP, booted, channel, debian, output_of, pax, program_row
from namespace import ACK, DISCOVER, REQUEST
from network import local_source, pages, pattern, start_httpd

HOST, GUEST = "10.0.3.1", "10.0.3.2"  # at QEMU's tap
LOSSY_HOST, LOSSY_GUEST = "10.0.4.1", "10.0.4.2"  # at the cable that loses frames
LEASE_HOST, LEASE_GUEST = "10.0.5.1", "10.0.5.2"  # where leases last for seconds
DATA = pattern(3 << 20)


@contextlib.contextmanager
def cables(seed, rows=()):
    """A machine with three cards, whose httpd serves /www/data: it, the lossy cable, and the DHCP server of the short leases."""
    namespace.enter()
    namespace.direct("astra0", HOST)
    namespace.direct("astra2", LEASE_HOST)
    relay = namespace.Relay("astra1", LOSSY_HOST, seed)
    namespace.DhcpServer("astra0", HOST, GUEST)
    namespace.DhcpServer("astra1", LOSSY_HOST, LOSSY_GUEST)
    leases = namespace.DhcpServer("astra2", LEASE_HOST, LEASE_GUEST, (4, 1, 2))
    cards = [*relay.qemu("lossy", "52:54:00:12:34:57"), "-netdev", "tap,id=lease,ifname=astra2,script=no,downscript=no",
             "-device", "virtio-net-pci,netdev=lease,disable-legacy=on,romfile=,mac=52:54:00:12:34:58"]
    try:
        files = [pax.Row("www", kind=pax.DIRECTORY), pax.Row("www/data", data=DATA), pax.Row("www/page", data=DATA[:1000], mtime=10 ** 9)]
        with booted([*files, *rows], net="tap:astra0", smp=2, extra=cards) as guest:
            start_httpd(guest, "-j", "2")
            yield guest, relay, leases
    finally:
        relay.close()


def check(got, wanted):
    """Equal, or a failure that shows what came."""
    assert got == wanted, f"{got[:200]!r}, not {wanted[:200]!r}"


def command(*words, stdin=b"", status=0, env=None, seconds=60):
    """The output of a program of this machine."""
    done = subprocess.run(words, input=stdin, env=env, capture_output=True, timeout=seconds, check=False)
    assert done.returncode == status, f"{words}: status {done.returncode}, stderr {done.stderr[-500:]!r}"
    return done.stdout


def check_curl():
    """curl against httpd: whole, in part, HEAD, old and conditional requests, and two pages by one connection."""
    if not shutil.which("curl"):
        print("there is no curl")
        return
    url = f"http://{GUEST}"
    check(command("curl", "-sSf", f"{url}/data"), DATA)
    check(command("curl", "-sSf", "-r", "1000-1999", f"{url}/data"), DATA[1000:2000])
    check(command("curl", "-sSf", "--http1.0", f"{url}/page"), DATA[:1000])
    head = command("curl", "-sSI", f"{url}/page").decode().lower()
    assert head.startswith("http/1.1 200 ") and "content-length: 1000\r\n" in head, head
    shown = ["-o", "/dev/null", "-w", "%{http_code} %{num_connects}\n"]
    check(command("curl", "-sS", "-z", "1 Jan 2002", *shown, f"{url}/page"), b"304 1\n")
    check(command("curl", "-sS", *shown, f"{url}/page", *shown[:2], f"{url}/none"), b"200 1\n404 0\n")
    check(command("curl", "-sS", *shown, "--path-as-is", f"{url}/../../etc/passwd"), b"403 1\n")
    check(command("curl", "-sS", "-d", "text", *shown, f"{url}/page"), b"405 1\n")


def check_wget(folder):
    """wget against httpd: a file continued."""
    if not shutil.which("wget"):
        print("there is no wget")
        return
    path = os.path.join(folder, "data")
    with open(path, "wb") as file:
        file.write(DATA[:100000])
    command("wget", "-q", "-c", "-P", folder, f"http://{GUEST}/data")
    with open(path, "rb") as file:
        assert file.read() == DATA


def check_load(folder):
    """1,000 connections at once."""
    program, page = os.path.join(folder, "http_load"), os.path.join(folder, "page")
    with open(page, "wb") as file:
        file.write(DATA[:1000])
    subprocess.run(["gcc", "-O2", "-x", "c", "-o", program, "-"], input=local_source("http_load.c"), check=True)
    print(command(program, GUEST, "80", "1000", "2000", "2", "/page", page).decode().strip())


def check_fetch(guest):
    """fetch against a Python server, and how long a connect takes."""
    with pages(DATA, HOST) as port:
        assert output_of(guest, "/sbin/fetch", f"http://{HOST}:{port}/redirect/2") == DATA
        pings = output_of(guest, "/sbin/ping", "-c", "5", "-i", "0.01", HOST).decode()
        assert "5 packets transmitted, 5 received" in pings, pings
        print(pings.splitlines()[-1])


def check_lossy(guest, relay, size, seconds=60):
    """Bulk data both ways at once through the lossy cable: two connections from the guest, two to it, and one that carries both."""
    relay.lossy(True)
    with pages(DATA[:size], LOSSY_HOST) as port, concurrent.futures.ThreadPoolExecutor(3) as pool, \
            socket.create_server((LOSSY_HOST, 0)) as listener:
        def echo():
            with listener.accept()[0] as peer:
                peer.settimeout(seconds)
                for piece in iter(lambda: peer.recv(65536), b""):
                    peer.sendall(piece)
        listener.settimeout(seconds)
        echoing = pool.submit(echo)
        curl = ["curl", "-sSf", "-r", f"0-{size - 1}", f"http://{LOSSY_GUEST}/data"]
        getting = [pool.submit(command, *curl, seconds=seconds) for _ in range(2)] if shutil.which("curl") else []
        url = f"http://{LOSSY_HOST}:{port}/big"
        script = f"/sbin/fetch -q -o /tmp/1 {url} & /sbin/fetch -q -o /tmp/2 {url} & " \
                 f"/sbin/nc {LOSSY_HOST} {listener.getsockname()[1]}; wait; cat /tmp/1 /tmp/2"
        back = guest.run(["/bin/sh", "-c", script], stdin=channel.Input(DATA[:size]), timeout=seconds).stdout
        assert back == DATA[:size] * 3, f"{len(back)} bytes, the first that differs is at " \
            f"{next(n for n in range(3 * size) if back[n:n + 1] != DATA[n % size:n % size + 1])}"
        for job in getting:
            assert job.result() == DATA[:size]
        echoing.result()
    counts = relay.lossy(False)
    print(f"passed, dropped, doubled, delayed: {counts}")
    assert all(count > 0 for way in counts for count in way), counts


def follow_lease(server):
    """A lease's life: renewed by its server, by whoever answers, refused and begun anew. (RFC 2131, 4.4.5)"""
    server.wait_for(lambda kind, broadcast, own: (kind, broadcast, own) == (REQUEST, False, LEASE_GUEST))
    server.mode = "deaf"
    server.wait_for(lambda kind, broadcast, own: (kind, broadcast, own) == (REQUEST, True, LEASE_GUEST))
    server.mode = "nak"
    server.wait_for(lambda kind, broadcast, own: kind == REQUEST and own == LEASE_GUEST)
    server.mode = "answer"
    server.wait_for(lambda kind, broadcast, own: kind == DISCOVER and own == "0.0.0.0")
    server.wait_for(lambda kind, broadcast, own: kind == REQUEST and own == "0.0.0.0")


def test_linux():
    """curl, wget and nc of this machine, 1,000 connections, a lossy cable, and leases that end."""
    seed = secrets.randbelow(1 << 32)
    print(f"seed {seed}")
    with cables(seed) as (guest, relay, leases), tempfile.TemporaryDirectory(prefix="astra-peers.") as folder, \
            concurrent.futures.ThreadPoolExecutor(1) as pool:
        following = pool.submit(follow_lease, leases)
        check_curl()
        check_wget(folder)
        check_load(folder)
        check_fetch(guest)
        check_lossy(guest, relay, 200000)
        following.result()
        found = re.search(r"inet 10\.0\.5\.2/24 ", output_of(guest, "/sbin/ip", "addr", "show", "dev", "eth2").decode())
        assert found, "the lease is not there"


PACKAGES = "nginx iperf3 libiperf0 libsctp1 apache2-utils libapr1 libaprutil1 netcat-openbsd libbsd0 tcpdump libpcap0.8".split()
PEERS = os.path.join(TOP, "build/peers")
LIBRARIES = {"LD_LIBRARY_PATH": f"{PEERS}/usr/lib/x86_64-linux-gnu:{PEERS}/lib/x86_64-linux-gnu"}
NGINX = """daemon off; user root; worker_processes 1; pid {0}/pid; error_log stderr crit;
events {{ }}
http {{ access_log off; client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u;
scgi_temp_path {0}/s; server {{ listen {1}:8080; root {0}; location /old {{ return 301 /data; }} }} }}
"""


def tool(name):
    """Where a program of PACKAGES is."""
    return next(path for path in (f"{PEERS}/{folder}/{name}" for folder in ("usr/bin", "usr/sbin", "bin", "sbin")) if os.path.exists(path))


def foreign_rows(name):
    """Members for a program of PACKAGES and the libraries that it needs, in places where ld.so looks."""
    shown = command("ldd", tool(name), env={**os.environ, **LIBRARIES}).decode()
    rows = [program_row(tool(name), f"/bin/{name}")]
    for found, interpreter in re.findall(r"(?:=> (/\S+)|^\s+(/\S+)) \(0x", shown, flags=re.M):
        rows.append(program_row(found, f"/lib/x86_64-linux-gnu/{os.path.basename(found)}") if found else program_row(interpreter, interpreter))
    return rows


@contextlib.contextmanager
def background(*words):
    """A program of PACKAGES that runs as long as the context."""
    with subprocess.Popen(words, env={**os.environ, **LIBRARIES}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def check_nginx(guest, folder):
    """fetch against nginx: whole, in part, continued, redirected, absent."""
    with open(f"{folder}/data", "wb") as file:
        file.write(DATA)
    with open(f"{folder}/nginx.conf", "w", encoding="ascii") as file:
        file.write(NGINX.format(folder, HOST))
    with background(tool("nginx"), "-p", folder, "-c", f"{folder}/nginx.conf", "-e", "stderr"):
        url = f"http://{HOST}:8080"
        script = f"until /sbin/nc -z {HOST} 8080 >/dev/null 2>&1; do sleep 0.02; done; /sbin/fetch {url}/old && " \
                 f"/sbin/fetch -o /tmp/n -r 0-999999 {url}/data && /sbin/fetch -c -o /tmp/n {url}/data && cat /tmp/n"
        assert output_of(guest, "/bin/sh", "-c", script) == DATA * 2
        assert guest.run(["/sbin/fetch", f"{url}/none"], timeout=60).status == 6


def check_nc(guest):
    """nc of the guest and OpenBSD's, which ends when its peer's side does: each once caller and once called, sender and receiver."""
    foreign, env = tool("nc.openbsd"), {**os.environ, **LIBRARIES}
    again, silent = "do sleep 0.02; done", os.pipe()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for number, words in enumerate((f"-l {HOST} 7001", f"{GUEST} 7002")):
            listens = number == 0
            there = pool.submit(command, "/bin/sh", "-c", f"until {foreign} -d {words}; {again}", env=env)
            line = f"until /sbin/nc {HOST} 7001 2>/dev/null; {again}" if listens else "/sbin/nc -l 7002"
            output_of(guest, "/bin/sh", "-c", line, stdin=DATA[:300000])
            assert there.result() == DATA[:300000]
            there = pool.submit(command, "/bin/sh", "-c", f"until {foreign} -N {words}; {again}", stdin=DATA,
                                env=env)
            line = f"until /sbin/nc {HOST} 7001 2>/dev/null; {again}" if listens else "/sbin/nc -l 7002"
            result = guest.run(["/bin/sh", "-c", line], stdin=channel.Input(silent[0]), timeout=60)
            assert result.stdout == DATA, f"{len(result.stdout)} bytes, {result.stderr}"
            there.result()


def check_iperf(guest):
    """iperf3, which measures both ways."""
    with background(tool("iperf3"), "-s", "-B", HOST):
        for words in ("", "-R", "-u -b 20M"):
            line = f"until /bin/iperf3 -c {HOST} -t 1 -J {words} >/tmp/iperf; do sleep 0.02; done; cat /tmp/iperf"
            result = json.loads(output_of(guest, "/bin/sh", "-c", line))["end"]
            sums = result.get("sum_received") or result["sum"]
            print(f"iperf3 {words}: {sums['bits_per_second'] / 1e6:.0f} Mbit/s")
            assert sums["bytes"] > 100000, result


def test_debian():
    """nginx, iperf3, ab with 1,000 connections, OpenBSD's nc and tcpdump, as Debian has them."""
    if not os.path.exists(PEERS):
        try:
            debian.fetch_binaries(PACKAGES, PEERS)
        except debian.FetchError as error:
            raise unittest.SkipTest(str(error)) from error
    env = {**os.environ, **LIBRARIES}
    with cables(1, foreign_rows("iperf3")) as (guest, _, _), tempfile.TemporaryDirectory(prefix="astra-peers.") as folder:
        check_nginx(guest, folder)
        check_nc(guest)
        report = command(tool("ab"), "-q", "-n", "3000", "-c", "1000", "-s", "60", f"http://{GUEST}/page", env=env).decode()
        assert re.search(r"Complete requests: +3000\n", report) and re.search(r"Failed requests: +0\n", report), report
        print(re.search("Requests per second.*", report).group())
        check_iperf(guest)
        capture = "/sbin/pcap -i lo -c 4 -w - & while kill -0 $! 2>/dev/null; do /sbin/ping -q -c 1 127.0.0.1 >/dev/null; done"
        text = command(tool("tcpdump"), "-Z", "root", "-n", "-r", "-", stdin=output_of(guest, "/bin/sh", "-c", capture), env=env).decode()
        assert text.count("IP 127.0.0.1 > 127.0.0.1: ICMP echo re") == 4, text
