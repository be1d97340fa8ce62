"""What a text costs as SMS, as the phone page and the fake provider show it."""

from bot_runtime.channels import sms
from bot_runtime.devtools.world import Sms


def cost(text: str) -> Sms:
    counted = sms.count(text)
    return Sms(encoding=counted.encoding, units=counted.units, parts=len(counted.parts), budget=sms.BUDGET)
