"""A bit of everything that Python programs do; the argument is the number of rounds."""
import sys


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def moved(self, dx):
        return Point(self.x + dx, self.y * 0.5 + dx)


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


total = 0
for round_ in range(int(sys.argv[1])):
    total += fibonacci(9)
    words = [str(i * round_ % 97) for i in range(60)]
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    total += sum(len(k) * v for k, v in sorted(counts.items()))
    point = Point(round_, 1.0)
    for i in range(20):
        point = point.moved(i)
    total += int(point.x + point.y)
    total += len(" ".join(words).replace("1", "one").split("on"))
print(total)
