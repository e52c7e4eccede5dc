"""One-time passwords that can be read from a card and typed without a second look.

Five of some 400 short words, drawn at random: over 43 bits. Guesses are slowed down at
the sign-in page, and the hash that is stored costs 27 ms to try.
"""

from __future__ import annotations

import secrets

LENGTH = 5

WORDS = tuple(
    """
    acorn actor album alpine amber anchor apple apron arch arrow artist aspen atlas
    attic autumn badge bagel baker balcony ballad bamboo banana banjo barley barrel
    basil basin basket beach beacon beaver bench berry birch biscuit bishop blanket
    blossom boat bonfire bonnet border bottle boulder bracket branch brandy bread
    breeze brick bridge bronze brook broom bubble bucket buffalo bugle butter button
    cabin cable cactus camel camera candle canoe canvas canyon captain caravan carbon
    cargo carpet carrot castle cedar cellar cello chalk chapel cheese cherry chess
    chestnut chimney cinema circle citron clay clever cliff clover cobalt cocoa coffee
    comet compass copper coral corner cotton cousin cradle crane crater cricket crown
    crystal cuckoo curtain cushion cypress dahlia daisy dancer darling december denim
    desert diamond dinner doctor dolphin domino donkey dragon drummer eagle early earth
    easel echo eclipse eleven elm ember emerald engine falcon family feather fennel
    ferry fiddle field finch finger forest fossil fountain fox friday frost galaxy
    garden garlic garnet gazelle gentle ginger giraffe glacier globe goblet golden
    granite grape gravel guitar hammer hammock harbor harvest hazel heron hickory
    hollow honey hopper horizon hotel humble icicle indigo island ivory jacket jasmine
    jelly jersey jewel jigsaw jockey juniper kayak kernel kettle kitchen kitten
    ladder lagoon lantern laurel lavender lemon lentil letter lily linen lizard
    lobster locket lotus lumber magnet magpie mango maple marble march market marsh
    meadow medal melody melon mentor meteor mill mineral mirror mitten monday monkey
    mosaic mountain muffin museum mustard napkin nectar needle nephew nickel nimble
    noble north nutmeg oasis ocean octave olive onion opal orange orbit orchard
    organ otter oven owl oyster paddle painter palace panda paper parade parcel parrot
    pasta pastel peach pear pebble pelican pencil pepper piano picnic pigeon pilot
    pine planet plaster plum pocket poem polar pollen poppy potato prairie pretzel
    prism puddle puffin pumpkin puzzle quarry quartz quiet quilt rabbit radish raft
    rainbow raven ribbon river robin rocket rose rustic saddle saffron sailor salad
    salmon sandal sapphire satin saturn scarf school season seven shadow shell
    shepherd silent silver singer sketch slipper smooth soccer spider spinach
    spiral spring spruce squash stable stanza station stone stream student summer
    sunday sunny swan sweater tablet tailor tango teapot temple tender thistle ticket
    tiger timber toast tomato topaz tower trail trumpet tulip tunnel turtle twelve
    umbrella uncle valley vanilla velvet village violet violin voyage waffle wagon
    walnut walrus water wheat whistle willow window winter wizard yellow yogurt zebra
    """.split()  # noqa: SIM905
)


def generate() -> str:
    """Return a new password, such as `maple-kettle-orbit-daisy-lantern`."""
    return "-".join(secrets.choice(WORDS) for _ in range(LENGTH))
