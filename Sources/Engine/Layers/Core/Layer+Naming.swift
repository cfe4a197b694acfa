import Support

/// Names, and the random numbers that hang on them.
extension Layer {
  /// The layer as messages call it: its name, and its type in brackets.
  package var title: String { "\(name) (\(type(of: self)))" }

  /// The type's name as Keras writes it: MaxPooling2D becomes max_pooling2d, ReLU re_lu.
  static var typeName: String {
    let letters = "\(self)".prefix { $0 != "<" }.map { $0 }
    var name = ""
    for (place, letter) in letters.enumerated() {
      let next = place + 1 < letters.count ? letters[place + 1] : " "
      if place > 0, letter.isUppercase, letters[place - 1].isLowercase || next.isLowercase {
        name += "_"
      }
      name += letter.lowercased()
    }
    return name
  }

  /// Gives those of the layers that have no name of their own one that is unique among them, in their order,
  /// and each that has none a source of random numbers.
  static func name(_ layers: [Layer], of owner: String, generator: SeededGenerator) {
    var seen: Set<ObjectIdentifier> = []
    let layers = layers.filter { seen.insert(ObjectIdentifier($0)).inserted }
    var taken: Set<String> = []
    for layer in layers where layer.nameIsFinal {
      require(
        taken.insert(layer.name).inserted,
        "\(owner) has two layers named \"\(layer.name)\": give each a name of its own, by name:")
    }
    for layer in layers {
      if !layer.nameIsFinal {
        let base = layer.name
        var number = 0
        while !taken.insert(layer.name).inserted {
          number += 1
          layer.name = "\(base)_\(number)"
        }
        layer.nameIsFinal = true
      }
      layer.generator = layer.generator ?? generator.derived(layer.name)
    }
  }

  /// Shapes as messages list them: one as it is, several with "and" between.
  static func listed(_ shapes: [[Int]]) -> String { shapes.map { "\($0)" }.joined(separator: " and ") }
}
