"""Ogg files made page by page, to say what no encoder would."""

import struct
from collections.abc import Iterator, Sequence

DTX_60_MS = b"\x18"  # one Opus packet: 60 ms in which nobody speaks
PACKETS_PER_PAGE = 250
HEAD = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 0, 48_000, 0, 0)
TAGS = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0)


def _table() -> Iterator[int]:
    for byte in range(256):
        rest = byte << 24
        for _ in range(8):
            rest = (rest << 1 ^ 0x04C11DB7 if rest & 0x80000000 else rest << 1) & 0xFFFFFFFF
        yield rest


TABLE = tuple(_table())


def checksum(page: bytes) -> int:
    found = 0
    for byte in page:
        found = (found << 8 & 0xFFFFFFFF) ^ TABLE[found >> 24 ^ byte]
    return found


def page(packets: Sequence[bytes], *, granule: int, number: int, kind: int = 0) -> bytes:
    """Packets below 255 bytes each."""
    lengths = bytes(len(packet) for packet in packets)
    body = lengths + b"".join(packets)
    head = struct.pack("<4sBBqIII", b"OggS", 0, kind, granule, 1, number, 0)
    whole = head + bytes([len(lengths)]) + body
    return whole[:22] + struct.pack("<I", checksum(whole)) + whole[26:]


def silence(*, seconds: float, claimed_seconds: float) -> bytes:
    """An Opus file of so much silence whose pages claim another length."""
    packets = [DTX_60_MS] * int(seconds / 0.06)
    claimed = int(claimed_seconds * 48_000)
    pages = [
        page([HEAD], granule=0, number=0, kind=2),
        page([TAGS], granule=0, number=1),
    ]
    for at in range(0, len(packets), PACKETS_PER_PAGE):
        part = packets[at : at + PACKETS_PER_PAGE]
        pages.append(page(part, granule=claimed, number=len(pages)))
    return b"".join(pages)
