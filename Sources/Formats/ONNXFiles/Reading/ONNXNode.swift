import Support

/// A node of a graph: its operator, its inputs and outputs by name, and its attributes.
struct ONNXNode {
  let proto: Onnx_NodeProto
  let number: Int
  /// The operator; nil if it is not known here.
  let kind: ONNXOperator?
  var inputs: [String] { proto.input }
  var outputs: [String] { proto.output }

  init(_ proto: Onnx_NodeProto, number: Int) {
    (self.proto, self.number) = (proto, number)
    let kind = ONNXOperator(rawValue: proto.opType)
    self.kind = kind.flatMap { $0.domains.contains(proto.domain) ? $0 : nil }
  }

  /// The node in words: number, operator and name.
  var label: String {
    let domain =
      ["", "ai.onnx"].contains(proto.domain) ? "" : UntrustedText.shown(proto.domain, most: 40) + "."
    return "node \(number) \(domain)\(UntrustedText.shown(proto.opType, most: 40))"
      + (proto.name.isEmpty ? "" : " " + UntrustedText.quoted(proto.name))
  }

  /// The name that a node reads at a position; nil if it is absent.
  func input(_ position: Int) -> String? {
    position < inputs.count && !inputs[position].isEmpty ? inputs[position] : nil
  }

  /// The name of the first output, which is the only one unless an operator has several.
  var output: String { outputs.first ?? "" }

  // MARK: - Attributes

  /// An attribute; the first of several that have the name.
  func attribute(_ name: String) -> Onnx_AttributeProto? { proto.attribute.first { $0.name == name } }

  func integer(_ name: String, default value: Int) -> Int { attribute(name).map { Int($0.i) } ?? value }

  func float(_ name: String, default value: Float) -> Float { attribute(name)?.f ?? value }

  func text(_ name: String, default value: String) -> String {
    attribute(name).map { String(decoding: $0.s, as: UTF8.self) } ?? value
  }

  func integers(_ name: String) -> [Int]? { attribute(name).map { $0.ints.map(Int.init) } }

  /// Refuses an attribute with another value than the one that the engine has.
  func expect(_ name: String, _ value: Int) throws(ONNXError.Cause) {
    let own = integer(name, default: value)
    guard own == value else {
      throw .optionUnsupported(option: name, value: "\(own)", expected: "\(value)")
    }
  }

  /// Checks that a node has as many inputs as it needs; inputs without a name count.
  func checkInputs(_ expected: ClosedRange<Int>) throws(ONNXError.Cause) {
    guard expected.contains(inputs.count) else {
      let words =
        expected.count == 1
        ? "\(expected.lowerBound)"
        : "\(expected.lowerBound)" + (expected.upperBound == .max ? " or more" : " to \(expected.upperBound)")
      throw .wrongCount(of: "inputs", expected: words, found: inputs.count)
    }
  }
}
