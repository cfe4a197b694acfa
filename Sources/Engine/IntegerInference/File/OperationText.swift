import FixedPoint

/// An operation in words: `kind=dense inputs=3 shape=10 …`, for a file's metadata.
///
/// Numbers are decimal; floats have as many digits as it takes to read them back exactly.
struct OperationText {
  private(set) var text: String

  /// The words for an operation: everything but its name and its tensors.
  init(_ operation: IntegerOperation) {
    text = "kind=\(operation.kind.word)"
    add("inputs", operation.inputs)
    add("shape", operation.shape)
    text += " scale=\(operation.grid.scale)"
    add("zeroPoint", [Int(operation.grid.zeroPoint)])
    add("codes", operation.grid.quantizedRange)
    text += " rounding=\(operation.grid.rounding.rawValue)"
    if let kernel = operation.kernel {
      add("kernel", kernel.shape)
      add("bits", [kernel.bitWidth])
      add("limits", kernel.limits)
    }
    switch operation.kind {
    case .convolution(_, let window), .depthwiseConvolution(_, let window), .maxPooling(let window),
      .averagePooling(let window):
      add("window", [window.height, window.width])
      add("strides", [window.verticalStride, window.horizontalStride])
      add(window.padding)
    case .padding(let padding): add(padding)
    case .concatenation(let axis): add("axis", [axis])
    case .add(let limits), .requantization(let limits): add("limits", limits)
    case .input, .dense, .globalAveragePooling, .reshape, .softmax: break
    }
  }

  private mutating func add(_ key: String, _ values: [Int]) {
    text += " \(key)=\(values.map(String.init).joined(separator: ","))"
  }

  private mutating func add(_ key: String, _ range: ClosedRange<Int32>) {
    add(key, [Int(range.lowerBound), Int(range.upperBound)])
  }

  private mutating func add(_ padding: Window.Padding) {
    add("padding", [padding.top, padding.left, padding.bottom, padding.right])
  }
}

extension IntegerOperation.Kind {
  /// The kind in one word, as files call it.
  package var word: String {
    switch self {
    case .input: "input"
    case .convolution: "convolution"
    case .depthwiseConvolution: "depthwiseConvolution"
    case .dense: "dense"
    case .maxPooling: "maxPooling"
    case .averagePooling: "averagePooling"
    case .globalAveragePooling: "globalAveragePooling"
    case .add: "add"
    case .concatenation: "concatenation"
    case .reshape: "reshape"
    case .padding: "padding"
    case .softmax: "softmax"
    case .requantization: "requantization"
    }
  }
}
