import Foundation
import Support
import SwiftProtobuf

/// The content of an ONNX file: nodes and constants, as they stand in the file.
///
/// The bytes were parsed within bounded memory; nothing else was checked. `IntegerModel(onnx:)` makes a model of it that
/// runs.
///
/// The format is protobuf with the messages of ONNX, IR versions 3 to 13.
public struct ONNXFile: Sendable {
  /// The path of the file, or another name of its origin, for messages.
  public let source: String
  /// The size of the file in bytes, without data in other files.
  public let byteCount: Int
  /// The model.
  package let model: Onnx_ModelProto
  /// The folder that may hold the data of constants; nil if none may.
  package let folder: String?

  /// The default limit on the size of a file, and on the data that it has in other files: 1 GiB each.
  public static let defaultLimit = 1 << 30
  /// The most messages and texts that a file may have, each of which takes more memory than bytes of the file.
  static let mostParts = 1 << 20
  let limit: Int

  /// The program that wrote the file, such as "pytorch" or "onnx.quantize", with its version; may be empty.
  public var producer: String {
    UntrustedText.shown(
      [model.producerName, model.producerVersion].filter { !$0.isEmpty }.joined(separator: " "))
  }

  /// Reads a file and parses it.
  ///
  /// - Parameters:
  ///   - path: The path of the file; constants may have their data in other files of its folder.
  ///   - limit: The most bytes that the file may have, and the most that may be read of other files.
  /// - Throws: ``ONNXError`` if the file cannot be read, is no ONNX model, or is damaged.
  public init(contentsOf path: String, limit: Int = defaultLimit) throws(ONNXError) {
    let (file, bytes): (OrdinaryFile, [UInt8])
    do throws(FileError) {
      file = try OrdinaryFile(path: path)
      bytes = file.size <= limit ? try file.read(0..<file.size) : []
    } catch { throw ONNXError(file: path, cause: .system(error)) }
    guard file.size <= limit else {
      throw ONNXError(file: path, cause: .tooLarge(size: file.size, limit: limit))
    }
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
      separator: "/")
    try self.init(
      bytes, source: path, folder: folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder, limit: limit)
  }

  /// Parses the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - source: The path of the file, or another name of its origin, for messages.
  ///   - folder: The folder of files with the data of constants; without it such constants are refused.
  ///   - limit: The most bytes that may be read of other files.
  /// - Throws: ``ONNXError`` if the bytes are no ONNX model or are damaged.
  public init(
    _ bytes: [UInt8], source: String, folder: String? = nil, limit: Int = defaultLimit
  ) throws(ONNXError) {
    guard let parts = ProtobufParts.count(in: bytes, atMost: Self.mostParts) else {
      throw ONNXError(file: source, cause: .notONNX(size: bytes.count))
    }
    guard parts <= Self.mostParts else {
      throw ONNXError(file: source, cause: .tooManyParts(limit: Self.mostParts))
    }
    var options = BinaryDecodingOptions()
    options.messageDepthLimit = 16
    options.discardUnknownFields = true
    guard let model = try? Onnx_ModelProto(serializedBytes: bytes, options: options), model.hasGraph,
      model.irVersion > 0
    else { throw ONNXError(file: source, cause: .notONNX(size: bytes.count)) }
    (self.source, self.model, self.folder) = (source, model, folder)
    (byteCount, self.limit) = (bytes.count, limit)
  }
}
