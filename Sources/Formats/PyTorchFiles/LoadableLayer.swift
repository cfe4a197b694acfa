import Layers
import Safetensors
import Tensors

/// A layer whose weights a module of PyTorch has.
struct LoadableLayer {
  /// The kind of module, as its arrays show it; the raw value is the plural for messages.
  enum Kind: String, CaseIterable {
    case convolution = "convolutions"
    case dense = "dense layers"
    case normalization = "normalizations"
  }

  /// The names of the models around the layer and its own, with slashes between them.
  let path: String
  let layer: Layer
  let kind: Kind

  /// The path with the type, for messages.
  var title: String { "\(path) (\(type(of: layer)))" }

  /// What may differ from PyTorch's module without showing in a shape.
  var note: String? {
    guard case .normalization(let normalization) = layer.semantics, normalization.epsilon != 1e-5 else {
      return nil
    }
    return
      "\(title) has epsilon \(normalization.epsilon); PyTorch's default is 1e-05, and its files do not tell: "
      + "build it with the epsilon of the network"
  }

  /// The layers of a model and of the models inside it that have weights, each once, in the order of calls.
  ///
  /// - Throws: A cause that names a layer whose weights PyTorch does not have in this form.
  static func all(in model: Model) throws(PyTorchError.Cause) -> [LoadableLayer] {
    var seen: Set<ObjectIdentifier> = []
    return try all(in: model, prefix: "", &seen)
  }

  private static func all(
    in model: Model, prefix: String, _ seen: inout Set<ObjectIdentifier>
  ) throws(PyTorchError.Cause) -> [LoadableLayer] {
    var found: [LoadableLayer] = []
    for layer in model.layers.map(\.core)
    where !layer.weights.isEmpty && seen.insert(ObjectIdentifier(layer)).inserted {
      let path = prefix + layer.name
      switch layer.semantics {
      case .linear(let linear):
        found.append(
          LoadableLayer(path: path, layer: layer, kind: linear.product == .dense ? .dense : .convolution))
      case .normalization: found.append(LoadableLayer(path: path, layer: layer, kind: .normalization))
      case .affine: break  // constants of the preprocessing
      case .composite:
        throw .unsupportedLayer(
          layer: "\(path) (\(type(of: layer)))",
          remedy:
            "build it of the layers that it stands for, such as DepthwiseConv2D(useBias: false) and Conv2D")
      default:
        guard let inner = layer as? Model, type(of: layer) == Model.self || layer is Sequential else {
          throw .unsupportedLayer(
            layer: "\(path) (\(type(of: layer)))",
            remedy:
              "load the weights into a model of dense layers, convolutions and normalizations; a model that is to "
              + "be quantized is quantized afterwards")
        }
        found += try all(in: inner, prefix: path + "/", &seen)
      }
    }
    return found
  }
}

extension Layer {
  /// The layer itself, or the one inside plain wrappers such as annotations.
  var core: Layer {
    guard let wrapper = self as? Wrapper, wrapper.weights.count == wrapper.layer.weights.count else {
      return self
    }
    return wrapper.layer.core
  }
}

/// An array of a module: the weight that it becomes, and how.
struct ModuleArray {
  /// The weight with its layer and shape, for messages.
  let title: String
  /// The name of the array inside its module.
  let leaf: String
  let variable: Variable
  /// The shape of the array in the file.
  let shape: [Int]
  /// What to do if it has another shape.
  let remedy: String
  /// What to do if the file does not have it.
  let remedyIfMissing: String
  /// For each element of the weight, the index of its element in the array; nil where they are the same.
  let sources: [Int]?

  /// The words for an array that the file does not have.
  func lack(of name: String) -> String { "\(name) for \(title) (\(remedyIfMissing))" }

  /// The value of the weight.
  ///
  /// - Throws: A cause if the array has another shape, or elements that are no floats of 32 or 16 bits.
  func tensor(of array: SafetensorsTensor, named name: String) throws(PyTorchError.Cause) -> Tensor {
    guard array.shape == shape else {
      throw .wrongShape(weight: title, array: name, expected: shape, found: array.shape, remedy: remedy)
    }
    guard let values = array.floats() else { throw .wrongType(weight: title, array: name, found: array.type) }
    return Tensor(sources.map { $0.map { values[$0] } } ?? values, shape: variable.shape)
  }
}
