/// A file that mirrors offer, known beforehand to the last bit.
package struct RemoteFile: Hashable, Sendable {
  /// Its name, which stands at the end of its address on a mirror.
  package let name: String
  /// Its size.
  package let byteCount: Int
  /// The SHA-256 of its bytes, as 64 lowercase hexadecimal digits.
  package let sha256: String

  /// Describes a file.
  package init(name: String, byteCount: Int, sha256: String) {
    (self.name, self.byteCount, self.sha256) = (name, byteCount, sha256)
  }
}
