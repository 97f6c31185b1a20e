# Random operations for "decimal_test calc", checked by exact fractions.
import decimal
import random
import subprocess
import sys
from fractions import Fraction

decimal.getcontext().prec = 2000
random.seed(20240229)

ROUNDING = [decimal.ROUND_DOWN, decimal.ROUND_UP, decimal.ROUND_FLOOR,
            decimal.ROUND_CEILING, decimal.ROUND_HALF_UP,
            decimal.ROUND_HALF_DOWN, decimal.ROUND_HALF_EVEN]
SPECIAL = ["0", "-0", "1", "-1", "0.1", "10", "100", "1e1", "0.5", "2.5",
           "9223372036854775807", "-9223372036854775808",
           "9223372036854775808", "18446744073709551615", "1e18", "1e19",
           "999999999999999999", "1000000000000000000", "1e-18", "4096"]


def number():
    kind = random.random()
    if kind < 0.15:
        return random.choice(SPECIAL)
    n = random.choice([1, 2, 4, 8, 16, 18, 19, 20, 25, 40, 100])
    digits = str(random.randrange(10**n))
    if kind < 0.4:
        text = digits
    elif kind < 0.8:
        at = random.randrange(len(digits) + 1)
        text = (digits[:at].lstrip("0") or "0") + "." + (digits[at:] or "0")
    else:
        text = digits + "e" + str(random.randrange(-40, 40))
    return random.choice(["", "-"]) + text


def respelled(a):
    """The same number in other words, or nearly the same."""
    if "e" in a:
        mantissa, e = a.split("e")
        return mantissa + ("0" if "." in mantissa else ".0") + "e" + e
    last = random.choice(["0", "0", "1"])
    return a + last if "." in a else a + last + "e-1"


def digits_of(text):
    return len(text.lstrip("-").split("e")[0].replace(".", "").strip("0"))


def ends(x):
    """Has x an end within 1,000 digits after the point?"""
    return (10**1000) % x.denominator == 0


def divided(q, g):
    if ends(q):
        return g == q
    # At least 17 digits, the last of them rounded to the nearest ...
    if abs(g - q) > abs(q) / (2 * 10**16):
        return False
    # ... and, below 10^39, on the right side of every integer.
    return abs(q) >= 10**39 or (g // 1 == q // 1 and round(g) == round(q))


def right(op, a, b, got):
    x, y = Fraction(a), Fraction(b)
    if op == "/" and y == 0 or op == "%" and int(y) == 0:
        return got == "error: division by zero"
    if got.startswith("error"):
        return False
    g = Fraction(got)
    if op == "double":
        return (float(x) == float(got) and
                digits_of(got) <= digits_of(repr(float(x))))
    if op == "/":
        return divided(x / y, g)
    if op.startswith("round"):
        d = decimal.Decimal(a)
        if d.as_tuple().exponent < -int(b):
            d = d.quantize(decimal.Decimal(1).scaleb(-int(b)),
                           rounding=ROUNDING[int(op[5])])
        return g == Fraction(d)
    if op == "hash":
        return x != y or g == 1
    rest = 0 if int(y) == 0 else abs(int(x)) % abs(int(y))
    return g == {"+": x + y, "-": x - y, "*": x * y,
                 "<=>": (x > y) - (x < y), "neg": -x, "abs": abs(x),
                 "text": x, "clamp": max(-2**63, min(2**63 - 1, int(x))),
                 "%": -rest if x < 0 else rest}[op]


def question():
    op = random.choice(OPS)
    a, b = number(), number()
    if op.startswith("round"):
        b = str(random.randrange(-5, 25))
    elif op in ("<=>", "hash") and random.random() < 0.5:
        b = respelled(a)
    elif random.random() < 0.1:
        b = a
    return op, a, b


OPS = ["+", "-", "*", "/", "/", "%", "<=>", "hash", "neg", "abs", "text",
       "double", "clamp"] + ["round%d" % i for i in range(7)]
questions = [question() for i in range(40000)]
done = subprocess.run([sys.argv[1], "calc"], text=True, capture_output=True,
                      input="".join("%s %s %s\n" % q for q in questions))
answers = done.stdout.split("\n")[:-1]
wrong = [(q, a) for q, a in zip(questions, answers) if not right(*q, a)]
for (op, a, b), answer in wrong[:10]:
    print("%s %s %s: got %s" % (a, op, b, answer))
if done.returncode != 0 or len(answers) != len(questions):
    print("status %d, %d answers to %d questions\n%s" % (
        done.returncode, len(answers), len(questions), done.stderr))
    sys.exit(1)
sys.exit(len(wrong) > 0)
