import Tensors
import Testing

@Suite struct MatmulTests {
  static let sizes = [(1, 1, 1), (2, 3, 4), (1, 5, 1), (5, 1, 3), (3, 7, 1), (4, 6, 16), (5, 3, 17)]

  @Test(arguments: sizes)
  func `matrix products match their definition`(_ rows: Int, _ depth: Int, _ columns: Int) {
    let (a, b) = (awkward([rows, depth], 1), awkward([depth, columns], 2))
    let (c, d) = (awkward([depth, rows], 3), awkward([columns, depth], 4))
    let bias = awkward([columns], 5)
    check("a·b", [a, b], { $0[0].matmul($0[1]) }, { $0[0].matmul($0[1]) })
    check(
      "aᵀ·b", [c, b], { $0[0].matmul($0[1], transposingSelf: true) }, { $0[0].transposed().matmul($0[1]) })
    check(
      "a·bᵀ", [a, d], { $0[0].matmul($0[1], transposingOther: true) }, { $0[0].matmul($0[1].transposed()) })
    check(
      "aᵀ·bᵀ", [c, d], { $0[0].matmul($0[1], transposingSelf: true, transposingOther: true) },
      { $0[0].transposed().matmul($0[1].transposed()) })
    check("a·b + bias", [a, b, bias], { $0[0].matmul($0[1], bias: $0[2]) }) {
      $0[0].matmul($0[1]).combined($0[2], +)
    }
  }

  @Test func `transposing swaps rows and columns`() {
    check("transposed", [awkward([3, 5], 1)], { $0[0].transposed() }, { $0[0].transposed() })
    let wide = awkward([33, 50], 2)
    #expect(wide.transposed().transposed().values == wide.values)
    #expect(wide.transposed().values[1] == wide.values[50])
  }

  @Test func `oneDNN and the portable kernels agree on large matrix products`() {
    // A sum of n rounded products errs by at most n · 2⁻²⁴ of Σ|terms|, and typically by √n · 2⁻²⁴: with
    // n = 784 positive terms, 14 ulps.
    let (a, b) = (awkward([65, 784], 1, low: 0.1, high: 0.9), awkward([784, 130], 2, low: 0.1, high: 0.9))
    let portable = a.on(.portable).matmul(b).values
    let fast = a.matmul(b).values
    let worst = zip(portable, fast).map { abs($0 - $1) / $0 }.max() ?? 0
    #expect(worst <= 64 * .ulpOfOne)
  }
}
