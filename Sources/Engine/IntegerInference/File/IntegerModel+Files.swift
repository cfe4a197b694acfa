import FixedPoint
import Safetensors
import Support

extension IntegerModel {
  /// The largest file that is read unless the caller allows more: 1 GiB.
  public static let defaultFileLimit = 1 << 30

  /// The model as the content of a safetensors file; see `write(to:)`.
  package var safetensors: SafetensorsFile {
    var file = SafetensorsFile(metadata: [
      "format": IntegerModelFormat.format, "version": IntegerModelFormat.version,
      "scheme": scheme.rawValue, "name": name, "operations": "\(operations.count)",
      "outputs": outputs.map(String.init).joined(separator: ","),
    ])
    for (number, operation) in operations.enumerated() {
      file.metadata["operation.\(number)"] = OperationText(operation).text
      file.metadata["name.\(number)"] = operation.name
      guard let kernel = operation.kernel else { continue }
      let name = operation.name
      if kernel.bitWidth == 8 {
        file.add(
          SafetensorsTensor(name + IntegerModelFormat.kernel, shape: kernel.shape, values: kernel.codes))
      } else {
        let bytes = PackedCodes.packed(kernel.codes, bitWidth: kernel.bitWidth)
        file.add(
          SafetensorsTensor(name + IntegerModelFormat.kernel, shape: [bytes.count], values: bytes))
      }
      file.add(
        SafetensorsTensor(
          name + IntegerModelFormat.scales, shape: [kernel.scales.count], values: kernel.scales))
      file.add(
        SafetensorsTensor(name + IntegerModelFormat.bias, shape: [kernel.bias.count], values: kernel.bias))
    }
    return file
  }

  /// Writes the model, whole or not at all; weights of fewer than 8 bits are packed.
  ///
  /// The same model gives the same bytes: a safetensors file, which other programs can read, too.
  ///
  /// - Throws: `FileError` that names the path and the system's reason.
  public func write(to path: String) throws(FileError) { try safetensors.write(to: path) }

  /// Reads a model that `write(to:)` wrote, trusting nothing that the file says.
  ///
  /// - Throws: `IntegerFileError` if the file cannot be read, is none of ours, is damaged, or describes a model that
  ///   cannot run.
  public init(contentsOf path: String, limit: Int = defaultFileLimit) throws(IntegerFileError) {
    let file: SafetensorsFile
    do throws(SafetensorsError) { file = try SafetensorsFile(contentsOf: path, limit: limit) } catch {
      throw .unreadable(error)
    }
    try self.init(file)
  }

  /// Reads a model from the content of a safetensors file.
  ///
  /// - Throws: `IntegerFileError` as `init(contentsOf:)`.
  package init(_ file: SafetensorsFile) throws(IntegerFileError) {
    var reader = try IntegerModelReader(file)
    let operations = try reader.operations()
    try reader.expectNothingMore()
    do throws(IntegerModelError) {
      try self.init(
        name: reader.name, scheme: reader.scheme, operations: operations, outputs: reader.outputs)
    } catch { throw .impossibleModel(file: file.source, error) }
  }
}
