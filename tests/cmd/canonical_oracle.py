#!/usr/bin/env python3
# canonical_oracle.py - the canonical form of rows, written a second time
#
#	canonical_oracle.py forms FILE	the canonical form of each row
#	canonical_oracle.py sum FILE	what "checksum --rows" says of them
#	canonical_oracle.py make SEED N	N rows, each also written otherwise, in
#					the files one and two
import hashlib
import json
import random
import re
import sys


class Number(str):
    pass


def number(text):
    sign, whole, fraction, exponent = re.fullmatch(
        r'(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?', text).groups()
    digits = (whole + (fraction or '')).lstrip('0')
    power = int(exponent or 0) - len(fraction or '')
    short = digits.rstrip('0')
    power += len(digits) - len(short)
    if short == '':
        return '0'
    return sign + short + ('e%d' % power if power != 0 else '')


def string(text):
    short = {8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r', 34: '"', 92: '\\'}

    def escaped(c):
        if ord(c) in short:
            return '\\' + short[ord(c)]
        return '\\u%04x' % ord(c) if ord(c) < 32 else c
    return '"' + ''.join(escaped(c) for c in text) + '"'


def canonical(value):
    if value is None:
        return 'null'
    if value is True or value is False:
        return 'true' if value else 'false'
    if isinstance(value, Number):
        return number(value)
    if isinstance(value, str):
        return string(value)
    if isinstance(value, list):
        return '[' + ','.join(canonical(v) for v in value) + ']'
    return '{' + ','.join(string(k) + ':' + canonical(value[k])
                          for k in sorted(value)) + '}'


def rows(path):
    with open(path, encoding='utf-8', newline='\n') as f:
        for line in f:
            yield json.loads(line, parse_int=Number, parse_float=Number)


def summed(path):
    lines = sorted(hashlib.sha256(canonical(r).encode()).hexdigest()
                   for r in rows(path))
    return hashlib.sha256(''.join(s + '\n' for s in lines).encode()) \
        .hexdigest()


def any_number(rnd):
    text = rnd.choice(['', '-']) + str(rnd.choice(
        [0, rnd.randrange(10), rnd.randrange(10 ** 6), rnd.getrandbits(200)]))
    if rnd.random() < 0.5:
        text += '.' + ''.join(rnd.choice('0005') for _ in range(
            rnd.randrange(1, 20)))
    if rnd.random() < 0.4:
        text += rnd.choice('eE') + rnd.choice(['', '+', '-', '-00']) + str(
            rnd.choice([0, 3, rnd.randrange(400), rnd.getrandbits(90)]))
    return Number(text)


def any_string(rnd):
    return ''.join(chr(rnd.choice(
        [rnd.randrange(128), 0xe9, 0xffff, 0x1f600, 0x2028, 65, 66]))
        for _ in range(rnd.randrange(6)))


def any_value(rnd, depth):
    kind = rnd.randrange(8 if depth < 4 else 6)
    if kind < 2:
        return any_number(rnd)
    if kind < 5:
        return any_string(rnd)
    if kind == 5:
        return rnd.choice([None, True, False])
    if kind == 6:
        return [any_value(rnd, depth + 1) for _ in range(rnd.randrange(5))]
    return any_object(rnd, depth + 1)


def any_object(rnd, depth):
    return {any_string(rnd): any_value(rnd, depth)
            for _ in range(rnd.randrange(7))}


def other_number(rnd, text):
    short = number(text)
    if short == '0':
        return rnd.choice(['0', '-0', '0.00', '0e7'])
    digits, _, power = short.partition('e')
    zeros = rnd.randrange(4)
    return '%s%se%+d' % (digits, '0' * zeros, int(power or 0) - zeros)


def other_string(rnd, text):
    def other(c):
        if rnd.random() < 0.7 and ord(c) >= 32 and c not in '"\\':
            return c
        units = c.encode('utf-16-be').hex()
        units = units.upper() if rnd.random() < 0.5 else units
        return ''.join('\\u' + units[i:i + 4]
                       for i in range(0, len(units), 4))
    return '"' + ''.join(other(c) for c in text) + '"'


def other_text(rnd, value):
    """The same value, written as it comes."""
    space = rnd.choice(['', '', ' ', '\t'])
    if isinstance(value, Number):
        return other_number(rnd, value)
    if isinstance(value, str):
        return other_string(rnd, value)
    if isinstance(value, list):
        return '[' + space + (',' + space).join(
            other_text(rnd, v) for v in value) + ']'
    if isinstance(value, dict):
        names = list(value)
        rnd.shuffle(names)
        return '{' + (space + ',').join(
            space + other_string(rnd, k) + space + ':' +
            other_text(rnd, value[k]) for k in names) + space + '}'
    return canonical(value)


def make(seed, n):
    rnd = random.Random(seed)
    made = [any_object(rnd, 0) for _ in range(n)]
    with open('one', 'w', encoding='utf-8', newline='\n') as f:
        f.writelines(other_text(rnd, r) + '\n' for r in made)
    rnd.shuffle(made)
    with open('two', 'w', encoding='utf-8', newline='\n') as f:
        f.writelines(other_text(rnd, r) + '\n' for r in made)


if sys.argv[1] == 'make':
    make(int(sys.argv[2]), int(sys.argv[3]))
elif sys.argv[1] == 'sum':
    print(summed(sys.argv[2]))
else:
    for row in rows(sys.argv[2]):
        print(canonical(row))
