"""Loopback servers that misbehave on purpose."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

HEADERS = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
STEP_SECONDS = 0.02
Talk = Callable[[socket.socket, Event], None]


@contextmanager
def serving(talk: Talk) -> Iterator[str]:
    """The address of a server that treats each connection with `talk`."""
    stop, talks = Event(), list[Thread]()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)

    def converse(peer: socket.socket) -> None:
        with peer, suppress(OSError):
            talk(peer, stop)

    def accept() -> None:
        while not stop.is_set():
            with suppress(TimeoutError):
                talks.append(Thread(target=converse, args=[listener.accept()[0]]))
                talks[-1].start()

    acceptor = Thread(target=accept)
    acceptor.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        for thread in [acceptor, *talks]:
            thread.join(5)
        listener.close()


def drip(peer: socket.socket, what: bytes, stop: Event) -> None:
    for byte in what:
        peer.sendall(bytes([byte]))
        if stop.wait(STEP_SECONDS):
            return


def dripping_body(peer: socket.socket, stop: Event) -> None:
    peer.recv(65536)
    peer.sendall(HEADERS)
    drip(peer, b"x" * 5000, stop)


def dripping_headers(peer: socket.socket, stop: Event) -> None:
    peer.recv(65536)
    drip(peer, b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 500, stop)


def stalled_body(peer: socket.socket, stop: Event) -> None:
    peer.recv(65536)
    peer.sendall(HEADERS + b"x")
    stop.wait(20)


def silent(peer: socket.socket, stop: Event) -> None:
    stop.wait(20)


def prompt(peer: socket.socket, stop: Event) -> None:
    peer.recv(65536)
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
