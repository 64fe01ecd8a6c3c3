# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Hosts that are network namespaces of this machine, for the scripts that exercise many machines.

Each host has its own address on one bridge, IPv4 and IPv6, its own machine name, a folder of its own at `/mnt`, and an
`/etc/hosts` that knows all of them. Links can be cut, limited to a rate, and made slow and lossy: by netem where the
kernel has it, otherwise by a process that carries Ethernet frames between two TAP devices and does the same.
"""

import contextlib
import ctypes
import fcntl
import heapq
import os
import pathlib
import random
import select
import shutil
import signal
import struct
import subprocess
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000


def is_possible():
    """Whether this process may make namespaces."""
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("tc"):
        return False
    name = f"bs-hosts-probe-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], stderr=subprocess.DEVNULL).returncode != 0:
        return False
    subprocess.run(["ip", "netns", "del", name])
    return True


def ip(*arguments):
    subprocess.run(["ip", *map(str, arguments)], check=True)


class Link:
    """A delay in each direction and a share of lost packets, in each direction, too."""

    def __init__(self, delay=0.1, loss=0.01):
        self.delay, self.loss = delay, loss

    def __str__(self):
        return f"{1000 * self.delay:.0f} ms and {100 * self.loss:g} % loss in each direction"


class Hosts:
    """The hosts of `names`, made on entering and removed on leaving; those that `links` names have such a link."""

    def __init__(self, names, folder, links=None):
        self.names, self.folder, self.links = list(names), pathlib.Path(folder), links or {}
        self.prefix = f"bs-hosts-{os.getpid()}"
        self.carriers = []
        self.has_netem = None

    # -- making and removing

    def __enter__(self):
        try:
            ip("netns", "add", self.prefix)
            ip("-n", self.prefix, "link", "add", "bridge", "type", "bridge")
            ip("-n", self.prefix, "link", "set", "bridge", "up")
            for name in self.names:
                self.make(name)
            self.tell_names({name: [self.address(name), self.address(name, 6)] for name in self.names})
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for carrier in self.carriers:
            os.kill(carrier, signal.SIGKILL)
            os.waitpid(carrier, 0)
        for name in [self.namespace(name) for name in self.names] + [self.prefix]:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)
            shutil.rmtree(f"/etc/netns/{name}", ignore_errors=True)

    def make(self, name):
        namespace, place = self.namespace(name), self.place(name)
        ip("netns", "add", namespace)
        etc = pathlib.Path("/etc/netns") / namespace
        etc.mkdir(parents=True)
        (etc / "hosts").touch()
        self.files(name).mkdir(parents=True, exist_ok=True)
        ip("-n", namespace, "link", "set", "lo", "up")
        near = f"to-{place}"
        link = self.links.get(name)
        if link and not self.netem_works():
            self.carry(near, namespace, link)
        else:
            ip("-n", self.prefix, "link", "add", near, "type", "veth", "peer", "name", "eth0", "netns", namespace)
            if link:
                for where, device in [(self.prefix, near), (namespace, "eth0")]:
                    delay = ["delay", f"{link.delay}s", "loss", f"{100 * link.loss}%"]
                    self.tc(where, "qdisc", "add", "dev", device, "root", "netem", *delay)
        ip("-n", self.prefix, "link", "set", near, "master", "bridge")
        ip("-n", self.prefix, "link", "set", near, "up")
        ip("-n", namespace, "addr", "add", f"{self.address(name)}/24", "dev", "eth0")
        ip("-n", namespace, "addr", "add", f"{self.address(name, 6)}/64", "dev", "eth0", "nodad")
        ip("-n", namespace, "link", "set", "eth0", "up")

    def netem_works(self):
        if self.has_netem is None:
            tried = subprocess.run(
                ["tc", "-n", self.prefix, "qdisc", "add", "dev", "bridge", "root", "netem", "delay", "1ms"],
                stderr=subprocess.DEVNULL,
            )
            self.has_netem = tried.returncode == 0
            if self.has_netem:
                self.tc(self.prefix, "qdisc", "del", "dev", "bridge", "root")
        return self.has_netem

    def carry(self, near, namespace, link):
        """Starts a process that is the cable between `near` and the namespace's eth0."""
        ends = [tap(self.prefix, near), tap(namespace, "eth0")]
        child = os.fork()
        if child == 0:
            try:
                carry_frames(ends, link, random.Random(near))
            finally:
                os._exit(0)
        self.carriers.append(child)
        for end in ends:
            os.close(end)

    # -- what they are

    def namespace(self, name):
        return f"{self.prefix}-{name}"

    def place(self, name):
        return self.names.index(name)

    def address(self, name, version=4):
        return f"10.88.0.{10 + self.place(name)}" if version == 4 else f"fd88::{10 + self.place(name):x}"

    def files(self, name):
        """The folder that the host sees as `/mnt`."""
        return self.folder / name

    def tell_names(self, names):
        """Gives every host these names, each with its addresses."""
        lines = ["127.0.0.1 localhost", "::1 localhost"]
        lines += [f"{address} {name}" for name, addresses in names.items() for address in addresses]
        for host in self.names:
            # Written in place: what runs there sees this very file.
            path = pathlib.Path("/etc/netns") / self.namespace(host) / "hosts"
            path.write_text("\n".join(lines) + "\n")

    # -- what they do

    def command(self, name, command):
        """`command` on the host."""
        shell = 'hostname "$1"; mount --make-rprivate /; mount --bind "$2" /mnt; cd /mnt; shift 2; exec "$@"'
        inside = ["unshare", "--uts", "--mount", "sh", "-c", shell, "sh", name, self.files(name)]
        return [str(part) for part in ["ip", "netns", "exec", self.namespace(name), *inside, *command]]

    def start(self, name, command, log=None, **environment):
        """Starts `command` on the host; what it prints goes to `log`, or to a pipe."""
        output = pathlib.Path(log).open("ab") if log else subprocess.PIPE  # noqa: SIM115
        home = {"HOME": "/mnt/home", "XDG_CACHE_HOME": "/mnt/cache", "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        (self.files(name) / "home").mkdir(exist_ok=True)
        return subprocess.Popen(
            self.command(name, command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=home | environment,
        )

    def run(self, name, *command, **environment):
        """What `command` prints on the host, and its exit code."""
        popen = self.start(name, command, **environment)
        output, _ = popen.communicate()
        return output.decode(errors="replace"), popen.returncode

    # -- what happens to them

    def set_up(self, name, is_up):
        """Plugs the host's cable in, or out."""
        ip("-n", self.prefix, "link", "set", f"to-{self.place(name)}", "up" if is_up else "down")

    def limit(self, name, rate):
        """Limits what the host sends, such as to 100mbit."""
        self.tc(
            self.namespace(name), "qdisc", "replace", "dev", "eth0", "root", "tbf", "rate", rate,
            "burst", "64kb", "latency", "200ms",
        )  # fmt: skip

    def bytes_sent(self, name):
        """Bytes that went out of the host so far, with all headers."""
        path = "/sys/class/net/eth0/statistics/tx_bytes"
        return int(subprocess.check_output(["ip", "netns", "exec", self.namespace(name), "cat", path]))

    @staticmethod
    def tc(namespace, *arguments):
        subprocess.run(["tc", "-n", namespace, *arguments], check=True)


def tap(namespace, name):
    """A descriptor of a new TAP device of that name in the namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        enter(libc, there)
        device = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22s", name.encode(), IFF_TAP | IFF_NO_PI, b""))
        return device
    finally:
        enter(libc, home)
        os.close(home)
        os.close(there)


def enter(libc, namespace):
    if libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def carry_frames(ends, link, chance):
    """Hands each frame that comes out of one end to the other, late or not at all; the order stays."""
    other = {ends[0]: ends[1], ends[1]: ends[0]}
    under_way, count = [], 0
    while True:
        wait = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        readable, _, _ = select.select(ends, [], [], wait)
        now = time.monotonic()
        for end in readable:
            frame = os.read(end, 65536)
            if chance.random() >= link.loss:
                count += 1
                heapq.heappush(under_way, (now + link.delay, count, other[end], frame))
        while under_way and under_way[0][0] <= now:
            _, _, end, frame = heapq.heappop(under_way)
            # A device that is down loses the frame, as it would.
            with contextlib.suppress(OSError):
                os.write(end, frame)
