"""The Merkle tree hash of RFC 6962, section 2.1, with SHA-256.

The stand-alone verifier has its own, so that a fault in one does not hide in the other.
"""

from collections.abc import Iterable
from hashlib import sha256


def root(leaves: Iterable[bytes]) -> bytes:
    """The hash of the tree over `leaves`. Leaves and nodes are told apart by their first byte.

    RFC 6962 splits at the largest power of two below the number of leaves. Pairing neighbours
    level by level, with the odd one out moved up as it is, builds the same tree.
    """
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return sha256(b"").digest()
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        odd = level[-1:] if len(level) % 2 else []
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return level[0]
