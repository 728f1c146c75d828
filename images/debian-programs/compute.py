"""compute.py N: floats, decimals, libm and struct over N numbers each; prints hashes, and some of the numbers."""
import decimal, hashlib, math, random, struct, sys

n = int(sys.argv[1])
random.seed(1)


def told(name, values):
    values = [repr(v) for v in values]
    print(name, hashlib.sha256(" ".join(values).encode()).hexdigest(), *values[:2])


def floats():
    """Boundaries first, then every exponent."""
    yield from (0.0, -0.0, 1.0, -1.5, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, math.inf, -math.inf)
    for _ in range(n):
        value = struct.unpack("<d", random.randbytes(8))[0]
        if value == value:
            yield value
        yield random.gauss(0, 10)


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except (ValueError, OverflowError, ZeroDivisionError, decimal.DecimalException) as e:
        return type(e).__name__


values = list(floats())
told("repr", values)
told("round trip", [float(repr(v)) == v for v in values])
told("hex", [v.hex() for v in values])
told("format", ["%.17g %.3f %e" % (v, v, v) for v in values])
told("integer", [attempt(int, v) for v in values])
told("arithmetic", [attempt(f, a, b) for a, b in zip(values, values[1:]) for f in (
    float.__add__, float.__sub__, float.__mul__, float.__truediv__, float.__mod__, float.__pow__, float.__floordiv__)])
for name in """acos acosh asin asinh atan atanh cbrt ceil cos cosh degrees erf erfc exp exp2 expm1 fabs floor frexp gamma
        lgamma log log10 log1p log2 modf radians sin sinh sqrt tan tanh trunc ulp""".split():
    told(name, [attempt(getattr(math, name), v) for v in values])
for name in "atan2 copysign fmod hypot nextafter pow remainder".split():
    told(name, [attempt(getattr(math, name), a, b) for a, b in zip(values, values[1:])])
told("ldexp", [attempt(math.ldexp, v, i % 2200 - 1100) for i, v in enumerate(values)])
for kind in "bBhHiIqQefd":
    size = struct.calcsize(kind)
    raw = [random.randbytes(size) for _ in range(n)]
    told("struct " + kind, [struct.unpack(order + kind, r)[0] for r in raw for order in "<>"])
    told("pack " + kind, [struct.pack(order + kind, struct.unpack("<" + kind, r)[0]) for r in raw for order in "<>"])
told("half", [attempt(struct.pack, "<e", v) for v in values])
told("single", [attempt(struct.pack, "<f", v) for v in values])
decimal.getcontext().prec = 50
numbers = [decimal.Decimal(random.getrandbits(150)).scaleb(random.randrange(-60, 20)) for _ in range(n // 10)]
told("decimal", [attempt(f, a, b) for a, b in zip(numbers, numbers[1:]) for f in (
    decimal.Decimal.__add__, decimal.Decimal.__mul__, decimal.Decimal.__truediv__, decimal.Decimal.remainder_near)])
told("decimal functions", [attempt(f) for a in numbers[:n // 50] for f in (a.sqrt, a.ln, a.log10, a.normalize)])
decimal.getcontext().prec = 3000 if n > 1000 else 200
told("many digits", [decimal.Decimal(3) ** 7000 / 7, decimal.Decimal(2).sqrt()])
told("integers", [pow(3, random.getrandbits(300), (1 << 521) - 1) for _ in range(n // 100)] + [math.factorial(min(n // 3, 1000) + 20)])
if n > 1000:  # more modules, which take time to load
    import array, cmath, fractions, json, re, statistics, zlib

    told("complex", [attempt(f, complex(a, b)) for a, b in zip(values, values[1:])
                     for f in (cmath.sqrt, cmath.exp, cmath.log, cmath.tan, cmath.acosh)])
    finite = [v for v in values if math.isfinite(v) and abs(v) < 1e100]
    told("sums", [math.fsum(finite), sum(finite), statistics.stdev(finite[:500]), math.dist(finite[:99], finite[1:100])])
    told("fractions", [sum(fractions.Fraction(1, k) for k in range(1, n // 10 + 9))])
    told("text", [re.sub(r"(\d)(\d)", r"\2\1", json.dumps(finite[:200]))])
    data = array.array("d", finite).tobytes()
    told("bytes", [zlib.crc32(data), zlib.adler32(data), hashlib.blake2b(data).hexdigest(), hashlib.sha3_512(data).hexdigest()])
    told("deflate", [zlib.decompress(zlib.compress(data, 9)) == data, hashlib.md5(zlib.compress(data)).hexdigest()])
