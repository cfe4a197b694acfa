import FixedPoint

/// The text of an operation in the metadata of a file: `kind=dense inputs=3 shape=10 …`.
///
/// Numbers are decimal; floats have as many digits as are needed to read them back exactly.
struct OperationText {
  private(set) var text: String

  /// Creates the text of an operation: everything except its name and its tensors.
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
      add("limits", kernel.activationRange)
    }
    switch operation.kind {
    case .convolution(_, let window), .depthwiseConvolution(_, let window), .maxPooling(let window),
      .averagePooling(let window):
      add("window", [window.height, window.width])
      add("strides", [window.verticalStride, window.horizontalStride])
      if window.isDilated { add("dilations", [window.verticalDilation, window.horizontalDilation]) }
      add(window.padding)
    case .transposedConvolution(_, let window, let isSame):
      add("window", [window.height, window.width])
      add("strides", [window.verticalStride, window.horizontalStride])
      add(window.padding)
      add("same", isSame)
    case .padding(let padding): add(padding)
    case .constantPadding(let before, let after, let code):
      add("before", before)
      add("after", after)
      add("code", [Int(code)])
    case .slice(let begin, let size, let strides):
      add("begin", begin)
      add("size", size)
      add("strides", strides)
    case .transpose(let permutation): add("permutation", permutation)
    case .resizeNearestNeighbor(let alignCorners, let halfPixelCenters),
      .resizeBilinear(let alignCorners, let halfPixelCenters):
      add("alignCorners", alignCorners)
      add("halfPixelCenters", halfPixelCenters)
    case .concatenation(let axis): add("axis", [axis])
    case .add(let activationRange), .subtract(let activationRange), .multiply(let activationRange),
      .requantization(let activationRange):
      add("limits", activationRange)
    case .leakyReLU(let slope): text += " slope=\(slope)"
    case .input, .constant, .dense, .globalAveragePooling, .reshape, .softmax, .hardSwish, .prelu, .sigmoid,
      .tanh:
      break
    }
  }

  private mutating func add(_ key: String, _ value: Bool) { text += " \(key)=\(value)" }

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
  /// The kind in one word, as in files.
  package var word: String {
    switch self {
    case .input: "input"
    case .convolution: "convolution"
    case .depthwiseConvolution: "depthwiseConvolution"
    case .transposedConvolution: "transposedConvolution"
    case .dense: "dense"
    case .constant: "constant"
    case .maxPooling: "maxPooling"
    case .averagePooling: "averagePooling"
    case .globalAveragePooling: "globalAveragePooling"
    case .add: "add"
    case .subtract: "subtract"
    case .multiply: "multiply"
    case .concatenation: "concatenation"
    case .reshape: "reshape"
    case .padding: "padding"
    case .constantPadding: "constantPadding"
    case .slice: "slice"
    case .transpose: "transpose"
    case .resizeNearestNeighbor: "resizeNearestNeighbor"
    case .resizeBilinear: "resizeBilinear"
    case .softmax: "softmax"
    case .hardSwish: "hardSwish"
    case .leakyReLU: "leakyReLU"
    case .prelu: "prelu"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .requantization: "requantization"
    }
  }
}

/// Reads the text of an operation; every word is checked.
struct OperationWords {
  private let file: String
  private let operation: Int?
  private var values: [String: String] = [:]

  /// Parses `key=value` pairs separated by single spaces; no key may occur twice.
  init(_ text: String, file: String, operation: Int) throws(IntegerFileError) {
    (self.file, self.operation) = (file, operation)
    for pair in text.split(separator: " ", omittingEmptySubsequences: false) {
      guard let equals = pair.firstIndex(of: "=") else { throw wrong("description", text) }
      let key = String(pair[..<equals])
      let previous = values.updateValue(String(pair[pair.index(after: equals)...]), forKey: key)
      guard previous == nil else { throw wrong("description", text) }
    }
  }

  /// The error of an invalid or missing value.
  func wrong(_ key: String, _ found: String?) -> IntegerFileError {
    .wrongDescription(file: file, operation: operation, key: key, found: found)
  }

  /// The value of a key, which is marked as used.
  mutating func word(_ key: String) throws(IntegerFileError) -> String {
    guard let value = values.removeValue(forKey: key) else { throw wrong(key, nil) }
    return value
  }

  /// Integers separated by commas, exactly `count` of them if it is given.
  mutating func integers(_ key: String, count: Int? = nil) throws(IntegerFileError) -> [Int] {
    let value = try word(key)
    var integers: [Int] = []
    if !value.isEmpty {
      for digits in value.split(separator: ",", omittingEmptySubsequences: false) {
        guard let integer = Int(digits) else { throw wrong(key, value) }
        integers.append(integer)
      }
    }
    guard count == nil || integers.count == count else { throw wrong(key, value) }
    return integers
  }

  /// A range of two bounds, of which the first does not exceed the second.
  mutating func range(_ key: String) throws(IntegerFileError) -> ClosedRange<Int32> {
    let ends = try integers(key, count: 2)
    guard let low = Int32(exactly: ends[0]), let high = Int32(exactly: ends[1]), low <= high else {
      throw wrong(key, "\(ends[0]),\(ends[1])")
    }
    return low...high
  }

  /// A number that need not be whole.
  mutating func float(_ key: String) throws(IntegerFileError) -> Float {
    let value = try word(key)
    guard let number = Float(value) else { throw wrong(key, value) }
    return number
  }

  mutating func boolean(_ key: String) throws(IntegerFileError) -> Bool {
    let value = try word(key)
    guard let boolean = Bool(value) else { throw wrong(key, value) }
    return boolean
  }

  mutating func padding() throws(IntegerFileError) -> Window.Padding {
    let sides = try integers("padding", count: 4)
    return Window.Padding(top: sides[0], left: sides[1], bottom: sides[2], right: sides[3])
  }

  mutating func window() throws(IntegerFileError) -> Window {
    let size = try integers("window", count: 2)
    let strides = try integers("strides", count: 2)
    let dilations = values["dilations"] == nil ? [1, 1] : try integers("dilations", count: 2)
    return Window(
      size: (size[0], size[1]), strides: (strides[0], strides[1]), padding: try padding(),
      dilations: (dilations[0], dilations[1]))
  }

  mutating func grid() throws(IntegerFileError) -> AffineQuantizer {
    let (step, rounding) = (try float("scale"), try word("rounding"))
    let zeroPoint = try integers("zeroPoint", count: 1)[0]
    let codes = try range("codes")
    guard let rule = RoundingRule(rawValue: rounding) else { throw wrong("rounding", rounding) }
    guard let zero = Int32(exactly: zeroPoint) else { throw wrong("zeroPoint", "\(zeroPoint)") }
    do {
      return try AffineQuantizer(scale: step, zeroPoint: zero, quantizedRange: codes, rounding: rule)
    } catch { throw wrong("grid", error.description) }
  }

  /// Checks that every key was used.
  func expectNothingMore() throws(IntegerFileError) {
    if let key = values.keys.min() { throw wrong("description", key) }
  }
}
