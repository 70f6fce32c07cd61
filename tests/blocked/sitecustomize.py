"""A machine without torchvision and without a network, for every Python that starts with this folder on its path."""

import importlib.abc
import ipaddress
import socket
import sys

real_connect, real_lookup = socket.socket.connect, socket.getaddrinfo


class NoTorchvision(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torchvision":
            raise ModuleNotFoundError("No module named 'torchvision' (blocked by the test)", name=name)


def is_loopback(host) -> bool:
    try:
        return host in (None, "", "localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(address[0]):
        raise OSError(f"no network: {address[0]} (blocked by the test)")
    return real_connect(self, address)


def getaddrinfo(host, *arguments, **keywords):
    name = host.decode() if isinstance(host, bytes) else host
    if not is_loopback(name):
        raise socket.gaierror(socket.EAI_NONAME, f"no network: {name} (blocked by the test)")
    return real_lookup(host, *arguments, **keywords)


sys.meta_path.insert(0, NoTorchvision())
socket.socket.connect = connect
socket.getaddrinfo = getaddrinfo
