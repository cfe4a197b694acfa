import Foundation
import Support

// Data of constants in other files, which lie in the folder of the model.

extension ONNXImporter {
  /// The bytes of a constant that stand in another file.
  ///
  /// The file has to lie in the model's folder or below it, also after all links are followed.
  ///
  /// - Parameters:
  ///   - constant: The constant, whose entries `location`, `offset` and `length` say where its bytes are.
  ///   - expected: The number of bytes that its elements take.
  /// - Returns: The bytes.
  /// - Throws: The cause of an error if there are no such bytes, or if they may not be read.
  mutating func externalBytes(of constant: Constant, expected: Int) throws(ONNXError.Cause) -> Data {
    var entries: [String: String] = [:]
    for entry in constant.tensor.externalData { entries[entry.key] = entry.value }
    func number(_ key: String) throws(ONNXError.Cause) -> Int? {
      guard let text = entries[key] else { return nil }
      guard let number = Int(text), number >= 0, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
        throw external(
          constant, "have the \(key) \(UntrustedText.quoted(text))", "expected a number of bytes")
      }
      return number
    }
    let (offset, length) = (try number("offset") ?? 0, try number("length") ?? expected)
    guard length == expected else {
      throw external(constant, "have \(length) bytes", "expected \(expected), as its shape and type take")
    }
    guard expected > 0 else { return Data() }
    externalBytes += expected
    guard externalBytes <= file.limit else {
      throw external(constant, "and of those before it have \(externalBytes) bytes", "allow more with limit:")
    }
    let path = try path(of: constant, entries["location"] ?? "")
    do throws(FileError) {
      let other = try OrdinaryFile(path: path, followsLink: false)
      let (end, overflows) = offset.addingReportingOverflow(expected)
      if !overflows, end <= other.size { return Data(try other.read(offset..<end)) }
    } catch {
      throw external(
        constant, "cannot be read: \(UntrustedText.shown(error.description, most: 400))",
        "put the file that the model was exported with beside it, under its name")
    }
    throw external(
      constant, "begin at byte \(offset) of a file that ends before they do",
      "the files do not belong together: export the model anew")
  }

  /// The path of a file in the model's folder, without links.
  private func path(of constant: Constant, _ location: String) throws(ONNXError.Cause) -> String {
    guard let folder = file.folder else {
      throw external(
        constant, "stand in another file, and the model was not read from one", "read the model by its path")
    }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    let isInside = parts.allSatisfy {
      !["", ".", ".."].contains($0) && !$0.contains("\\") && !$0.contains("\0")
    }
    guard isInside, location.utf8.count <= 1024 else {
      throw outside(constant, location)
    }
    let own = folder + "/" + location
    let (root, real) = (
      URL(filePath: folder).resolvingSymlinksInPath().path, URL(filePath: own).resolvingSymlinksInPath().path
    )
    guard real.hasPrefix(root.hasSuffix("/") ? root : root + "/") else { throw outside(constant, location) }
    return real
  }

  private func outside(_ constant: Constant, _ location: String) -> ONNXError.Cause {
    external(
      constant, "stand in \(UntrustedText.quoted(location)), which is not in the model's folder",
      "put a copy of that file into the folder of the model, and name it without a path")
  }

  private func external(_ constant: Constant, _ reason: String, _ remedy: String) -> ONNXError.Cause {
    .externalData(tensor: constant.label, reason: reason, remedy: remedy)
  }
}
