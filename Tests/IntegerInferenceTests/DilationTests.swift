import FixedPoint
import IntegerInference
import Safetensors
import Support
import Testing

/// Dilation and groups: what is refused, and what a file says of them.
@Suite struct DilationTests {
  private func cause(
    _ kind: IntegerOperation.Kind, of image: [Int], _ shape: [Int]
  ) throws -> IntegerModelError.Cause? {
    let grid = try Models.grid(0.1, 3)
    return Models.cause(kind, from: [(image, grid)], shape: shape, grid: grid)
  }

  private func kernel(_ shape: [Int], channels: Int) -> IntegerKernel {
    var generator = SeededGenerator(seed: 1)
    return Models.kernel(shape, channels: channels, using: &generator)
  }

  /// 3 rows of weights 2 apart cover 5 rows, and 2 columns 4 apart 5 columns.
  @Test func `a dilated window covers the pixels between its weights`() {
    let window = Window(size: (3, 2), dilations: (2, 4))
    #expect((window.dilatedHeight, window.dilatedWidth) == (5, 5) && window.isDilated)
    #expect(window.outputSize(of: (9, 5)) == (5, 1))
    let same = Window(size: (3, 2), strides: (2, 1), sameFor: (9, 6), dilations: (2, 4))
    #expect(same.padding == .init(top: 2, left: 2, bottom: 2, right: 2))
    #expect(same.outputSize(of: (9, 6)) == (5, 6))
    #expect(!Window(size: (3, 2)).isDilated)
  }

  @Test func `a dilation that is impossible is refused`() throws {
    func reason(_ window: Window, pooling: Bool = false, _ shape: [Int] = [1, 1, 2]) throws -> String? {
      let kernel = kernel([window.height, window.width, 2, 2], channels: 2)
      let kind: IntegerOperation.Kind = pooling ? .maxPooling(window) : .convolution(kernel, window)
      guard case .wrongWindow(let reason)? = try cause(kind, of: [5, 5, 2], shape) else { return nil }
      return reason
    }
    #expect(try reason(Window(size: (3, 3), dilations: (2, 2))) == nil)
    #expect(
      try reason(Window(size: (3, 3), dilations: (0, 2))) == "its window has dilations [0, 2]")
    #expect(
      try reason(Window(size: (3, 3), dilations: (1, 1 << 16))) == "its window has dilations [1, 65536]")
    #expect(
      try reason(Window(size: (3, 3), dilations: (3, 1)))
        == "its window of 7 × 3 does not fit the image, [5, 5, 2]")
    #expect(
      try reason(Window(size: (3, 3), dilations: (2, 2)), pooling: true)
        == "its window has dilations [2, 2], and a pooling has none")
    let wide = Window.Padding(top: 0, left: 4, bottom: 0, right: 5)
    #expect(
      try reason(Window(size: (3, 3), padding: wide, dilations: (2, 2)))
        == "its padding of [0, 4, 0, 5] pixels could leave a window of 5 × 5 without a pixel of the image")
  }

  @Test func `groups that do not share channels and filters evenly are refused`() throws {
    func cause(_ shape: [Int], depthwise: Bool = false) throws -> IntegerModelError.Cause? {
      let filters = depthwise ? shape[2] * shape[3] : shape[3]
      let kernel = kernel(shape, channels: filters)
      let window = Window(size: (1, 1))
      return try self.cause(
        depthwise ? .depthwiseConvolution(kernel, window) : .convolution(kernel, window), of: [2, 2, 6],
        [2, 2, filters])
    }
    for channels in [1, 2, 3, 6] { #expect(try cause([1, 1, channels, 12]) == nil) }
    #expect(
      try cause([1, 1, 4, 12]) == .wrongKernelShape(expected: "[1, 1, 6, filters]", found: [1, 1, 4, 12]))
    #expect(
      try cause([1, 1, 2, 10])
        == .wrongKernelShape(
          expected: "[1, 1, 6, filters], or filters that the kernel's 3 groups can share evenly",
          found: [1, 1, 2, 10]))
    #expect(
      try cause([1, 1, 2, 3], depthwise: true)
        == .wrongKernelShape(expected: "[1, 1, 6, multiplier]", found: [1, 1, 2, 3]))
  }

  /// Files without dilation and groups stay as they were.
  @Test func `a file of dilation or groups has version 3`() throws {
    func version(_ kind: IntegerOperation.Kind, _ shape: [Int]) throws -> String? {
      let grid = try Models.grid(0.1, 3)
      let model = try Models.single(kind, from: [([5, 5, 2], grid)], shape: shape, grid: grid)
      #expect(try IntegerModel(SafetensorsFile(bytes: model.safetensors.encoded())) == model)
      let text = try #require(model.safetensors.metadata["operation.1"])
      #expect(text.contains(" strides=1,1 dilations=2,1 padding=") == (model.operations[1].isDilated))
      return model.safetensors.metadata["version"]
    }
    let (plain, dilated) = (Window(size: (3, 3)), Window(size: (3, 3), dilations: (2, 1)))
    let (whole, half) = (kernel([3, 3, 2, 4], channels: 4), kernel([3, 3, 1, 4], channels: 4))
    let depthwise = kernel([3, 3, 2, 1], channels: 2)
    #expect(try version(.convolution(whole, plain), [3, 3, 4]) == "1")
    #expect(try version(.convolution(whole, dilated), [1, 3, 4]) == "3")
    #expect(try version(.convolution(half, plain), [3, 3, 4]) == "3")
    #expect(try version(.depthwiseConvolution(depthwise, plain), [3, 3, 2]) == "1")
    #expect(try version(.depthwiseConvolution(depthwise, dilated), [1, 3, 2]) == "3")
  }
}

extension IntegerOperation {
  fileprivate var isDilated: Bool {
    switch kind {
    case .convolution(_, let window), .depthwiseConvolution(_, let window): window.isDilated
    default: false
    }
  }
}
