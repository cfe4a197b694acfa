import Foundation

/// A folder on a web server that offers the files.
package struct Mirror: Hashable, Sendable {
  /// A text that is not the address of a mirror.
  package struct NotAnAddress: Error, Hashable, CustomStringConvertible, Sendable {
    /// What was given in its place.
    package let text: String

    /// What was given and what is wanted, in one line.
    package var description: String {
      "\(text) is not the address of a mirror; name a folder such as https://example.org/mnist/"
    }
  }

  /// The folder's address, with a slash at its end.
  private let folder: URL

  /// Creates the mirror at an address that begins with `https://` or `http://`.
  ///
  /// - Throws: `NotAnAddress` for any other text.
  package init(_ text: String) throws(NotAnAddress) {
    guard let url = URL(string: text.hasSuffix("/") ? text : text + "/"),
      url.scheme == "https" || url.scheme == "http", url.host()?.isEmpty == false
    else { throw NotAnAddress(text: text) }
    folder = url
  }

  /// Where the mirror has a file.
  package func address(of file: RemoteFile) -> URL { folder.appending(path: file.name) }

  /// Where a redirect leads, or nil where it must not be followed.
  ///
  /// From `https` none leads to anything else: who asked for a protected line must not lose it on the way.
  package static func redirect(from url: URL, to location: String) -> URL? {
    guard let target = URL(string: location, relativeTo: url)?.absoluteURL, target.host()?.isEmpty == false
    else { return nil }
    return target.scheme == "https" || target.scheme == "http" && url.scheme == "http" ? target : nil
  }
}
