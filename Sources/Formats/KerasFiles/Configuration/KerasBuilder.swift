import Layers
import Support
import Tensors

/// A symbolic tensor with the shape of one example.
struct KerasValue {
  let tensor: SymbolicTensor
  let shape: [Int]
}

/// What a model may take to be built; a file that asks for more is refused before anything is allocated.
struct KerasLimits {
  /// The most elements that all weights may have together: as many as the file has, for one.
  var weights: Int
  /// The most elements that one example of one layer's output may have.
  var outputs = 1 << 27
  /// The most multiplications and elements that building the model may take, which runs it once.
  var work = 1 << 36
}

/// Makes a model of a configuration: each call is measured before its layer is called.
final class KerasBuilder {
  /// A layer of the configuration, and the layers that were made of it.
  final class Part {
    enum Kind {
      case recipe(KerasRecipe)
      case model(KerasGraph)
    }
    let entry: KerasEntry
    let kind: Kind
    /// What was made for inputs of which shapes: a layer and those behind it.
    var made: [(shapes: [[Int]], layers: [Layer], measure: KerasMeasure)] = []

    init(_ entry: KerasEntry, _ kind: Kind) { (self.entry, self.kind) = (entry, kind) }
  }

  /// A model that is being built.
  struct Building {
    let name: String
    var names = UniqueNames()
    var measure = KerasMeasure(shape: [])
    var layers: [Layer] = []
    /// The first layer of each part, by the part's name.
    var first: [String: Layer] = [:]
  }

  /// A model's graph of symbolic tensors, and what it takes.
  struct Built {
    let inputs: [Input]
    let outputs: [KerasValue]
    let measure: KerasMeasure
    /// The layers in the order of the configuration.
    let layers: [Layer]
  }

  let version: Int
  let limits: KerasLimits
  /// What to tell about layers whose training differs from Keras's, with the first such layer and their number.
  private var remarks: [(text: String, place: String, count: Int)] = []
  var weights = 0
  private var layers = 0
  var shared: [Int: Part] = [:]
  /// The order of the layers of models inside.
  var order = KerasOrder()

  init(version: Int, limits: KerasLimits) { (self.version, self.limits) = (version, limits) }

  /// Builds the layers of a model.
  ///
  /// - Parameters:
  ///   - graph: The model.
  ///   - shapes: The shapes of one example of each input, which fill in what the model leaves open; nil if it leaves
  ///     nothing open.
  /// - Returns: The inputs and the outputs.
  /// - Throws: `KerasFailure` with the layer that cannot be made.
  func build(_ graph: KerasGraph, shapes: [[Int]]? = nil) throws(KerasFailure) -> Built {
    var building = Building(name: graph.name)
    try refuse(in: "the model \(UntrustedText.quoted(graph.name))") { () throws(KerasRefusal) in
      try checkName(graph.name)
      var options = KerasOptions(graph.options, version: version)
      try options.requireFloat32()
      layers += graph.layers.count
      guard layers <= KerasGraph.mostLayers else {
        throw KerasRefusal(
          "its models have more than \(KerasGraph.mostLayers) layers together",
          "expected fewer: split the model")
      }
      for entry in graph.layers {
        try checkName(entry.name)
        guard building.names.unique(entry.name) == entry.name else {
          throw KerasEntry.malformed("it has two layers of the name \"\(entry.name)\"")
        }
      }
    }
    let (inputs, outputs): ([Input], [KerasValue])
    if let ends = graph.ends {
      (inputs, outputs) = try functional(graph, ends, shapes, &building)
    } else {
      (inputs, outputs) = try sequential(graph, shapes, &building)
    }
    try checkNames(inputs, building)
    return Built(
      inputs: inputs, outputs: outputs, measure: building.measure,
      layers: graph.layers.compactMap { building.first[$0.name] })
  }

  /// What to tell about layers whose training differs from Keras's, a line for each kind.
  var notes: [String] {
    remarks.map { "\($0.place)\($0.count == 1 ? "" : " and \($0.count - 1) more"): \($0.text)" }
  }

  func note(_ text: String, _ place: String) {
    if let known = remarks.firstIndex(where: { $0.text == text }) {
      remarks[known].count += 1
    } else {
      remarks.append((text, place, 1))
    }
  }

  /// Gives a refusal its place.
  func refuse<Result>(
    in place: @autoclosure () -> String, _ body: () throws(KerasRefusal) -> Result
  ) throws(KerasFailure) -> Result {
    do throws(KerasRefusal) { return try body() } catch { throw KerasFailure(error, in: place()) }
  }

  func place(_ entry: KerasEntry, _ building: Building) -> String {
    "layer \(UntrustedText.quoted(entry.name)) (\(UntrustedText.shown(entry.className))) of "
      + UntrustedText.quoted(building.name)
  }

  private func checkName(_ name: String) throws(KerasRefusal) {
    guard UntrustedText.shown(name, most: 200) == name, !name.isEmpty else {
      throw KerasRefusal(
        "the name \(UntrustedText.quoted(name)) is empty, has invisible characters or is longer than 200",
        "give the layer another name before saving the model")
    }
  }

  /// Layers that stand in several models have kept the names of their first one.
  private func checkNames(_ inputs: [Input], _ building: Building) throws(KerasFailure) {
    var seen: Set<ObjectIdentifier> = []
    let layers = (inputs.map(\.layer) + building.layers).filter { seen.insert(ObjectIdentifier($0)).inserted }
    var names: Set<String> = []
    for layer in layers where !names.insert(layer.name).inserted {
      throw KerasFailure(
        KerasEntry.malformed("it has two layers of the name \"\(layer.name)\""),
        in: "the model \(UntrustedText.quoted(building.name))")
    }
  }

  // MARK: Inputs

  /// The shape that a configuration gives an input, where it leaves nothing open or `given` fills it in.
  func shape(
    _ declared: [JSONValue]?, _ given: [Int]?, _ place: String
  ) throws(KerasFailure) -> [Int] {
    try refuse(in: place) { () throws(KerasRefusal) in
      guard let declared, !declared.isEmpty else {
        guard let given else {
          throw KerasRefusal(
            "the model has no shape yet", "build it before saving, by calling it once, or pass inputShapes:")
        }
        return given
      }
      let rank = declared.count - 1
      guard given.map({ $0.count == rank }) ?? true, rank > 0 else {
        throw KerasRefusal(
          "its input has \(rank) dimensions beside the batch\(given.map { ", and \($0) were given" } ?? "")",
          rank == 0 ? "expected one or more: (1,) for single numbers" : "expected as many")
      }
      var shape: [Int] = []
      for (axis, value) in declared.dropFirst().enumerated() {
        guard let extent = value == .null ? given?[axis] : value.integer else {
          throw KerasRefusal(
            "dimension \(axis + 1) of its input is open (None)",
            "pass the shape of one example by inputShapes:, or save the model with fixed sizes")
        }
        guard 1...KerasOptions.largest ~= extent else {
          throw KerasRefusal("its input has a dimension of \(extent)", "expected numbers above 0")
        }
        guard given.map({ $0[axis] == extent }) ?? true else {
          throw KerasRefusal(
            "dimension \(axis + 1) of its input is \(extent), and \(given?[axis] ?? 0) was given",
            "expected the same: leave inputShapes: out, or give the model's")
        }
        shape.append(extent)
      }
      guard KerasRecipe.product(shape) <= limits.outputs else { throw tooLarge(shape) }
      return shape
    }
  }

  func tooLarge(_ shape: [Int]) -> KerasRefusal {
    KerasRefusal(
      "an example has the shape \(shape)", "expected at most \(limits.outputs) elements: use a smaller input")
  }

  /// The input of an `InputLayer`.
  func input(_ entry: KerasEntry, _ given: [Int]?, _ building: Building) throws(KerasFailure) -> Input {
    let place = place(entry, building)
    var options = KerasOptions(entry.config, version: version)
    let declared = options.take("batch_shape") ?? options.take("batch_input_shape")
    try refuse(in: place) { () throws(KerasRefusal) in
      guard entry.className == "InputLayer" else {
        throw KerasEntry.malformed("it is an input of the model and no InputLayer")
      }
      try options.requireFloat32()
      try options.finish()
    }
    return Input(try shape(declared?.array ?? [], given, place), name: entry.name)
  }
}
