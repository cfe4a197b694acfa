import Safetensors
import Support

/// Why the weights of a PyTorch network cannot be loaded: the file, the layer, the array, the cause and the remedy.
///
/// In the message, names from the file are shortened and their invisible characters are escaped.
public struct PyTorchError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The path of the file.
  public let file: String
  /// What is wrong.
  public let cause: Cause

  init(file: String, cause: Cause) { (self.file, self.cause) = (file, cause) }

  /// What can be wrong.
  public enum Cause: Error, Hashable, Sendable {
    /// The file is no safetensors file, or is damaged.
    case file(SafetensorsError)
    /// A layer has weights that no module of PyTorch has in this form.
    case unsupportedLayer(layer: String, remedy: String)
    /// `names` has a name that no layer of the model has.
    case unknownLayer(name: String, layers: [String])
    /// `names` gives a layer a module that the file does not have.
    case unknownModule(layer: String, module: String, modules: [String])
    /// Two layers would take one module.
    case moduleTwice(module: String, layers: [String])
    /// Layers have no module of their name, and their order does not tell which one is theirs.
    case unmatched(layers: [String], modules: [String], reason: String)
    /// Layers lack arrays, or the file has arrays that no layer takes.
    case mismatch(missing: [String], unused: [String])
    /// An array has another shape than its weight, in PyTorch's order of dimensions.
    case wrongShape(weight: String, array: String, expected: [Int], found: [Int], remedy: String)
    /// An array has elements that are no floats of 32 or 16 bits.
    case wrongType(weight: String, array: String, found: SafetensorsDataType)
    /// It cannot be told in which order a layer's features are, because images were flattened before it.
    case unclearOrder(layer: String, before: String)
  }

  /// The file, what is wrong and the remedy, in one line.
  public var description: String {
    if case .file(let error) = cause {
      let isPickled = [".pt", ".pth", ".bin", ".ckpt"].contains { file.hasSuffix($0) }
      return error.description
        + (isPickled
          ? "; torch.save writes another format, which can hold code: save the state dict by safetensors' save_file, as "
            + "Documentation/PyTorch.md shows" : "")
    }
    return "\(UntrustedText.shown(file, most: 400)): \(cause.explanation)"
  }

  /// At most twenty names for a message, each made safe.
  static func listed(_ names: [String]) -> String {
    let shown = names.prefix(20).map { UntrustedText.shown($0, most: 160) }.joined(separator: ", ")
    return names.isEmpty ? "none" : names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
  }
}

extension PyTorchError.Cause {
  var explanation: String {
    func listed(_ names: [String]) -> String { PyTorchError.listed(names) }
    switch self {
    case .file(let error): return error.description
    case .unsupportedLayer(let layer, let remedy): return "\(layer) has no counterpart in PyTorch: \(remedy)"
    case .unknownLayer(let name, let layers):
      return
        "names: has \(UntrustedText.quoted(name)), and no layer with weights is called so, or lies in a model "
        + "called so: the layers are \(listed(layers))"
    case .unknownModule(let layer, let module, let modules):
      return
        "names: gives \(layer) the module \(UntrustedText.quoted(module)), of which the file has no array: its "
        + "modules are \(listed(modules))"
    case .moduleTwice(let module, let layers):
      return
        "\(listed(layers)) would take the same module, \(UntrustedText.quoted(module)): name one for each in "
        + "names:, or make them one layer that is called twice"
    case .unmatched(let layers, let modules, let reason):
      return
        "no module has the name of \(listed(layers)), and \(reason): give layers the names of PyTorch's modules, "
        + "or say names: [\"layer\": \"module\"]; the modules left are \(listed(modules))"
    case .mismatch(let missing, let unused):
      var parts: [String] = []
      if !missing.isEmpty { parts.append("the file lacks \(listed(missing))") }
      if !unused.isEmpty {
        parts.append(
          "no layer takes \(listed(unused)): add the layer or the useBias: true that it belongs to, or say "
            + "ignoresUnused: true")
      }
      return parts.joined(separator: "; ")
    case .wrongShape(let weight, let array, let expected, let found, let remedy):
      return
        "the array \(UntrustedText.quoted(array)) has the shape \(found), and \(weight) takes \(expected), in "
        + "PyTorch's order: \(remedy)"
    case .wrongType(let weight, let array, let found):
      return
        "the array \(UntrustedText.quoted(array)) for \(weight) has elements of type \(found.rawValue), and "
        + "weights are F32, F16 or BF16: save model.float().state_dict()"
    case .unclearOrder(let layer, let before):
      return
        "\(layer) reads features of images that were flattened, in an order that \(before) hides: flatten "
        + "right before the dense layer, or load its weights by hand"
    }
  }
}
