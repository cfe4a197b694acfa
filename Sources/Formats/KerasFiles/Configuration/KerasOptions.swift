import Layers
import Support
import Tensors

/// Why a layer of a configuration has no counterpart here, and what helps; whoever catches it knows the place.
struct KerasRefusal: Error, Hashable {
  let problem: String
  let remedy: String

  init(_ problem: String, _ remedy: String) { (self.problem, self.remedy) = (problem, remedy) }

  /// An option whose value has no counterpart.
  static func option(_ name: String, _ value: JSONValue, expected: String) -> KerasRefusal {
    KerasRefusal("its \(name) is \(UntrustedText.shown(value.brief))", "expected \(expected)")
  }
}

/// The options of a layer, each of which is taken once; what nobody took is refused in the end, unless it cannot
/// change a result.
struct KerasOptions {
  /// The largest size that an option may have.
  static let largest = 1 << 24

  private var values: [String: JSONValue]
  /// The first number of the version of Keras that wrote the configuration.
  let version: Int

  init(_ values: [String: JSONValue], version: Int) { (self.values, self.version) = (values, version) }

  /// The value of an option; nil if it is missing or `null`.
  mutating func take(_ name: String) -> JSONValue? {
    guard let value = values.removeValue(forKey: name), value != .null else { return nil }
    return value
  }

  /// A yes or no.
  mutating func flag(_ name: String, default standard: Bool) throws(KerasRefusal) -> Bool {
    guard let value = take(name) else { return standard }
    guard case .bool(let flag) = value else { throw .option(name, value, expected: "true or false") }
    return flag
  }

  /// A whole number from 1 to ``largest``.
  mutating func count(_ name: String, default standard: Int? = nil) throws(KerasRefusal) -> Int {
    guard let value = take(name) else {
      guard let standard else { throw .option(name, .null, expected: "a whole number above 0") }
      return standard
    }
    return try Self.count(value, name)
  }

  private static func count(
    _ value: JSONValue, _ name: String, from least: Int = 1
  ) throws(KerasRefusal) -> Int {
    guard let count = value.integer, least...largest ~= count else {
      throw .option(name, value, expected: "whole numbers from \(least) to \(largest)")
    }
    return count
  }

  /// One number for both directions, or two.
  mutating func size(_ name: String, default standard: Size2D? = nil) throws(KerasRefusal) -> Size2D {
    guard let value = take(name) else {
      guard let standard else { throw .option(name, .null, expected: "one or two whole numbers above 0") }
      return standard
    }
    guard let pair = value.array else {
      let side = try Self.count(value, name)
      return Size2D(side, side)
    }
    guard pair.count == 2 else { throw .option(name, value, expected: "one or two whole numbers above 0") }
    return Size2D(try Self.count(pair[0], name), try Self.count(pair[1], name))
  }

  /// Numbers of rows above and below, and of columns left and right: one number, two, or two pairs.
  mutating func edges(
    _ name: String, default standard: Int
  ) throws(KerasRefusal) -> (rows: (Int, Int), columns: (Int, Int)) {
    let value = take(name) ?? .integer(standard)
    let pairs = value.array ?? [value, value]
    guard pairs.count == 2 else { throw .option(name, value, expected: "one number, two, or two pairs") }
    var edges: [(Int, Int)] = []
    for one in pairs {
      let pair = one.array ?? [one, one]
      guard pair.count == 2 else { throw .option(name, value, expected: "one number, two, or two pairs") }
      edges.append((try Self.count(pair[0], name, from: 0), try Self.count(pair[1], name, from: 0)))
    }
    return (edges[0], edges[1])
  }

  /// A number, which is finite as a float of 32 bits; nil if it is missing or `null`.
  mutating func float(_ name: String) throws(KerasRefusal) -> Float? {
    guard let value = take(name) else { return nil }
    guard let number = value.number, Float(number).isFinite else {
      throw .option(name, value, expected: "a finite number")
    }
    return Float(number)
  }

  /// A number, or numbers in lists or in an array of numpy; nil if the option is missing or `null`.
  mutating func floats(_ name: String) throws(KerasRefusal) -> [Float]? {
    guard let value = take(name) else { return nil }
    var numbers: [Float] = []
    func gather(_ value: JSONValue) -> Bool {
      if let values = value.array { return values.allSatisfy(gather) }
      guard let number = value.number, Float(number).isFinite else { return false }
      numbers.append(Float(number))
      return true
    }
    let isNumpy = value["class_name"]?.string == "__numpy__"
    guard gather(isNumpy ? value["config"]?["value"] ?? .null : value), !numbers.isEmpty else {
      throw .option(name, value, expected: "finite numbers")
    }
    return numbers
  }

  /// The treatment of the edges: `same` or `valid`.
  mutating func padding() throws(KerasRefusal) -> Padding {
    guard let value = take("padding") else { return .valid }
    switch value.string {
    case "same": return .same
    case "valid": return .valid
    default: throw .option("padding", value, expected: "same or valid")
    }
  }

  /// Whole numbers in a list, or one of them; nil if the option is missing or `null`.
  mutating func integers(_ name: String) throws(KerasRefusal) -> [Int]? {
    guard let value = take(name) else { return nil }
    let listed = value.array ?? [value]
    let numbers = listed.compactMap(\.integer).filter { abs($0) <= Self.largest }
    guard numbers.count == listed.count, numbers.count <= 32 else {
      throw .option(name, value, expected: "at most 32 whole numbers up to \(Self.largest)")
    }
    return numbers
  }

  /// Refuses an option whose value is other than the one that layers here have.
  mutating func require(_ name: String, _ values: [JSONValue], expected: String) throws(KerasRefusal) {
    guard let value = take(name), !values.contains(value) else { return }
    throw .option(name, value, expected: expected)
  }

  /// Images whose last dimension are the channels.
  mutating func requireChannelsLast() throws(KerasRefusal) {
    try require(
      "data_format", [.string("channels_last")],
      expected: "channels_last, the order of Keras by default: make the model anew with it")
  }

  /// Arithmetic of 32-bit floats; quantized layers of Keras are refused by the name of their policy.
  mutating func requireFloat32() throws(KerasRefusal) {
    let policy = take("dtype")
    var name = policy?.string
    if let policy, name == nil {
      name = policy["config"]?["name"]?.string ?? policy["config"]?["mode"]?.string ?? policy.brief
    }
    let quantization = take("quantization_config")
    let isQuantized = policy?["class_name"]?.string?.hasPrefix("Quantized") == true || quantization != nil
    if isQuantized || name?.hasPrefix("int") == true || name?.hasPrefix("float8") == true {
      throw KerasRefusal(
        "it was quantized by Keras\(name.map { " (\(UntrustedText.shown($0)))" } ?? "")",
        "save the model before quantize(), and quantize it here")
    }
    guard name == nil || name == "float32" else {
      throw KerasRefusal(
        "its dtype policy is \(UntrustedText.shown(name ?? ""))",
        "expected float32: make the model anew with keras.config.set_dtype_policy(\"float32\"), and load its weights "
          + "into that")
    }
  }

  /// Refuses an option that nobody took and that might change a result.
  ///
  /// What says how weights begin, or what training adds to the loss, does not; nor does an option that is off.
  func finish() throws(KerasRefusal) {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      let isHarmless =
        Self.harmless.contains(name)
        || ["_initializer", "_regularizer", "_constraint"].contains { name.hasSuffix($0) }
      guard !isHarmless, value != .null, value != .bool(false) else { continue }
      throw KerasRefusal(
        "it has the option \(UntrustedText.shown(name)) of \(UntrustedText.shown(value.brief)), which is not known here",
        "Documentation/Keras.md lists the options that are: leave this one out, or use layers without it")
    }
  }

  private static let harmless: Set<String> = [
    "name", "trainable", "batch_input_shape", "batch_shape", "input_dtype", "seed", "implementation",
    "autocast",
    "synchronized", "fused",
  ]
}
