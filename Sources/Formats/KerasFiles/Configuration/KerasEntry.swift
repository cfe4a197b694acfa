import Support

/// A layer as a configuration has it, with its calls.
struct KerasEntry {
  /// What a call is given.
  enum Argument: Hashable {
    /// An output of a call of another layer: its name, the number of the call, and which of the outputs.
    case output(layer: String, call: Int, index: Int)
    /// A number that stands in the configuration.
    case number(Double)

    /// Whether it is a number, or the first output of a layer: layers here have one.
    var isFirstOutput: Bool { if case .output(_, _, let index) = self { index == 0 } else { true } }
  }

  /// A call of the layer.
  struct Call {
    var arguments: [Argument] = []
    /// Whether the call says that it is part of inference, also during training.
    var isInference = false
  }

  /// The name of the layer, by which others refer to it.
  let name: String
  /// The name of the class, without its module.
  let className: String
  /// The function that the layer calls, of a layer that is an operation, such as `add`; nil for others.
  let operation: String?
  /// The options.
  let config: [String: JSONValue]
  /// The number by which the configuration says that a layer stands in several places.
  let sharedID: Int?
  /// The calls, in the order of the configuration; none in a sequential model.
  let calls: [Call]
  /// The shape of the input, with the batch, with which Keras built the layer; nil if it is not said.
  let builtShape: [JSONValue]?

  /// Reads a layer of a configuration.
  ///
  /// - Throws: ``KerasRefusal`` if it is no layer of Keras, or its calls are in no form that Keras has.
  init(_ value: JSONValue) throws(KerasRefusal) {
    guard let className = value["class_name"]?.string, let config = value["config"]?.object else {
      throw Self.malformed("a layer is no object with class_name and config")
    }
    guard Self.isOfKeras(value) else {
      throw KerasRefusal(
        "it is of a class of its maker's own, \(UntrustedText.shown(value["registered_name"]?.string ?? className))",
        "code of others is never run: replace the layer by layers of Keras before saving the model")
    }
    let name = config["name"]?.string ?? value["name"]?.string
    guard let name, !name.isEmpty else { throw Self.malformed("a layer of class \(className) has no name") }
    self.name = value["name"]?.string ?? name
    (self.className, self.config, sharedID) = (className, config, value["shared_object_id"]?.integer)
    operation = Self.operation(value, className, config)
    builtShape = value["build_config"]?["input_shape"]?.array
    var calls: [Call] = []
    for node in value["inbound_nodes"]?.array ?? [] { calls.append(try Self.call(node)) }
    self.calls = calls
  }

  static func malformed(_ problem: String) -> KerasRefusal {
    KerasRefusal(
      UntrustedText.shown(problem, most: 200), "the configuration is damaged: save the model anew")
  }

  /// Whether a class is one of Keras's own, and not one that somebody registered under the same name.
  static func isOfKeras(_ value: JSONValue) -> Bool {
    if let module = value["module"]?.string {
      let root = module.prefix { $0 != "." }
      guard root == "keras" || root == "tf_keras" || module.hasPrefix("tensorflow.") else { return false }
    }
    guard let registered = value["registered_name"]?.string, registered.contains(">") else { return true }
    return registered.lowercased().hasPrefix("keras>")
  }

  /// The function of an operation: `x + y` is a layer of class Add from `keras.src.ops` in Keras 3, and a
  /// `TFOpLambda` with the function `math.add` in Keras 2.
  private static func operation(
    _ value: JSONValue, _ className: String, _ config: [String: JSONValue]
  ) -> String? {
    if className == "TFOpLambda" {
      return config["function"]?.string?.split(separator: ".").last.map(String.init) ?? ""
    }
    guard let module = value["module"]?.string, module.contains(".ops") else { return nil }
    return className
  }

  // MARK: Calls

  private static func call(_ node: JSONValue) throws(KerasRefusal) -> Call {
    var call = Call()
    if node.object != nil {
      for argument in node["args"]?.array ?? [] { try gather(argument, into: &call) }
      for (name, value) in node["kwargs"]?.object?.sorted(by: { $0.key < $1.key }) ?? [] {
        try keyword(name, value, into: &call)
      }
      return call
    }
    guard let list = node.array else { throw malformed("a call is neither a list nor an object") }
    // Keras 2: one input as a list that begins with a name, or a list of such lists.
    for input in list.first?.string != nil ? [node] : list {
      guard let parts = input.array, parts.count >= 3 else {
        throw malformed("an input of a call is no list of layer, call and output")
      }
      call.arguments.append(try argument(parts))
      for (name, value) in (parts.count > 3 ? parts[3].object : nil)?.sorted(by: { $0.key < $1.key }) ?? [] {
        try keyword(name, value, into: &call)
      }
    }
    return call
  }

  /// An argument of Keras 2: the name of a layer, the numbers of its call and output; or a constant.
  private static func argument(_ parts: [JSONValue]) throws(KerasRefusal) -> Argument {
    guard let layer = parts[0].string, let call = parts[1].integer else {
      throw malformed("an input of a call does not begin with the name of a layer and a number")
    }
    if layer == "_CONSTANT_VALUE" {
      guard let number = parts[2].number else {
        throw malformed("a constant of a call is no number")
      }
      return .number(number)
    }
    guard let index = parts[2].integer, call >= 0, index >= 0 else {
      throw malformed("the numbers of an input of a call are not above or equal to 0")
    }
    return .output(layer: layer, call: call, index: index)
  }

  /// An argument of Keras 3: a tensor, a number, or a list of such.
  private static func gather(_ value: JSONValue, into call: inout Call) throws(KerasRefusal) {
    if let values = value.array {
      for inner in values { try gather(inner, into: &call) }
    } else if let number = value.number {
      call.arguments.append(.number(number))
    } else if value["class_name"]?.string == "__keras_tensor__" {
      guard let history = value["config"]?["keras_history"]?.array, history.count == 3 else {
        throw malformed("a tensor has no keras_history of layer, call and output")
      }
      call.arguments.append(try argument(history))
    } else {
      throw KerasRefusal(
        "it is called with \(UntrustedText.shown(value.brief))",
        "expected outputs of other layers, or numbers: rebuild the model with these alone")
    }
  }

  private static func keyword(
    _ name: String, _ value: JSONValue, into call: inout Call
  ) throws(KerasRefusal) {
    switch (name, value) {
    case (_, .null), ("name", .string): return
    case ("training", .bool(false)): call.isInference = true
    // The second input of an operation of Keras 2.
    case ("y", _):
      if let parts = value.array, parts.count >= 3 {
        call.arguments.append(try argument(parts))
      } else {
        try gather(value, into: &call)
      }
    default:
      throw KerasRefusal(
        "it is called with \(UntrustedText.shown(name)) = \(UntrustedText.shown(value.brief))",
        "expected a call with inputs alone: rebuild the model without this argument")
    }
  }
}
