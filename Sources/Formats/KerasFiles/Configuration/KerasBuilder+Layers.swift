import Layers
import Support

/// The layers of a configuration, made at their first call.
extension KerasBuilder {
  /// The part of a layer, which is that of another place if the configuration says that both are one.
  func part(
    _ entry: KerasEntry, _ call: KerasEntry.Call, _ building: Building
  ) throws(KerasFailure) -> Part {
    if let id = entry.sharedID, let known = shared[id], known.entry.className == entry.className,
      known.entry.name == entry.name
    {
      return known
    }
    let part: Part
    if KerasGraph.classNames.contains(entry.className) {
      part = Part(
        entry,
        .model(
          try KerasGraph(
            className: entry.className, .object(entry.config), name: entry.name, builtShape: entry.builtShape)
        ))
    } else {
      let version = version
      let recipe = try refuse(in: place(entry, building)) { () throws(KerasRefusal) in
        if let operation = entry.operation {
          return try KerasRecipe.of(operation: operation, call.arguments, entry, version: version)
        }
        return try KerasRecipe.of(entry, version: version)
      }
      if let text = recipe.note { note(text, place(entry, building)) }
      part = Part(entry, .recipe(recipe))
    }
    if let id = entry.sharedID { shared[id] = part }
    return part
  }

  /// Calls the layers of a part, which are made at the first call.
  func call(
    _ part: Part, _ call: KerasEntry.Call, _ inputs: [KerasValue], _ building: inout Building
  ) throws(KerasFailure) -> KerasValue {
    let place = place(part.entry, building)
    let shapes = inputs.map(\.shape)
    try refuse(in: place) { () throws(KerasRefusal) in
      guard part.entry.operation != nil || inputs.count == call.arguments.count || call.arguments.isEmpty,
        !inputs.isEmpty
      else { throw KerasRefusal("it is called with a number", "expected outputs of other layers alone") }
    }
    // Keras 3 trains such a layer as any other.
    if call.isInference, version < 3, part.made.isEmpty, Self.differsInTraining(part.entry) {
      note(
        "it is called with training=False, so that Keras 2 trains with its normalizations and dropouts as in "
          + "inference: set trainable = false on it here for that", place)
    }
    let index: Int
    if let known = part.made.firstIndex(where: { $0.shapes == shapes }) {
      index = known
    } else {
      index = part.made.count
      part.made.append(try make(part, shapes, &building))
    }
    let (_, layers, measure) = part.made[index]
    building.layers += layers
    if building.first[part.entry.name] == nil { building.first[part.entry.name] = layers.first }
    let elements = KerasRecipe.product(measure.shape)
    building.measure.products = building.measure.products.addingWithoutOverflow(measure.products)
      .addingWithoutOverflow(elements).addingWithoutOverflow(100_000)
    guard building.measure.products <= limits.work else {
      throw KerasFailure(
        KerasRefusal(
          "the model takes more than \(limits.work) multiplications an example up to here",
          "use a smaller model"),
        in: place)
    }
    return KerasValue(tensor: Self.apply(layers, part, inputs), shape: measure.shape)
  }

  private static func differsInTraining(_ entry: KerasEntry) -> Bool {
    KerasGraph.classNames.contains(entry.className)
      || ["BatchNormalization", "Dropout"].contains(entry.className)
  }

  private static func apply(_ layers: [Layer], _ part: Part, _ inputs: [KerasValue]) -> SymbolicTensor {
    var rest = layers[...]
    guard case .recipe(let recipe) = part.kind, let first = layers.first else {
      return layers[0](inputs.map(\.tensor))
    }
    var value = inputs[0].tensor
    if recipe.make != nil {
      value = first(inputs.map(\.tensor))
      rest = layers.dropFirst()
    }
    if recipe.activation == .silu, rest.count == 2, let sigmoid = rest.first, let product = rest.last {
      return product([value, sigmoid(value)])
    }
    return rest.reduce(value) { $1($0) }
  }

  /// Makes the layers of a part for inputs of these shapes, after they are measured.
  private func make(
    _ part: Part, _ shapes: [[Int]], _ building: inout Building
  ) throws(KerasFailure) -> (shapes: [[Int]], layers: [Layer], measure: KerasMeasure) {
    let place = place(part.entry, building)
    var measure: KerasMeasure
    var made: [Layer] = []
    switch part.kind {
    case .model(let graph):
      guard part.made.isEmpty else {
        throw KerasFailure(Self.otherShapes(part.made[0].shapes, shapes), in: place)
      }
      let built = try build(graph, shapes: shapes)
      guard built.outputs.count == 1 else {
        throw KerasFailure(
          KerasRefusal(
            "it is a model of \(built.outputs.count) outputs inside another model",
            "expected one output: call its layers in the outer model, without a model around them"), in: place
        )
      }
      measure = built.measure
      measure.shape = built.outputs[0].shape
      let model = Model(inputs: built.inputs, outputs: built.outputs.map(\.tensor), name: graph.name)
      order.layers[ObjectIdentifier(model)] = built.layers
      if graph.ends == nil { order.kinds[ObjectIdentifier(model)] = "sequential" }
      made = [model]
    case .recipe(let recipe):
      measure = try refuse(in: place) { () throws(KerasRefusal) in
        let measure = try recipe.measure(shapes)
        guard KerasRecipe.product(measure.shape) <= limits.outputs else { throw tooLarge(measure.shape) }
        guard part.made.isEmpty || measure.weights == 0 else {
          throw Self.otherShapes(part.made[0].shapes, shapes)
        }
        weights = weights.addingWithoutOverflow(measure.weights)
        guard weights <= limits.weights else {
          throw KerasRefusal(
            "with it the layers have \(weights) weights, and the file holds \(limits.weights)",
            "save the whole model anew; as .h5 if a layer is shared by two models, which Keras stores once in .keras and "
              + "calls two layers")
        }
        return measure
      }
      let name = part.made.isEmpty ? part.entry.name : building.names.unique(part.entry.name)
      if let make = recipe.make { made.append(make(name)) }
      made += followers(of: recipe, name, &building)
    }
    if part.entry.config["trainable"] == .bool(false) { for layer in made { layer.trainable = false } }
    return (shapes, made, measure)
  }

  /// The layers of an activation behind a layer; the last one, or the only one, has the layer's own name if there is
  /// no layer before it.
  private func followers(of recipe: KerasRecipe, _ name: String, _ building: inout Building) -> [Layer] {
    let activation = recipe.activation
    func named(_ suffix: String) -> String { building.names.unique("\(name)_\(suffix)") }
    let last = recipe.make == nil ? name : activation == .function(.linear) ? "" : named(activation.name)
    switch activation {
    case .function(.linear): return []
    case .function(let function): return [Activation(function, name: last)]
    case .relu(let maximum): return [ReLU(maxValue: maximum, name: last)]
    case .leakyReLU(let slope): return [LeakyReLU(negativeSlope: slope, name: last)]
    case .hardSigmoid(let slope):
      return [Rescaling(scale: slope, offset: 0.5, name: named("line")), ReLU(maxValue: 1, name: last)]
    case .silu: return [Activation(.sigmoid, name: named("sigmoid")), Multiply(name: last)]
    }
  }

  private static func otherShapes(_ first: [[Int]], _ second: [[Int]]) -> KerasRefusal {
    KerasRefusal(
      "it is called with inputs of the shapes \(KerasRecipe.listed(first)), and with \(KerasRecipe.listed(second))",
      "expected one shape, for which it is built: use a layer for each")
  }
}
