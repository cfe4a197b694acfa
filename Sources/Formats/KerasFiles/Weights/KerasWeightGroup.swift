import Support

/// The weights of a layer, or of a model, in a file.
struct KerasWeightGroup {
  /// The name of the layer; nil if the file does not say.
  let name: String?
  /// The layer's place: a path in the file.
  let path: String
  /// The layer's own arrays in their order, each with the weight's name if the file has one.
  var arrays: [(weight: String?, array: KerasFile.Array)] = []
  /// The layers inside, by the names of their groups; a file by Keras 2 lists those of a nested model flat.
  var inside: [(key: String, group: KerasWeightGroup)] = []

  /// Whether there are arrays here or in a layer inside.
  var hasArrays: Bool { !arrays.isEmpty || inside.contains { $0.group.hasArrays } }

  /// The name for messages.
  var shown: String { name ?? path }
}

extension KerasFile {
  /// How a file stores weights.
  enum Layout {
    /// `layers/CLASS_N/vars/K`, by Keras 3 and, in `.weights.h5`, tf_keras.
    case numbered
    /// A group a layer whose attribute `weight_names` lists its arrays, by Keras 2, tf_keras, and Keras 3 in `.h5`.
    case named
  }

  /// How the file stores weights, and the weights of the whole model.
  func weightGroups() throws(KerasFileError) -> (layout: Layout, root: KerasWeightGroup) {
    for root in ["", "model_weights"] where texts("layer_names", of: root) != nil {
      return (.named, try namedGroups(root))
    }
    return (.numbered, numberedGroups())
  }

  // MARK: - Keras 3

  /// The groups of numbered arrays.
  private func numberedGroups() -> KerasWeightGroup {
    var root = Branch()
    for path in Swift.Array(arrays.keys) + Swift.Array(attributes.keys) {
      let names = path.split(separator: "/", maxSplits: Self.mostNames).map(String.init)
      if names.count <= Self.mostNames { root.insert(names[...]) }
    }
    return numbered(root, at: "")
  }

  /// More names than a path has: groups are not nested so deep.
  private static let mostNames = 64

  /// A tree of paths.
  private struct Branch {
    var inside: [String: Branch] = [:]

    mutating func insert(_ path: ArraySlice<String>) {
      guard let first = path.first else { return }
      inside[first, default: Branch()].insert(path.dropFirst())
    }
  }

  private func numbered(_ branch: Branch, at path: String) -> KerasWeightGroup {
    func joined(_ name: String, _ next: String) -> String {
      (path.isEmpty ? "" : path + "/") + "\(name)/\(next)"
    }
    var group = KerasWeightGroup(
      name: texts("name", of: path.isEmpty ? "vars" : path + "/vars")?.first, path: path)
    var index = 0
    while let array = arrays[joined("vars", "\(index)")] {
      group.arrays.append((nil, array))
      index += 1
    }
    // Early versions of Keras 3's format had the second name.
    for container in ["layers", "_layer_checkpoint_dependencies"] {
      for (key, child) in (branch.inside[container]?.inside ?? [:]).sorted(by: { $0.key < $1.key }) {
        group.inside.append((key, numbered(child, at: joined(container, key))))
      }
    }
    return group
  }

  // MARK: - Keras 2

  /// The groups that attributes name, in their order.
  private func namedGroups(_ root: String) throws(KerasFileError) -> KerasWeightGroup {
    var model = KerasWeightGroup(name: nil, path: root)
    for name in texts("layer_names", of: root) ?? [] {
      let path = root.isEmpty ? name : "\(root)/\(name)"
      var group = KerasWeightGroup(name: name, path: path)
      for weight in texts("weight_names", of: path) ?? [] {
        guard let array = arrays["\(path)/\(weight)"] else { throw missing("\(path)/\(weight)") }
        group.arrays.append((weight, array))
      }
      model.inside.append((name, group))
    }
    return model
  }

  /// An error for an array that the file lists and does not hold, or that was skipped.
  private func missing(_ path: String) -> KerasFileError {
    KerasFileError(file: source, place: UntrustedText.quoted(path), cause: .missingArray(what: skipped[path]))
  }
}
