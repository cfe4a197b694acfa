import Layers
import Safetensors
import Support
import Tensors

extension Layer {
  /// Saves all weights in a safetensors file, each under its path: `dense/kernel`.
  ///
  /// The file is written as a whole or not at all. Its metadata name the quantizers to which its ranges
  /// belong.
  ///
  /// - Throws: `FileError` that names the path and the system's reason.
  public final func saveWeights(to path: String) throws(FileError) {
    require(isBuilt, "\(title) has no weights to save before it is built: call it once")
    var file = SafetensorsFile(metadata: ["format": "swift-qat weights 1"])
    for (name, value) in allWeightSettings { file.metadata[name] = value }
    for (path, variable) in namedWeights { file.add(SafetensorsTensor(path, variable.value)) }
    try file.write(to: path)
  }

  /// Loads all weights from a file of ``saveWeights(to:)``, or from any file with the same names and shapes.
  ///
  /// - Throws: `SafetensorsError` if the file is damaged, lacks a weight, or contains the ranges of other
  ///   quantizers; then no weight is changed.
  public final func loadWeights(from path: String) throws(SafetensorsError) {
    require(isBuilt, "\(title) has no weights to load into before it is built: call it once")
    let file = try SafetensorsFile(contentsOf: path)
    try file.check(allWeightSettings)
    for (_, variable, value) in try file.weights(of: self, prefix: "") { variable.value = value }
  }
}

extension SafetensorsTensor {
  /// Creates an entry with the elements of a tensor.
  init(_ name: String, _ tensor: Tensor) {
    self = tensor.withUnsafeBufferPointer { SafetensorsTensor(name, shape: tensor.shape, values: $0) }
  }
}

extension SafetensorsFile {
  /// The tensor of this name, which must have the given shape.
  func tensor(_ name: String, shape: [Int]) throws(SafetensorsError) -> Tensor {
    Tensor(try floats(name, shape: shape), shape: shape)
  }

  /// The stored values of all weights of a layer, each named by the prefix and its path; nothing is assigned.
  func weights(
    of layer: Layer, prefix: String
  ) throws(SafetensorsError) -> [(path: String, variable: Variable, value: Tensor)] {
    try layer.namedWeights.map { (path, variable) throws(SafetensorsError) in
      (path, variable, try tensor(prefix + path, shape: variable.shape))
    }
  }
}
