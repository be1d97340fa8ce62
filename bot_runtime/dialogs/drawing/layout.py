"""Places boxes and arrows in layers from top to bottom (Sugiyama's method, in its plainest form).

Arrows that close a cycle are turned round; each node's layer is its longest way from a start; an arrow becomes a chain
of small items, one a layer, the first of which is its label. So labels and lines have room of their own. Then items
are ordered by where their neighbours are (of all orders tried, that with the fewest crossings), moved as near below
them as the order allows, and long lines are drawn straight wherever they have room.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

GAP_X = 26.0
GAP_Y = 24.0
_SWEEPS = 16
_FAR = 60.0  # how far a line may move where nothing stands beside it


class Size(NamedTuple):
    width: float
    height: float


class Point(NamedTuple):
    x: float
    y: float


class Link(NamedTuple):
    """An arrow to place; `label` is the room its label needs (0 × 0 for none)."""

    source: str
    target: str
    label: Size


@dataclass(slots=True)
class Placed:
    """Centres of nodes and labels, and for each link the points its line goes through, from source to target."""

    size: Size
    nodes: dict[str, Point]
    labels: list[Point]
    lines: list[list[Point]]


@dataclass(slots=True, eq=False)
class _Item:
    layer: int
    width: float
    height: float
    x: float = 0.0
    above: list["_Item"] = field(default_factory=list)
    below: list["_Item"] = field(default_factory=list)
    is_node: bool = False

    @property
    def weight(self) -> float:
        """How firmly it keeps to where its neighbours want it: lines should be straight; the unlinked go anywhere."""
        if not (self.above or self.below):
            return 0.01
        return 1.0 if self.is_node else 3.0


def place(nodes: Mapping[str, Size], links: Sequence[Link]) -> Placed:
    """Lay out `nodes` (in the order they should be met) and `links` between different ones."""
    turned = _closing(list(nodes), links)
    down = [(link.target, link.source) if turned[n] else (link.source, link.target) for n, link in enumerate(links)]
    ranks = _ranks(list(nodes), down)
    items = {name: _Item(2 * ranks[name], size.width, size.height, is_node=True) for name, size in nodes.items()}
    chains = [
        _chain(items[one], items[other], link.label, turned[number])
        for number, ((one, other), link) in enumerate(zip(down, links, strict=True))
    ]
    layers = _layers(items.values(), chains)
    _order_all(layers)
    for sweep in range(2 * _SWEEPS):
        _align(layers, upwards=sweep % 2 == 1, both=sweep >= _SWEEPS)
    for chain in sorted(chains, key=len, reverse=True):
        _straighten(chain, layers)
    left = min(item.x - item.width / 2 for layer in layers for item in layer)
    tops = _tops(layers)
    for layer in layers:
        for item in layer:
            item.x -= left
    width = max(item.x + item.width / 2 for layer in layers for item in layer)
    middle = {id(item): tops[item.layer] + _height(layers[item.layer]) / 2 for layer in layers for item in layer}
    ports = _ports(items.values())
    lines, labels = [], []
    for number, chain in enumerate(chains):
        one, other = items[down[number][0]], items[down[number][1]]
        points = [Point(ports[id(one), id(chain[0]), "below"], middle[id(one)] + one.height / 2)]
        for item in chain:
            reach = _height(layers[item.layer]) / 2
            points += [Point(item.x, middle[id(item)] - reach), Point(item.x, middle[id(item)] + reach)]
        points.append(Point(ports[id(other), id(chain[-1]), "above"], middle[id(other)] - other.height / 2))
        label = chain[-1] if turned[number] else chain[0]
        labels.append(Point(label.x, middle[id(label)]))
        lines.append(points[::-1] if turned[number] else points)
    centres = {name: Point(item.x, middle[id(item)]) for name, item in items.items()}
    return Placed(Size(width, tops[-1] + _height(layers[-1])), centres, labels, lines)


def _closing(names: Sequence[str], links: Sequence[Link]) -> list[bool]:
    """Which links lead back to a node they come from, walking in the order given."""
    leaving: dict[str, list[int]] = {name: [] for name in names}
    for number, link in enumerate(links):
        leaving[link.source].append(number)
    closing = [False] * len(links)
    done: set[str] = set()
    for start in names:
        if start in done:
            continue
        path, walk = {start}, [(start, iter(leaving[start]))]
        while walk:
            name, rest = walk[-1]
            number = next(rest, -1)
            if number < 0:
                walk.pop()
                path.discard(name)
                done.add(name)
            elif links[number].target in path:
                closing[number] = True
            elif links[number].target not in done:
                path.add(links[number].target)
                walk.append((links[number].target, iter(leaving[links[number].target])))
    return closing


def _ranks(names: Sequence[str], down: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The longest way to each node from one that nothing leads to; what no link touches goes to the bottom."""
    ranks = dict.fromkeys(names, 0)
    waiting = {name: sum(target == name for _, target in down) for name in names}
    ready = [name for name in names if not waiting[name]]
    for name in ready:
        for source, target in down:
            if source == name:
                ranks[target] = max(ranks[target], ranks[name] + 1)
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
    linked = {name for link in down for name in link}
    last = max(ranks.values())
    return {name: rank if name in linked or name == names[0] else last for name, rank in ranks.items()}


def _chain(one: _Item, other: _Item, label: Size, turned: bool) -> list[_Item]:
    """The items between `one` and `other`, a layer each; the label sits next to whichever the arrow leaves."""
    chain = [_Item(layer, 0.0, 0.0) for layer in range(one.layer + 1, other.layer)]
    at = -1 if turned else 0
    chain[at].width, chain[at].height = label
    for above, below in zip([one, *chain], [*chain, other], strict=True):
        above.below.append(below)
        below.above.append(above)
    return chain


def _layers(nodes: Iterable[_Item], chains: Sequence[list[_Item]]) -> list[list[_Item]]:
    everything = [*nodes, *(item for chain in chains for item in chain)]
    layers: list[list[_Item]] = [[] for _ in range(max(item.layer for item in everything) + 1)]
    for item in everything:
        layers[item.layer].append(item)
    return layers


def _order_all(layers: list[list[_Item]]) -> None:
    """Sweep down and up; keep the order with the fewest crossings, the earliest of equals."""
    best, fewest = [list(layer) for layer in layers], _crossings(layers)
    for sweep in range(_SWEEPS):
        _order(layers, upwards=sweep % 2 == 1)
        if (crossings := _crossings(layers)) < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    for layer, order in zip(layers, best, strict=True):
        layer[:] = order


def _crossings(layers: Sequence[list[_Item]]) -> int:
    """How often two lines between neighbouring layers cross."""
    count = 0
    for above, below in pairwise(layers):
        at = {id(item): number for number, item in enumerate(below)}
        passed: list[int] = []
        for item in above:
            ends = sorted(at[id(each)] for each in item.below)
            count += sum(len(passed) - bisect_right(passed, end) for end in ends)
            for end in ends:
                insort(passed, end)
    return count


def _straighten(chain: Sequence[_Item], layers: Sequence[list[_Item]]) -> None:
    """Draw as long stretches of a line as possible straight down, between whatever stands beside it."""
    start = 0
    while start < len(chain):
        low, high = _room(chain[start], layers)
        end = start + 1
        while end < len(chain):
            left, right = _room(chain[end], layers)
            if max(low, left) > min(high, right):
                break
            low, high, end = max(low, left), min(high, right), end + 1
        wanted = sum(item.x for item in chain[start:end]) / (end - start)
        if end == len(chain) and start == 0 and chain[0].above and chain[-1].below:
            wanted = (chain[0].above[0].x + chain[-1].below[0].x) / 2 if low < high else wanted
        for item in chain[start:end]:
            item.x = min(max(wanted, low), high)
        start = end


def _room(item: _Item, layers: Sequence[list[_Item]]) -> tuple[float, float]:
    """How far to the left and right an item can go without touching its neighbours."""
    layer = layers[item.layer]
    at = next(number for number, each in enumerate(layer) if each is item)
    before, after = layer[at - 1] if at else None, layer[at + 1] if at + 1 < len(layer) else None
    low = before.x + (before.width + item.width) / 2 + GAP_X / 2 if before is not None else item.x - _FAR
    high = after.x - (after.width + item.width) / 2 - GAP_X / 2 if after is not None else item.x + _FAR
    return min(low, item.x), max(high, item.x)


def _order(layers: Sequence[list[_Item]], upwards: bool) -> None:
    """Sort each layer by the middle of its neighbours in the one before."""
    listed = list(reversed(layers)) if upwards else list(layers)
    for before, layer in pairwise(listed):
        at = {id(item): float(number) for number, item in enumerate(before)}
        own = {id(item): float(number) for number, item in enumerate(layer)}

        def wanted(item: _Item, at: dict[int, float] = at, own: dict[int, float] = own) -> float:
            near = item.below if upwards else item.above
            return sum(at[id(each)] for each in near) / len(near) if near else own[id(item)]

        layer.sort(key=wanted)


def _align(layers: Sequence[list[_Item]], upwards: bool, both: bool) -> None:
    """Move each layer's items under or over their neighbours (at last between `both`), keeping order and gaps."""
    for layer in reversed(layers) if upwards else layers:
        wanted = []
        for item in layer:
            near = (item.below if upwards else item.above) or item.above or item.below
            if both:
                near = [*item.above, *item.below]
            if near:
                wanted.append(sum(each.x for each in near) / len(near))
            else:  # nothing pulls it: beside the one before
                wanted.append(wanted[-1] if wanted else item.x)
        for item, x in zip(layer, _spread(layer, wanted), strict=True):
            item.x = x


def _spread(layer: Sequence[_Item], wanted: Sequence[float]) -> list[float]:
    """The positions nearest to those wanted (least squares) with every gap kept: pool adjacent violators."""
    offset, offsets = 0.0, []
    for number, item in enumerate(layer):
        if number:
            offset += (layer[number - 1].width + item.width) / 2 + GAP_X
        offsets.append(offset)
    pools: list[tuple[float, float, int]] = []  # weighted mean, weight, how many
    for item, want, shift in zip(layer, wanted, offsets, strict=True):
        mean, weight, count = want - shift, item.weight, 1
        while pools and pools[-1][0] > mean:
            other, its_weight, its_count = pools.pop()
            mean = (mean * weight + other * its_weight) / (weight + its_weight)
            weight, count = weight + its_weight, count + its_count
        pools.append((mean, weight, count))
    flat = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + shift for mean, shift in zip(flat, offsets, strict=True)]


def _height(layer: Sequence[_Item]) -> float:
    return max((item.height for item in layer), default=0.0)


def _tops(layers: Sequence[Sequence[_Item]]) -> list[float]:
    tops, top = [], 0.0
    for layer in layers:
        tops.append(top)
        top += _height(layer) + GAP_Y
    return tops


def _ports(nodes: Iterable[_Item]) -> dict[tuple[int, int, str], float]:
    """Where each line leaves or meets its node: side by side, in the order of where they lead."""
    ports = {}
    for node in nodes:
        for side, near in (("above", node.above), ("below", node.below)):
            step = min(28.0, node.width / (len(near) + 1))
            for number, each in enumerate(sorted(near, key=lambda item: item.x)):
                ports[id(node), id(each), side] = node.x + (number - (len(near) - 1) / 2) * step
    return ports
