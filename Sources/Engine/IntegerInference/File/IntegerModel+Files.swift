import FixedPoint
import Safetensors
import Support

extension IntegerModel {
  /// The default limit on the size of a file: 1 GiB.
  public static let defaultFileLimit = 1 << 30

  /// The model as the content of a safetensors file; see ``write(to:)``.
  package var safetensors: SafetensorsFile {
    var file = SafetensorsFile(metadata: [
      "format": IntegerModelFormat.format, "version": IntegerModelFormat.version(of: operations),
      "scheme": arithmetic.rawValue, "name": name, "operations": "\(operations.count)",
      "outputs": outputs.map(String.init).joined(separator: ","),
    ])
    for (index, operation) in operations.enumerated() {
      file.metadata["operation.\(index)"] = OperationText(operation).text
      file.metadata["name.\(index)"] = operation.name
      let name = operation.name
      if case .constant(let codes) = operation.kind {
        file.add(SafetensorsTensor(name + IntegerModelFormat.codes, shape: operation.shape, values: codes))
      }
      guard let kernel = operation.kernel else { continue }
      if kernel.bitWidth == 8 {
        file.add(
          SafetensorsTensor(name + IntegerModelFormat.kernel, shape: kernel.shape, values: kernel.intWeights))
      } else {
        let bytes = PackedCodes.packed(kernel.intWeights, bitWidth: kernel.bitWidth)
        file.add(
          SafetensorsTensor(name + IntegerModelFormat.kernel, shape: [bytes.count], values: bytes))
      }
      file.add(
        SafetensorsTensor(
          name + IntegerModelFormat.scales, shape: [kernel.scales.count], values: kernel.scales))
      file.add(
        SafetensorsTensor(name + IntegerModelFormat.bias, shape: [kernel.bias32.count], values: kernel.bias32)
      )
    }
    return file
  }

  /// Writes the model to a safetensors file, as a whole or not at all; weights of fewer than 8 bits are
  /// packed.
  ///
  /// Equal models give equal bytes.
  ///
  /// - Throws: `FileError` that names the path and the system's reason.
  public func write(to path: String) throws(FileError) { try safetensors.write(to: path) }

  /// Reads a model from a file of ``write(to:)``; everything in the file is checked.
  ///
  /// - Throws: ``IntegerFileError`` if the file cannot be read, is not an integer model, is damaged, or
  ///   describes a model that cannot run.
  public init(contentsOf path: String, limit: Int = defaultFileLimit) throws(IntegerFileError) {
    let file: SafetensorsFile
    do throws(SafetensorsError) { file = try SafetensorsFile(contentsOf: path, limit: limit) } catch {
      throw .unreadable(error)
    }
    try self.init(file)
  }

  /// Reads a model from the content of a safetensors file.
  ///
  /// - Throws: ``IntegerFileError``, as ``init(contentsOf:limit:)`` does.
  package init(_ file: SafetensorsFile) throws(IntegerFileError) {
    var reader = try IntegerModelReader(file)
    let operations = try reader.operations()
    try reader.expectNothingMore()
    do throws(IntegerModelError) {
      try self.init(
        name: reader.name, arithmetic: reader.arithmetic, operations: operations, outputs: reader.outputs)
    } catch { throw .impossibleModel(file: file.source, error) }
  }
}

/// The names in the file of an integer model.
///
/// It is a safetensors file, whose metadata describe the model and each operation in words:
///
///     format         swift-qat integer model
///     version        1
///     scheme         tflite
///     name           lenet
///     operations     5
///     outputs        4
///     operation.1    kind=convolution inputs=0 shape=26,26,8 scale=0.0235 zeroPoint=-128 codes=-128,127
///                    rounding=halfToEven kernel=3,3,1,8 bits=4 limits=-128,127 window=3,3 strides=1,1
///                    padding=0,0,0,0
///     name.1         conv2d
///
/// The version is the lowest that has all operations. Version 2 added the leaky ReLU (with a word `slope=0.3`), the
/// sigmoid and the tanh; version 3 dilation (with a word `dilations=2,2` behind the strides) and groups of
/// convolutions, repeated operands of additions, and
///
///     constant                  with a tensor NAME/codes, I8 in its shape
///     transposedConvolution     with the words of a convolution and same=true or false
///     subtract, multiply        limits, as of an addition
///     prelu
///     constantPadding           before=0,1,2 after=0,0,2 code=-7
///     slice                     begin=0,3,0 size=4,2,8 strides=1,-2,1
///     transpose                 permutation=2,0,1
///     resizeNearestNeighbor,
///     resizeBilinear            alignCorners=true halfPixelCenters=false
///
/// The tensors of each kernel are `conv2d/kernel`, `conv2d/scales` and `conv2d/bias`. The kernel is I8 in its
/// own shape at 8 bits, and U8 for fewer bits, packed by ``PackedCodes``.
enum IntegerModelFormat {
  static let format = "swift-qat integer model"
  /// The versions that can be read.
  static let versions = ["1", "2", "3"]
  static let kernel = "/kernel"
  static let scales = "/scales"
  static let bias = "/bias"
  static let codes = "/codes"

  /// The lowest version that has all operations, so that an older package reads what it can run.
  static func version(of operations: [IntegerOperation]) -> String {
    let lowest = operations.map { operation in
      switch operation.kind {
      case .convolution(let kernel, let window):
        window.isDilated || kernel.groups(of: operations[operation.inputs[0]]) > 1 ? 3 : 1
      case .depthwiseConvolution(_, let window): window.isDilated ? 3 : 1
      case .add: operation.inputs.contains { operations[$0].shape != operation.shape } ? 3 : 1
      case .constant, .transposedConvolution, .subtract, .multiply, .prelu, .constantPadding, .slice,
        .transpose, .resizeNearestNeighbor, .resizeBilinear:
        3
      case .leakyReLU, .sigmoid, .tanh: 2
      case .input, .dense, .maxPooling, .averagePooling, .globalAveragePooling, .concatenation, .reshape,
        .padding, .softmax, .hardSwish, .requantization:
        1
      }
    }
    return "\(lowest.max() ?? 1)"
  }
}
