"""Every key there is. Keys of one contact share the hash tag of its shard, so a turn is one script in one slot."""

import hashlib
from dataclasses import dataclass
from typing import NewType

ContactId = NewType("ContactId", str)  # "17.9f0c4e…": its shard, then a keyed hash of its first address


@dataclass(frozen=True, slots=True)
class Keys:
    """`secret` keys the contact ids: a phone number cannot be found again by trying all of them."""

    brand: str
    shards: int
    secret: bytes

    def contact_id(self, address: str) -> ContactId:
        """The id a contact gets when it is first met under `address`; the usual case needs no look-up at all."""
        digest = hashlib.blake2b(address.encode(), digest_size=12, key=self.secret).digest()
        shard = int.from_bytes(digest[:2], "big") % self.shards
        return ContactId(f"{shard}.{digest[2:].hex()}")

    def alias(self, address: str, own: ContactId) -> str:
        """Where `address` points to its contact, when that is not `own`, the one that the address alone would give."""
        return f"{self._prefix(own)}a:{address}"

    def contact(self, contact: ContactId) -> str:
        return f"{self._prefix(contact)}c:{contact}"

    def inbox(self, contact: ContactId) -> str:
        return f"{self._prefix(contact)}i:{contact}"

    def journal(self, contact: ContactId) -> str:
        return f"{self._prefix(contact)}j:{contact}"

    def outbox(self, contact: ContactId) -> str:
        return f"{self._prefix(contact)}o:{contact}"

    def lane(self, contact: ContactId, channel: str) -> str:
        return f"{self._prefix(contact)}q:{contact}:{channel}"

    def seen(self, contact: ContactId, period: int) -> str:
        return f"{self._prefix(contact)}d:{contact}:{period}"

    def work(self, shard: int | str) -> str:
        return f"{self.shard_prefix(shard)}work"

    def timers(self, shard: int | str) -> str:
        return f"{self.shard_prefix(shard)}timers"

    def calls(self, shard: int | str) -> str:
        """Calls to the outside that turns asked for: `contact|channel|id` by when to look at each."""
        return f"{self.shard_prefix(shard)}calls"

    def lanes(self, shard: int | str) -> str:
        return f"{self.shard_prefix(shard)}lanes"

    def unknown(self, shard: int | str) -> str:
        """Entries nobody knows the fate of, by the ms of their mark. `lua/parts/doubt.lua` builds this and the next."""
        return f"{self.shard_prefix(shard)}unknown"

    def doubts(self, shard: int | str) -> str:
        """Those of them for which the silence rule is still to decide, by when."""
        return f"{self.shard_prefix(shard)}doubts"

    def parked(self, shard: int | str) -> str:
        """Reports on messages we don't know yet, by entry id or `x:` and the provider's id."""
        return f"{self.shard_prefix(shard)}parked"

    def parked_at(self, shard: int | str) -> str:
        """The same by when they came."""
        return f"{self.shard_prefix(shard)}parked:at"

    def dead(self, shard: int | str) -> str:
        return f"{self.shard_prefix(shard)}dead"

    def archive(self, contact: ContactId) -> str:
        return f"{self._prefix(contact)}t:{contact}"

    def tickets(self, shard: int | str, index: str) -> str:
        return f"{self.shard_prefix(shard)}ti:{index}"

    def feed(self, shard: int | str) -> str:
        return f"{self.shard_prefix(shard)}feed"

    def watch(self) -> str:
        """Who looked at timers last, and what is held since nobody did."""
        return f"{self.brand}:{{watch}}:timers"

    def campaign_rows(self, shard: int | str, campaign: str, part: str) -> str:
        """`part`: rows, st (what became of each), todo, n (counts and gate), twice
        (marks of contacts with several rows that were counted). `lua/parts/rows.lua` builds the same."""
        return f"{self.shard_prefix(shard)}g:{campaign}:{part}"

    def campaign_lease(self, campaign: str) -> str:
        return f"{self.brand}:{{g:{campaign}}}:lease"

    def result(self, contact: ContactId, request: str) -> str:
        return f"{self._prefix(contact)}r:{contact}:{request}"

    def unfit(self, shard: int | str) -> str:
        return f"{self.shard_prefix(shard)}unfit"

    def rate(self, channel: str) -> str:
        return f"{self.brand}:{{n:{channel}}}:rate"

    def channel_state(self, channel: str) -> str:
        """Why nothing may leave by a channel now, and which of its templates are paused."""
        return f"{self.brand}:{{n:{channel}}}:state"

    def resync(self, channel: str) -> str:
        """Held while somebody asks the provider for its templates because one is paused."""
        return f"{self.brand}:{{n:{channel}}}:resync"

    def heard(self, channel: str) -> str:
        """The minutes (since 1970) of whose sends the provider reported on one at least."""
        return f"{self.brand}:{{n:{channel}}}:heard"

    def level(self, business: str, part: str) -> str:
        """One business's level at its provider: `places`, `waiting`, and what the provider `said`."""
        return f"{self.brand}:{{w:{business}}}:{part}"

    def dialog(self, version: str) -> str:
        return f"{self.brand}:dialog:{version}"

    def dialogs(self, what: str) -> str:
        """What is published, all in one slot: `records`, `rev`, `audit`, `moves`, `mover`, `versions:<dialog>`."""
        return f"{self.brand}:{{dialogs}}:{what}"

    def living(self, shard: int | str, version: str) -> str:
        """The live sessions of a dialog version, `contact|channel` → state. `save_turn.lua` builds the same."""
        return f"{self.shard_prefix(shard)}on:{version}"

    def people_in(self, shard: int | str) -> str:
        """How many of them each version has. `save_turn.lua` builds the same."""
        return f"{self.shard_prefix(shard)}on"

    def trial(self, shard: int | str, name: str) -> str:
        """What was counted while a version was tried on a share; `name` is of `version_name`."""
        return f"{self.shard_prefix(shard)}{of_trial(name)}"

    def move(self, shard: int | str, name: str, part: str) -> str:
        """People to move to another version: `todo` (like `living`) and `n`, the outcomes; `name`: `version_name`."""
        return f"{self.shard_prefix(shard)}mv:{name}:{part}"

    def processes(self) -> str:
        """Who serves this store: what each process says of itself."""
        return f"{self.brand}:{{processes}}:seen"

    def people(self, what: str) -> str:
        """`users`, `sessions` and whatever else is about people with a log-in: of one slot, so of one script."""
        return f"{self.brand}:{{people}}:{what}"

    def campaign(self, campaign: str, part: str) -> str:
        """What is kept of one campaign beside its rows: `record`, `audit`, `sheet:<digest>`, `problems`."""
        return f"{self.brand}:{{g:{campaign}}}:{part}"

    def campaigns(self, index: str) -> str:
        """`all`: every campaign by its creation; `changed`: by its latest change; `watched`: when to look at it."""
        return f"{self.brand}:{{campaigns}}:{index}"

    def template_states(self, channel: str) -> str:
        """What the provider last said of a channel's templates."""
        return f"{self.brand}:{{n:{channel}}}:templates"

    def template_look(self, channel: str) -> str:
        """When to ask the provider for its list of templates, and who did last."""
        return f"{self.brand}:{{n:{channel}}}:templates:look"

    def once(self, digest: str) -> str:
        """What was answered to the request with this `Idempotency-Key`."""
        return f"{self.brand}:{{o:{digest}}}:once"

    def shard_prefix(self, shard: int | str) -> str:
        return f"{self.brand}:{{s{shard}}}:"

    def _prefix(self, contact: ContactId) -> str:
        return self.shard_prefix(contact.partition(".")[0])


def of_campaign(campaign: str) -> str:
    """The counts of a campaign in a shard, as `save_turn.lua` is told."""
    return f"g:{campaign}:n"


def of_trial(name: str) -> str:
    """The counts of a trial in a shard, as `save_turn.lua` is told."""
    return f"tr:{name}"


def version_name(dialog: str, number: int) -> str:
    """What a trial of, or a move to, this published version is called in keys."""
    return f"{dialog}:{number}"


def shard_of(contact: ContactId) -> str:
    return contact.partition(".")[0]


def hash64(text: str) -> int:
    """A signed 64-bit hash: the store keeps sets of integers in eight bytes each."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def digest64(text: str) -> bytes:
    """The same for a sorted set, whose members are texts: eight bytes rather than the twenty of the number."""
    return hashlib.blake2b(text.encode(), digest_size=8).digest()
