import Layers
import Support

extension Model {
  /// Reads a model of a Keras file: `.keras` or a whole `.h5`, by Keras 3, Keras 2 or tf_keras.
  ///
  ///     let model = try Model(keras: "classifier.keras")
  ///     let quantized = try quantizeModel(model, calibratingOn: images)
  ///
  /// The model computes in inference what Keras computes, in 32-bit floats. It is a functional one, also of a
  /// sequential file; layers, models inside, inputs and outputs have the names of the file. What Keras has as one layer
  /// may be several here: an activation without an argument of its own is a layer behind, named `LAYER_ACTIVATION`.
  /// Documentation/Keras.md lists the layers and options that are read. Code in a file is never run.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - inputShapes: The shapes of one example of each input, for a file that leaves dimensions open (`None`).
  ///   - limit: The most bytes that the file and what it unpacks to may have.
  ///   - note: Is told about each layer that computes as in Keras, and trains otherwise.
  /// - Throws: ``KerasFileError``, which names the file, the layer or array, the cause and the remedy.
  public convenience init(
    keras path: String, inputShapes: [[Int]]? = nil, limit: Int = 1 << 31,
    noting note: (String) -> Void = { _ in }
  ) throws(KerasFileError) {
    try self.init(KerasFile(contentsOf: path, limit: limit), inputShapes: inputShapes, noting: note)
  }

  /// Makes the model of a file that was read, with its weights.
  package convenience init(
    _ file: KerasFile, inputShapes: [[Int]]? = nil, noting note: (String) -> Void = { _ in }
  ) throws(KerasFileError) {
    guard let configuration = file.configuration else {
      throw KerasFileError(
        file: file.source,
        cause: .configuration(
          reason: "the file holds weights alone, without the model's layers",
          remedy:
            "save the whole model with model.save(\"model.keras\"), or build it here and use loadWeights(keras:)"
        ))
    }
    let held = file.arrays.values.reduce(0) { $0 + $1.values.count }
    let reading = try KerasReading(
      of: configuration, version: file.kerasVersion, source: file.source, limits: KerasLimits(weights: held),
      inputShapes: inputShapes)
    self.init(reading, noting: note)
    var order = reading.order
    order.layers[ObjectIdentifier(self)] = reading.built.layers
    try loadWeights(from: file, order: order)
  }

  /// Makes the model of a configuration that was read, with initial weights.
  convenience init(_ reading: KerasReading, noting note: (String) -> Void = { _ in }) {
    for text in reading.notes { note(text) }
    self.init(
      inputs: reading.built.inputs, outputs: reading.built.outputs.map(\.tensor), name: reading.name)
    if !reading.isTrainable { trainable = false }
  }
}

/// A model that was read of a configuration, before it is a `Model`.
struct KerasReading {
  /// The model's name.
  let name: String
  /// Its inputs, outputs and layers.
  let built: KerasBuilder.Built
  /// Whether Keras trains it.
  let isTrainable: Bool
  /// The order of the layers of models inside.
  let order: KerasOrder
  /// What to tell about layers that train otherwise than in Keras.
  let notes: [String]

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - text: The configuration in JSON, as Keras's `to_json` writes it.
  ///   - version: The version of Keras; nil if it is not known, then the configuration's own, or 2.
  ///   - source: The path of the file, for messages.
  ///   - limits: What the model may take.
  ///   - inputShapes: The shapes of one example of each input that the configuration leaves open.
  /// - Throws: ``KerasFileError`` with the layer, the cause and the remedy.
  init(
    of text: String, version: String?, source: String, limits: KerasLimits, inputShapes: [[Int]]? = nil
  ) throws(KerasFileError) {
    do throws(KerasFailure) {
      let root = try Self.configuration(text)
      guard let className = root["class_name"]?.string, KerasGraph.classNames.contains(className),
        let config = root["config"], KerasEntry.isOfKeras(root)
      else {
        throw KerasFailure(Self.noModel(root), in: nil)
      }
      let graph = try KerasGraph(
        className: className, config, name: nil, builtShape: root["build_config"]?["input_shape"]?.array)
      let builder = KerasBuilder(
        version: Self.major(version ?? root["keras_version"]?.string, root), limits: limits)
      (name, built) = (graph.name, try builder.build(graph, shapes: inputShapes))
      isTrainable = graph.options["trainable"] != .bool(false)
      (order, notes) = (builder.order, builder.notes)
    } catch {
      throw KerasFileError(
        file: source, place: error.place,
        cause: .configuration(reason: error.refusal.problem, remedy: error.refusal.remedy))
    }
  }

  private static func configuration(_ text: String) throws(KerasFailure) -> JSONValue {
    let most = 8 << 20
    guard text.utf8.count <= most else {
      throw KerasFailure(
        KerasRefusal("it has \(text.utf8.count) bytes", "expected at most \(most): split the model"),
        in: "the configuration")
    }
    do throws(JSONProblem) { return try JSONReader.value(of: text) } catch {
      throw KerasFailure(
        KerasRefusal(
          "byte \(error.offset) is not as in JSON: expected \(error.expected)", "save the model anew"),
        in: "the configuration")
    }
  }

  private static func noModel(_ root: JSONValue) -> KerasRefusal {
    let name = root["registered_name"]?.string ?? root["class_name"]?.string ?? root.brief
    return KerasRefusal(
      "the model is of the class \(UntrustedText.shown(name)), and not a Sequential or a functional Model",
      "code of others is never run: build it from layers with keras.Sequential or keras.Model(inputs, outputs)"
    )
  }

  /// The first number of a version; without one, a configuration with Keras 3's names is of Keras 3.
  private static func major(_ version: String?, _ root: JSONValue) -> Int {
    let first = version.flatMap { $0.split(separator: ".").first }.flatMap { Int($0) }
    return first ?? (root["module"]?.string?.hasPrefix("keras") == true ? 3 : 2)
  }
}
