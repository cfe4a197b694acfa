import Datasets
import Testing

@Suite struct DrawnDigitTests {
  private let hook: [SIMD2<Float>] = [[4, 2], [10, 1], [12, 8], [7, 15], [3, 20]]

  private func mean(_ image: ContiguousArray<UInt8>) -> SIMD2<Float> {
    let mass = image.reduce(Float(0)) { $0 + Float($1) }
    return image.indices.reduce(SIMD2<Float>(0, 0)) { sum, index in
      sum + Float(image[index]) * SIMD2(Float(index % 28), Float(index / 28))
    } / mass
  }

  @Test func `a drawing is the same image wherever it was drawn, and twice or half as large`() {
    let image = Digits.drawn([hook])
    #expect(image.contains(255) && image.count == 784)
    #expect(Digits.drawn([hook.map { $0 + [3, 7] }]) == image)
    #expect(Digits.drawn([hook.map { $0 * 2 }]) == image)
    #expect(Digits.drawn([hook.map { $0 / 2 }]) == image)
    #expect(Digits.drawn([hook.map { [$0.x, $0.y * 1.5] }]) != image)
  }

  @Test func `its longer side has 19 pixels, and its mass the middle of the image`() {
    let image = Digits.drawn([hook])
    let rows = (0..<28).filter { row in image[(row * 28)..<(row * 28 + 28)].contains { $0 > 127 } }
    // A pixel counts from half its brightness on; where the rows fall decides on one more or less.
    #expect((18...20).contains(rows.count))
    // The middle of 28 pixels is 13.5; round ends and corners move the mass by a fraction of a pixel.
    #expect(abs(mean(image).x - 13.5) < 0.5 && abs(mean(image).y - 13.5) < 0.5)
  }

  @Test func `a dot stays a dot, and nothing is blank`() {
    let dot = Digits.drawn([[[14, 14]]])
    #expect((4...25).contains(dot.count { $0 > 0 }))
    #expect(Digits.drawn([]) == ContiguousArray(repeating: 0, count: 784))
    #expect(Digits.drawn([[]]) == ContiguousArray(repeating: 0, count: 784))
  }
}
