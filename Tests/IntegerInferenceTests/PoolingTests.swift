import FixedPoint
import IntegerInference
import Support
import Testing

/// Maxima and means.
@Suite struct PoolingTests {
  static let windows = [
    Window(size: (2, 2), strides: (2, 2)), Window(size: (3, 2), sameFor: (7, 6)),
    Window(size: (3, 3), strides: (2, 2), sameFor: (7, 6)), Window(size: (7, 6)),
    Window(size: (2, 3), strides: (3, 1), padding: .init(top: 1, left: 2, bottom: 0, right: 1)),
    Window(size: (1, 1), strides: (2, 3)),
  ]

  /// The codes of the image under each position of a window, by its definition.
  private func codesUnderWindow(_ image: [Int8], _ window: Window, channels: Int) -> [[Int8]] {
    let size = window.outputSize(of: (7, 6))
    var lists: [[Int8]] = []
    for row in 0..<size.height {
      for column in 0..<size.width {
        for channel in 0..<channels {
          var codes: [Int8] = []
          for r in 0..<window.height {
            for c in 0..<window.width {
              let y = row * window.verticalStride + r - window.padding.top
              let x = column * window.horizontalStride + c - window.padding.left
              guard (0..<7).contains(y), (0..<6).contains(x) else { continue }
              codes.append(image[(y * 6 + x) * channels + channel])
            }
          }
          lists.append(codes)
        }
      }
    }
    return lists
  }

  @Test(arguments: windows, [1, 3, 16])
  func `a pooling is the maximum or the mean of the codes under its window`(_ window: Window, _ channels: Int)
    throws
  {
    var generator = SeededGenerator(seed: 6)
    let grid = try Models.grid(0.1, 4)
    let size = window.outputSize(of: (7, 6))
    let image = Models.codes(42 * channels, using: &generator)
    let lists = codesUnderWindow(image, window, channels: channels)
    for path in IntegerSession.Path.allCases {
      for kind in [IntegerOperation.Kind.maxPooling(window), .averagePooling(window)] {
        let model = try Models.single(
          kind, from: [([7, 6, channels], grid)], shape: [size.height, size.width, channels], grid: grid)
        let codes = IntegerSession(model, path: path).codes(image, examples: 1)
        let expected = lists.map { codes -> Int8 in
          if case .maxPooling = kind { return codes.max() ?? 0 }
          let mean = Double(codes.reduce(0) { $0 + Int($1) }) / Double(codes.count)
          return Int8(mean.rounded(.toNearestOrAwayFromZero))
        }
        #expect(codes == expected)
      }
    }
  }

  @Test(arguments: IntegerArithmetic.allCases)
  func `the mean of an image is nearest to the real mean`(_ arithmetic: IntegerArithmetic) throws {
    var generator = SeededGenerator(seed: 6)
    let grids: [(Float, Int32, Float, Int32)] = [
      (0.1, 4, 0.1, 4), (0.1, -128, 0.03, 0), (0.02, 127, 0.05, -9),
    ]
    for (scale, zero, newScale, newZero) in grids {
      let model = try Models.single(
        .globalAveragePooling, from: [([5, 7, 3], try Models.grid(scale, zero))], shape: [3],
        grid: try Models.grid(newScale, newZero), arithmetic: arithmetic)
      for _ in 0..<50 {
        let image = Models.codes(105, using: &generator).map { $0 / 3 }
        let codes = IntegerSession(model).codes(image, examples: 1)
        for channel in 0..<3 {
          let sum = stride(from: channel, to: 105, by: 3).reduce(0) { $0 + Int(image[$1]) - Int(zero) }
          let exact = Double(sum) / 35 * Double(scale) / Double(newScale) + Double(newZero)
          // LiteRT rounds first to 8ths or finer, which adds up to a 16th.
          let most = arithmetic == .tflite ? 0.5 + 1 / 16 : 0.5 + 1e-4
          #expect(abs(min(max(exact, -128), 127) - Double(codes[channel])) <= most)
        }
      }
    }
  }
}

/// The sizes that windows give.
@Suite struct WindowTests {
  @Test(arguments: 1...9, 1...5)
  func `same padding gives as many output pixels as strides fit the image`(_ size: Int, _ stride: Int) {
    for extent in 1...20 {
      let window = Window(size: (size, 1), strides: (stride, 1), sameFor: (extent, 1))
      #expect(window.outputSize(of: (extent, 1)) == ((extent + stride - 1) / stride, 1))
      // An odd pixel is added below.
      let (top, bottom) = (window.padding.top, window.padding.bottom)
      #expect(top >= 0 && (bottom == top || bottom == top + 1))
    }
  }

  @Test func `a window larger than the image fits nowhere`() {
    #expect(Window(size: (3, 2)).outputSize(of: (2, 2)) == (0, 1))
  }
}
