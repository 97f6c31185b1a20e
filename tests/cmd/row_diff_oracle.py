#!/usr/bin/env python3
# row_diff_oracle.py - what row-diff must find, by dictionaries in memory
#
#	row_diff_oracle.py make SEED N	two files of rows, a and b, sorted by id
#	row_diff_oracle.py keyed A B	each difference by the key id as a line
#	row_diff_oracle.py sets A B	the same without a key
import collections
import decimal
import json
import random
import sys

decimal.getcontext().prec = 100


def rows(path):
    with open(path, encoding='utf-8') as f:
        for line in f:
            yield json.loads(line, parse_int=decimal.Decimal,
                             parse_float=decimal.Decimal)


def frozen(value):
    """A form of the value that is equal exactly when it is."""
    if isinstance(value, bool) or value is None:
        return ('c', str(value))
    if isinstance(value, decimal.Decimal):
        return ('n', value)
    if isinstance(value, str):
        return ('s', value)
    if isinstance(value, list):
        return ('a', tuple(frozen(v) for v in value))
    return ('o', frozenset((k, frozen(v)) for k, v in value.items()))


def keyed(a, b):
    left = {r['id']: r for r in rows(a)}
    right = {r['id']: r for r in rows(b)}
    for key in sorted(set(left) | set(right)):
        if key not in right:
            print('remove', int(key))
        elif key not in left:
            print('add', int(key))
        else:
            x, y = left[key], right[key]
            names = list(x) + [n for n in y if n not in x]
            found = [n for n in names if (n in x) != (n in y) or
                     frozen(x[n]) != frozen(y[n])]
            if found:
                print('change', int(key), ','.join(found))


def sets(a, b):
    left = collections.Counter(frozen(r) for r in rows(a))
    right = collections.Counter(frozen(r) for r in rows(b))
    print('remove', sum((left - right).values()))
    print('add', sum((right - left).values()))


def text(rnd, value):
    """The value, written in one way or another."""
    if isinstance(value, int) and not isinstance(value, bool):
        forms = ['%d', '%d', '%d.0', '%de0', '%d.000e-00']
        return rnd.choice(forms + ['%d00e-2'] * (value != 0)) % value
    if isinstance(value, str):
        return '"' + ''.join(
            c if rnd.random() < 0.9 else '\\u%04x' % ord(c)
            for c in value) + '"'
    if isinstance(value, list):
        return '[' + ', '.join(text(rnd, v) for v in value) + ']'
    return json.dumps(value)


def line(rnd, row):
    names = list(row)
    if rnd.random() < 0.1:
        rnd.shuffle(names)
    return '{' + ','.join('"%s":%s' % (n, text(rnd, row[n]))
                          for n in names) + '}\n'


def changed(rnd, row):
    row = dict(row)
    name = rnd.choice(['s', 'n', 'l', 'new', 'gone'])
    if name == 's':
        row['s'] += rnd.choice(['x', ''])
    elif name == 'n':
        row['n'] = rnd.choice([row['n'], row['n'] + 1, None])
    elif name == 'l':
        row['l'] = row['l'][::-1]
    elif name == 'new':
        row['new'] = None
    else:
        del row['s']
    return row


def make(seed, n):
    rnd = random.Random(seed)
    with open('a', 'w', encoding='utf-8') as a, \
            open('b', 'w', encoding='utf-8') as b:
        for i in range(-5, n):
            row = {'id': i, 's': 'row %d' % (i % 50), 'n': i * 10,
                   'l': [1, i % 3, 'x']}
            where = rnd.random()
            if where > 0.05:
                a.write(line(rnd, row))
            if where < 0.9:
                b.write(line(rnd, row if rnd.random() < 0.9 else
                             changed(rnd, row)))


if sys.argv[1] == 'make':
    make(int(sys.argv[2]), int(sys.argv[3]))
elif sys.argv[1] == 'keyed':
    keyed(sys.argv[2], sys.argv[3])
else:
    sets(sys.argv[2], sys.argv[3])
