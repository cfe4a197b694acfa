import Foundation

/// A folder on a web server that offers the files.
package struct Mirror: Hashable, Sendable {
  /// The error of a text that is not the address of a mirror.
  package struct NotAnAddress: Error, Hashable, CustomStringConvertible, Sendable {
    /// The text.
    package let text: String

    /// The text and an example of an address, in one line.
    package var description: String {
      "\(text) is not the address of a mirror; name a folder such as https://example.org/mnist/"
    }
  }

  /// The folder's address, which ends with a slash.
  private let folder: URL

  /// Creates the mirror at an address that begins with `https://` or `http://`.
  ///
  /// - Throws: ``NotAnAddress`` for any other text.
  package init(_ text: String) throws(NotAnAddress) {
    guard let url = URL(string: text.hasSuffix("/") ? text : text + "/"),
      url.scheme == "https" || url.scheme == "http", url.host()?.isEmpty == false
    else { throw NotAnAddress(text: text) }
    folder = url
  }

  /// The mirrors of some addresses, in their order.
  ///
  /// - Throws: ``NotAnAddress`` for the first text that is none.
  package static func list(_ addresses: [String]) throws(NotAnAddress) -> [Mirror] {
    var mirrors: [Mirror] = []
    for address in addresses { mirrors.append(try Mirror(address)) }
    return mirrors
  }

  /// The address of a file on the mirror.
  package func address(of file: RemoteFile) -> URL { folder.appending(path: file.name) }

  /// The target of a redirect, or nil if it must not be followed.
  ///
  /// A redirect from `https` may lead only to `https`: a request for an encrypted connection must not lose it.
  package static func redirect(from url: URL, to location: String) -> URL? {
    guard let target = URL(string: location, relativeTo: url)?.absoluteURL, target.host()?.isEmpty == false
    else { return nil }
    return target.scheme == "https" || target.scheme == "http" && url.scheme == "http" ? target : nil
  }
}

/// A file on the mirrors, whose size and hash are known beforehand.
package struct RemoteFile: Hashable, Sendable {
  /// The name, which is the last component of its address on a mirror.
  package let name: String
  /// The size in bytes.
  package let byteCount: Int
  /// The SHA-256 of its bytes, as 64 lowercase hexadecimal digits.
  package let sha256: String

  /// Describes a file.
  package init(name: String, byteCount: Int, sha256: String) {
    (self.name, self.byteCount, self.sha256) = (name, byteCount, sha256)
  }
}
