import Safetensors

/// The arrays of a PyTorch network, grouped by the module that they belong to.
struct StateDict {
  /// A module with arrays of its own.
  struct Module {
    /// The module's path: `layer1.0.conv1`; empty for a module that is the whole network.
    let name: String
    /// The kind of layer that takes its arrays; nil for a kind that is unknown here.
    let kind: LoadableLayer.Kind?
  }

  /// The path of the file, for messages.
  let source: String
  /// The names of all arrays but `num_batches_tracked`, in the file's order.
  let names: [String]
  /// The modules: in the order of the network where ``isOrdered``, else in the file's.
  let modules: [Module]
  /// Whether the order of the modules is that of the network.
  let isOrdered: Bool
  private let file: SafetensorsFile

  /// Groups the arrays of a file.
  ///
  /// A safetensors file holds arrays in an order of its own. That of the network is taken from the metadata `order`, a
  /// name a line, or from the numbers of modules in an `nn.Sequential`.
  init(_ file: SafetensorsFile) {
    (self.file, source) = (file, file.source)
    names = file.tensors.map(\.name).filter { Self.split($0).leaf != "num_batches_tracked" }
    var leaves: [String: Set<String>] = [:]
    var found: [String] = []
    for name in names {
      let (module, leaf) = Self.split(name)
      if leaves[module] == nil { found.append(module) }
      leaves[module, default: []].insert(leaf)
    }
    let ordered = Self.stated(found, by: file.metadata["order"]) ?? Self.numbered(found)
    isOrdered = ordered != nil
    modules = (ordered ?? found).map { name in
      let weight = file[name.isEmpty ? "weight" : "\(name).weight"]
      return Module(name: name, kind: Self.kind(of: leaves[name] ?? [], rank: weight?.shape.count))
    }
  }

  /// The array of a name; nil if there is none.
  subscript(name: String) -> SafetensorsTensor? { file[name] }

  private static func split(_ name: String) -> (module: String, leaf: String) {
    guard let dot = name.lastIndex(of: ".") else { return ("", name) }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

  private static func kind(of leaves: Set<String>, rank: Int?) -> LoadableLayer.Kind? {
    if leaves.contains("running_mean") || leaves.contains("running_var") { return .normalization }
    return switch rank {
    case 4: .convolution
    case 2: .dense
    default: nil
    }
  }

  /// The modules in the order in which their arrays are named, a name a line; nil if one is not named.
  private static func stated(_ modules: [String], by order: String?) -> [String]? {
    guard let order else { return nil }
    var places: [String: Int] = [:]
    for (place, name) in order.split(separator: "\n").enumerated() {
      let module = split(String(name)).module
      if places[module] == nil { places[module] = place }
    }
    guard modules.allSatisfy({ places[$0] != nil }) else { return nil }
    return modules.sorted { places[$0, default: 0] < places[$1, default: 0] }
  }

  /// The modules in the order of their numbers; nil if two modules differ in something else than a number.
  private static func numbered(_ modules: [String]) -> [String]? {
    let paths = modules.map { (name: $0, parts: $0.split(separator: ".")) }
    let depth = paths.map(\.parts.count).max() ?? 0
    let first = paths.first?.parts ?? []
    guard paths.allSatisfy({ $0.parts.count == depth }) else { return nil }
    var numbers = paths.map { (name: $0.name, numbers: [Int]()) }
    for level in 0..<depth where !paths.allSatisfy({ $0.parts[level] == first[level] }) {
      for (index, path) in paths.enumerated() {
        guard let number = Int(path.parts[level]), number >= 0 else { return nil }
        numbers[index].numbers.append(number)
      }
    }
    return numbers.sorted { $0.numbers.lexicographicallyPrecedes($1.numbers) }.map(\.name)
  }
}
