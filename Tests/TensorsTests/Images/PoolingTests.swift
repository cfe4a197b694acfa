import Support
import Tensors
import Testing

@Suite struct PoolingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let image: [Int]
    let size: Size2D
    let strides: Size2D
    let padding: Padding
    var testDescription: String { "\(image) \(size) \(strides) \(padding)" }
  }

  static let cases: [Case] = [
    Case(image: [1, 1, 1, 1], size: 1, strides: 1, padding: .valid),
    Case(image: [2, 4, 4, 3], size: 2, strides: 2, padding: .valid),
    Case(image: [1, 5, 7, 2], size: 2, strides: 2, padding: .same),
    Case(image: [1, 5, 5, 1], size: 3, strides: 1, padding: .same),
    Case(image: [3, 5, 4, 2], size: Size2D(3, 2), strides: Size2D(1, 2), padding: .valid),
    Case(image: [1, 7, 6, 1], size: Size2D(2, 1), strides: Size2D(3, 4), padding: .valid),
    Case(image: [1, 2, 3, 2], size: 4, strides: 2, padding: .same),
    Case(image: [1, 2, 3, 70], size: 2, strides: 1, padding: .same),
    Case(image: [9, 2, 2, 1], size: 2, strides: 2, padding: .valid),
  ]

  @Test(arguments: cases)
  func `pooling matches its definition`(_ sample: Case) {
    let (size, strides, padding) = (sample.size, sample.strides, sample.padding)
    let image = [distinct(sample.image, 1)]
    check("maxPool2D", image, { $0[0].maxPool2D(size: size, strides: strides, padding: padding) }) {
      $0[0].pooled(size, strides, padding) { $0.reduce(-.infinity, max) }
    }
    check("averagePool2D", image, { $0[0].averagePool2D(size: size, strides: strides, padding: padding) }) {
      $0[0].pooled(size, strides, padding) { $0.reduce(0, +) / Double($0.count) }
    }
    check("globalAveragePool2D", image, { $0[0].globalAveragePool2D() }) {
      $0[0].reduced([1, 2], keeping: false) { $0.reduce(0, +) / Double($0.count) }
    }
  }

  @Test func `the strides of pooling are the window size by default`() {
    let image = Tensor((0..<16).map(Float.init), shape: [1, 4, 4, 1])
    #expect(image.maxPool2D().values == [5, 7, 13, 15])
    #expect(image.averagePool2D().values == [2.5, 4.5, 10.5, 12.5])
  }

  @Test func `the first of equal pixels gets max pooling's gradient`() {
    let image = Tensor([2, 2, 2, 2, 1, 2], shape: [1, 2, 3, 1]).tracked()
    let pooled = image.maxPool2D(size: 2, strides: 1)
    // Windows [2 2; 2 1] and [2 2; 1 2]: the first pixels are (0, 0) and (0, 1).
    #expect(pooled.sum().gradients(of: [image])[0].values == [1, 1, 0, 0, 0, 0])
  }
}
