import Support
import Tensors
import Testing

@Suite struct ArithmeticTests {
  static let shapes: [([Int], [Int])] = [
    ([], []), ([1], []), ([3], [3]), ([], [4]), ([2, 3], [3]), ([3], [2, 3]), ([2, 3], [2, 1]),
    ([2, 1], [1, 3]), ([1, 1], [4, 5]), ([2, 3, 4], [3, 1]), ([2, 1, 4], [1, 3, 1]),
    ([1, 3, 1, 2], [4, 1, 5, 1]),
    ([2, 3, 1, 2], [2, 1, 3, 2]), ([5, 1, 1], [5, 1, 1]),
  ]

  @Test(arguments: shapes)
  func `broadcasting matches its definition`(_ left: [Int], _ right: [Int]) {
    let inputs = [awkward(left, 1), awkward(right, 2)]
    check("+", inputs, { $0[0] + $0[1] }, { $0[0].combined($0[1], +) })
    check("-", inputs, { $0[0] - $0[1] }, { $0[0].combined($0[1], -) })
    check("*", inputs, { $0[0] * $0[1] }, { $0[0].combined($0[1], *) })
    check("/", inputs, ulps: 32, { $0[0] / $0[1] }, { $0[0].combined($0[1], /) })
  }

  @Test func `a Float operand acts as a scalar tensor on either side`() {
    let x = [awkward([2, 3], 3)]
    check("x + 2", x, { $0[0] + 2 }, { $0[0].map { $0 + 2 } })
    check("x - 2", x, { $0[0] - 2 }, { $0[0].map { $0 - 2 } })
    check("x * 2", x, { $0[0] * 2 }, { $0[0].map { $0 * 2 } })
    check("x / 2", x, { $0[0] / 2 }, { $0[0].map { $0 / 2 } })
    check("2 + x", x, { 2 + $0[0] }, { $0[0].map { 2 + $0 } })
    check("2 - x", x, { 2 - $0[0] }, { $0[0].map { 2 - $0 } })
    check("2 * x", x, { 2 * $0[0] }, { $0[0].map { 2 * $0 } })
    check("2 / x", x, ulps: 32, { 2 / $0[0] }, { $0[0].map { 2 / $0 } })
    check("-x", x, { -$0[0] }, { $0[0].map { -$0 } })
  }

  @Test func `an operand used twice receives the sum of both gradients`() {
    check("x * x + x", [awkward([3, 2], 4)], { $0[0] * $0[0] + $0[0] }, { $0[0].map { $0 * $0 + $0 } })
  }

  @Test func `operands that are cut into shards give correct elements`() {
    // Large enough for several threads, so that the ends of shards are covered: rows, and one long row.
    for (shape, other) in [
      ([1001, 70], [70]), ([1001, 70], [1001, 1]), ([70_007], []), ([70_007], [70_007]),
    ] {
      let (a, b) = (awkward(shape, 5), awkward(other, 6))
      let (x, y, z) = (a.values, b.values, (a * b).values)
      let columns = shape[shape.count - 1]
      let wrong = z.indices.filter { index in
        let otherIndex =
          other == [1001, 1] ? index / columns : other.isEmpty ? 0 : other == [70] ? index % columns : index
        return z[index] != x[index] * y[otherIndex]
      }
      #expect(wrong.isEmpty)
    }
  }

}
