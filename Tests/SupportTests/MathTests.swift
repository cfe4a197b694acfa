import Support
import Testing

@Suite struct MathTests {
  @Test(
    arguments: [
      ([], 1), ([7], 7), ([2, 3, 4], 24), ([0], 0), ([.max, .max, 0], 0), ([0, .max, .max], 0),
      ([1 << 31, 1 << 31], 1 << 62), ([.max, 1], .max), ([.max, 2], nil), ([1 << 31, 1 << 32], nil),
      ([3, .max / 2], nil),
    ] as [([Int], Int?)])
  func `the product of extents is exact or nil, and 0 where an extent is 0`(
    _ extents: [Int], _ product: Int?
  ) {
    #expect(extents.checkedProduct == product)
  }
}
