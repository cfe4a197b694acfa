import Layers
import Safetensors
import Support
import Tensors

extension Model {
  /// Loads the weights of a PyTorch network, whose state dict was saved as a safetensors file, into this model.
  ///
  ///     let model = Sequential([
  ///       Conv2D(filters: 8, kernelSize: 3, name: "conv1"), BatchNormalization(epsilon: 1e-5, name: "bn1"), …])
  ///     try model.loadWeights(pyTorch: "network.safetensors", names: ["dense": "fc"])
  ///
  /// A layer takes the arrays of the module that `names` gives, or else of the module of its own name, where a layer
  /// inside a model is `model.layer`. In a model of layers in a row, the layers that are left take the modules that are
  /// left in their order: convolutions, dense layers and normalizations each from the first to the last.
  ///
  /// | PyTorch | array | shape there | weight here | shape here |
  /// | :--- | :--- | :--- | :--- | :--- |
  /// | Conv2d | weight | `[filters, channels, h, w]` | Conv2D `kernel` | `[h, w, channels, filters]` |
  /// | Conv2d, groups = channels | weight | `[channels · m, 1, h, w]` | DepthwiseConv2D `depthwise_kernel` | `[h, w, channels, m]` |
  /// | ConvTranspose2d | weight | `[channels, filters, h, w]` | Conv2DTranspose `kernel` | `[h, w, channels, filters]` |
  /// | Linear | weight | `[units, features]` | Dense `kernel` | `[features, units]` |
  /// | all of these | bias | `[filters]` | `bias` | `[filters]` |
  /// | BatchNorm1d, 2d | weight, bias | `[channels]` | BatchNormalization `gamma`, `beta` | `[channels]` |
  /// | | running_mean, running_var | `[channels]` | `moving_mean`, `moving_variance` | `[channels]` |
  ///
  /// PyTorch flattens images by channel, row and column, and this package by row, column and channel. Where the graph
  /// shows a Flatten of an image in front of a dense layer, the kernel's rows are put in this order, and those of a
  /// normalization between them; so are the columns of a dense layer whose output a Reshape makes an image.
  ///
  /// Arrays are F32, F16 or BF16. `num_batches_tracked` is ignored. Rescaling and Normalization keep their own numbers.
  /// Nothing is loaded if anything is amiss.
  ///
  /// - Parameters:
  ///   - path: The path of the safetensors file.
  ///   - names: For names of layers, the names of PyTorch's modules: `["dense": "fc"]`. A layer inside a model is
  ///     `model/layer`. The name of a model inside stands for all its layers, and `""` for the whole: `["": "module"]`.
  ///   - ignoresUnused: Whether arrays that no layer takes are left out instead of refused.
  /// - Returns: Which layer took which module, what was left out, and what to look at.
  /// - Throws: ``PyTorchError`` that names the layer, the array, both shapes and the remedy; then no weight has changed.
  @discardableResult
  public final func loadWeights(
    pyTorch path: String, names: [String: String] = [:], ignoresUnused: Bool = false
  ) throws(PyTorchError) -> PyTorchReport {
    require(isBuilt, "\(title) has no weights to load into before it is built: give it an inputShape:")
    let file: SafetensorsFile
    do throws(SafetensorsError) { file = try SafetensorsFile(contentsOf: path) } catch {
      throw PyTorchError(file: path, cause: .file(error))
    }
    return try load(StateDict(file), names, ignoresUnused: ignoresUnused)
  }

  private func load(
    _ state: StateDict, _ names: [String: String], ignoresUnused: Bool
  ) throws(PyTorchError) -> PyTorchReport {
    do throws(PyTorchError.Cause) {
      let layers = try LoadableLayer.all(in: self)
      let map = try ModuleMap(layers, state, names: names, isRow: isRow)
      let orders = FeatureOrders(of: self)
      var values: [(Variable, Tensor)] = []
      var report = PyTorchReport()
      var (missing, used): ([String], Set<String>) = ([], [])
      for (layer, module) in map.pairs {
        report.modules.append((layer.path, module.name))
        if let note = layer.note { report.notes.append(note) }
        for array in try layer.arrays(orders) {
          let name = module.name.isEmpty ? array.leaf : "\(module.name).\(array.leaf)"
          guard let found = state[name] else {
            missing.append(array.lack(of: name))
            continue
          }
          used.insert(name)
          values.append((array.variable, try array.tensor(of: found, named: name)))
        }
      }
      report.unused = state.names.filter { !used.contains($0) }
      let refused = ignoresUnused ? [] : report.unused
      guard missing.isEmpty, refused.isEmpty else {
        throw .mismatch(missing: missing, unused: refused)
      }
      for (variable, value) in values { variable.value = value }
      return report
    } catch {
      throw PyTorchError(file: state.source, cause: error)
    }
  }

  /// Whether every layer, of models inside too, reads the one before it, so that the order of calls is one of layers.
  private var isRow: Bool {
    nodes.enumerated().allSatisfy { index, node in
      node.inputs == (index == 0 ? [] : [index - 1]) && ((node.layer.core as? Model)?.isRow ?? true)
    }
  }
}

/// What was loaded from a PyTorch file, and what to look at.
public struct PyTorchReport: CustomStringConvertible, Sendable {
  /// The layers that took weights, each with the name of PyTorch's module, in the model's order.
  public internal(set) var modules: [(layer: String, module: String)] = []
  /// The arrays of the file that no layer took, without `num_batches_tracked`.
  public internal(set) var unused: [String] = []
  /// What may differ from the PyTorch network without showing in a shape, such as an epsilon.
  public internal(set) var notes: [String] = []

  /// The layers with their modules, the arrays that were left out, and the notes.
  public var description: String {
    let table = TextTable(
      columns: ["layer", "PyTorch"], rows: modules.map { [$0.layer, UntrustedText.shown($0.module)] })
    let rest = unused.isEmpty ? [] : ["not used: " + PyTorchError.listed(unused)]
    return (table.terminalLines() + rest + notes).joined(separator: "\n")
  }
}
