"""F026: a split sends contacts down weighted arms, the same contact always the same one."""

from collections import Counter

from msgspec import structs

from bot_runtime.dialogs.effects import TakeArm
from bot_runtime.dialogs.model import Arm
from bot_runtime.dialogs.splits import arm_of
from tests.dialogs.talking import Contact

SURVEY = """\
dialog: survey
language: en
retry: { goto: done }
states:
  part:
    split:
      - { share: 30, goto: short }
      - { share: 70, goto: long, name: in full }
    save: version
  short: { ask: Happy?, answer: yes_no, goto: done }
  long: { ask: How happy, 1 to 5?, answer: rating, goto: done }
  done: { close: thanks }
""".replace("How happy, 1 to 5?", "How happy from 1 to 5?")
ARMS = (Arm(30, "short", "short"), Arm(70, "long", "in full"))


def arms_of(state: str) -> list[str]:
    return [arm_of(f"c{n}", "survey", state, ARMS).name for n in range(5_000)]


def test_shares_are_kept():
    counts = Counter(arms_of("part"))
    assert abs(counts["short"] / 5_000 - 0.3) < 0.02


def test_two_splits_part_the_same_contacts_independently():
    both = Counter(zip(arms_of("part"), arms_of("again"), strict=True))
    assert abs(both["short", "short"] / 5_000 - 0.09) < 0.02


def test_f026_the_same_contact_always_takes_the_same_arm_and_the_answers_say_which():
    seen = {}
    for n in range(20):
        for _ in range(2):
            contact = Contact(SURVEY)
            contact.about = structs.replace(contact.about, contact_id=f"c{n}")
            contact.says("hello")
            arm = contact.session.answers["version"]
            assert seen.setdefault(n, arm) == arm
            assert contact.session.state == {"short": "short", "in full": "long"}[str(arm)]
            assert contact.of(TakeArm) == [TakeArm("survey", "part", str(arm))]
    assert set(seen.values()) == {"short", "in full"}
