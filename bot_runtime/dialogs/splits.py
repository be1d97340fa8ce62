"""A split parts contacts among weighted arms (F026), without chance: the same contact always goes the same way."""

from collections.abc import Sequence
from hashlib import blake2b

from bot_runtime.dialogs.model import Arm

ALL = 100  # what the shares of a split add up to


def arm_of(contact: str, dialog: str, state: str, arms: Sequence[Arm]) -> Arm:
    """The arm of `contact` in the split `state`. Other splits part the same contacts independently of this one."""
    digest = blake2b("\n".join((contact, dialog, state)).encode(), digest_size=8).digest()
    left = int.from_bytes(digest) % ALL
    for arm in arms:
        left -= arm.share
        if left < 0:
            return arm
    return arms[-1]  # shares that add up to less, from before anybody checked
