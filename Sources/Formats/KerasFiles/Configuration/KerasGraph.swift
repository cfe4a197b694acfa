import Support

/// A model as a configuration has it: its layers with their calls, its inputs and outputs.
struct KerasGraph {
  /// One of the inputs or outputs of a functional model.
  struct End: Hashable {
    let layer: String
    let call: Int
    let index: Int
  }

  /// The model's name.
  let name: String
  /// The layers; of a sequential model in the order of their calls.
  let layers: [KerasEntry]
  /// The inputs and the outputs; nil for a sequential model, whose layers follow one another.
  let ends: (inputs: [End], outputs: [End])?
  /// The options of the model itself.
  let options: [String: JSONValue]
  /// The shape of the input, with the batch, of a sequential model that begins with no input.
  let builtShape: [JSONValue]?

  /// The classes that are models.
  static let classNames: Set<String> = ["Sequential", "Functional", "Model"]

  /// The most layers that a model may have, also all the models inside together.
  static let mostLayers = 4_000

  /// Reads the configuration of a model.
  ///
  /// - Parameters:
  ///   - className: `Sequential`, `Functional` or `Model`.
  ///   - config: Its options, layers and ends; of a sequential model of Keras 2.1 and before, the list of layers.
  ///   - name: The name that stands beside the options.
  ///   - builtShape: The shape with which Keras built the model.
  /// - Throws: `KerasFailure` with the layer.
  init(
    className: String, _ config: JSONValue, name: String?, builtShape: [JSONValue]?
  ) throws(KerasFailure) {
    self.name = name ?? config["name"]?.string ?? className.lowercased()
    guard let layers = config["layers"]?.array ?? config.array else {
      throw KerasFailure(
        KerasEntry.malformed("it has no list of layers"), in: "the model \(UntrustedText.quoted(self.name))")
    }
    guard layers.count <= Self.mostLayers else {
      throw KerasFailure(
        KerasRefusal("it has \(layers.count) layers", "expected at most \(Self.mostLayers): split the model"),
        in: "the model \(UntrustedText.quoted(self.name))")
    }
    options = config.object ?? [:]
    var entries: [KerasEntry] = []
    for (index, layer) in layers.enumerated() {
      do throws(KerasRefusal) { entries.append(try KerasEntry(layer)) } catch {
        let name = layer["config"]?["name"]?.string ?? layer["name"]?.string
        let shown = (name.map { " " + UntrustedText.quoted($0) } ?? "")
        throw KerasFailure(error, in: "layer \(index)\(shown) of \(UntrustedText.quoted(self.name))")
      }
    }
    self.layers = entries
    self.builtShape = config["build_input_shape"]?.array ?? builtShape
    if className == "Sequential" {
      ends = nil
    } else {
      do throws(KerasRefusal) {
        ends = (
          inputs: try Self.ends(config["input_layers"], "input_layers"),
          outputs: try Self.ends(config["output_layers"], "output_layers")
        )
      } catch {
        throw KerasFailure(error, in: "the model \(UntrustedText.quoted(self.name))")
      }
    }
  }

  /// Reads ends: one, a list of some, or some by names, which Keras orders by these.
  private static func ends(_ value: JSONValue?, _ role: String) throws(KerasRefusal) -> [End] {
    if let list = value?.array, list.count == 3, let layer = list[0].string,
      let call = list[1].integer, let index = list[2].integer
    {
      return [End(layer: layer, call: call, index: index)]
    }
    let parts = value?.array ?? value?.object?.sorted { $0.key < $1.key }.map(\.value) ?? []
    var ends: [End] = []
    for part in parts { ends += try self.ends(part, role) }
    guard !ends.isEmpty else {
      throw KerasEntry.malformed("its \(role) are no list of layer, call and output")
    }
    return ends
  }
}

/// A refusal with its place.
struct KerasFailure: Error, Hashable {
  let refusal: KerasRefusal
  let place: String?

  init(_ refusal: KerasRefusal, in place: String?) { (self.refusal, self.place) = (refusal, place) }
}
