#!/usr/bin/env python3
"""row-profile_rows.py SEED ROWS - random rows whose fields have a character

Each field of each object keeps to one kind of value most of the time, so that
formats, enumerations and required fields come about, and errs now and then.
"""
import json
import random
import sys

rnd = random.Random(int(sys.argv[1]))
KEYS = ["a", "b", "c d", "\u00e9", "x.y", "$ref", "", 'q"', "type", "id", "0"]
kinds = {}


def word():
    return "".join(rnd.choice("a\u00e9\U0001d11e\0\n\"\\ z")
                   for _ in range(rnd.randrange(6)))


SCALARS = [
    lambda: None,
    lambda: rnd.random() < 0.5,
    lambda: rnd.randrange(-5, 100),
    lambda: rnd.choice([1.0, 2.5, 1e3, -0.0, 1.25, 3e-7, 1e25, 12345.678]),
    lambda: rnd.choice(["paid", "PAID", "open"]),
    lambda: "2024-%02d-%02d" % (rnd.randrange(1, 13), rnd.randrange(1, 29)),
    lambda: "%08x-1234-1234-1234-%012X" % (rnd.getrandbits(32),
                                           rnd.getrandbits(48)),
    lambda: "2024-01-%02dT10:00:00%s" % (
        rnd.randrange(1, 32), rnd.choice(["Z", "+02:00", ".25z"])),
    lambda: rnd.choice(["a", "x.y+z"]) + "@" + rnd.choice(
        ["b.co", "exa-mple.org"]),
    lambda: rnd.choice(["http://x.org/a?b#c", "https://example.com:80/%20",
                        "ftp://a"]),
    lambda: rnd.choice(["10:00:00Z", "23:59:59.9+01:00"]),
    lambda: str(rnd.randrange(1000)),
    word,
    # What only nearly is something.
    lambda: rnd.choice(["2024-02-30", "24:00:00Z", "a@b", "@b.co", "http://",
                        "http://a b", "007", "2024-01-01 10:00:00Z", "{]"]),
]


def value(kind, depth):
    if kind < len(SCALARS):
        return SCALARS[kind]()
    if depth > 3:
        return None
    if kind == len(SCALARS):
        return [SCALARS[rnd.choice([2, 4, 12])]()
                for _ in range(rnd.randrange(4))]
    if kind == len(SCALARS) + 1:
        return fields(depth + 1)
    return [fields(depth + 1) for _ in range(rnd.randrange(3))]


def fields(depth):
    o = {}
    for key in KEYS:
        kind = kinds.setdefault((depth, key),
                                rnd.randrange(len(SCALARS) + 3))
        likely = kinds.setdefault((depth, key, 0), rnd.choice([1, 0.5]))
        if rnd.random() < 0.01:
            kind = rnd.randrange(len(SCALARS) + 3)
        if rnd.random() < likely / depth:
            o[key] = value(kind, depth)
    return o


for _ in range(int(sys.argv[2])):
    print(json.dumps(fields(1), ensure_ascii=rnd.random() < 0.5))
