"""Where a reader looks: a random walk over a slide, as the tiles that a browser asks for."""

from collections import OrderedDict
from random import Random

from backend.wsi.deepzoom import DeepZoom

SCREEN = 1600, 1000
BROWSER_KEEPS = 800
Place = tuple[int, int, int]


def walk(side: int, count: int, random: Random, *, only_odd: bool = False) -> list[Place]:
    """Return the tiles that a reader's browser asks for; `only_odd`: of every second level below the finest."""
    pyramid, kept, asked = DeepZoom((side, side)), OrderedDict[Place, None](), list[Place]()
    finest = pyramid.dz_levels - 1
    dz_level, x, y = finest - 4, 0.5, 0.5
    for _ in range(20 * count):
        if len(asked) >= count:
            break
        dz_level = min(finest, max(finest - 5, dz_level + random.choice((-1, 0, 0, 0, 1, 1))))
        size = pyramid.size_dz(dz_level)
        x, y = (min(0.95, max(0.05, at + random.gauss(0, 0.4) * see / whole))
                for at, see, whole in zip((x, y), SCREEN, size, strict=True))  # fmt: skip
        first = [
            max(0, int((at * whole - see / 2) // 256)) for at, whole, see in zip((x, y), size, SCREEN, strict=True)
        ]
        for column in range(first[0], first[0] + SCREEN[0] // 256 + 1):
            for row in range(first[1], first[1] + SCREEN[1] // 256 + 1):
                place = dz_level, column, row
                wanted = not only_odd or (finest - dz_level) % 2 == 1
                if wanted and pyramid.has(*place) and place not in kept:
                    asked.append(place)
                kept[place] = None
                kept.move_to_end(place)
        while len(kept) > BROWSER_KEEPS:
            kept.popitem(last=False)
    return asked[:count]
