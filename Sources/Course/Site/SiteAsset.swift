import Foundation
import Support

/// A file of the site that is not a page, such as a script, a stylesheet or a figure.
package struct SiteAsset: Hashable, Sendable {
  /// The path in the site, such as `assets/site.js`.
  package let path: String
  /// The bytes of the file.
  package let bytes: [UInt8]

  /// Creates an asset from its bytes.
  package init(path: String, bytes: [UInt8]) { (self.path, self.bytes) = (path, bytes) }

  /// Creates an asset from its text, in UTF-8.
  package init(path: String, text: String) { self.init(path: path, bytes: Array(text.utf8)) }

  /// The scripts and stylesheets that every site has, in the order of their paths.
  ///
  /// - Throws: ``SiteError`` if the program was moved away from its resources, `FileError` if one cannot be read.
  package static func resources() throws -> [SiteAsset] {
    let folder = try resourceFolder()
    let names = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/assets").sorted()
    return try names.filter { !AtomicFile.isFolder("\(folder)/assets/\($0)") }.map {
      SiteAsset(path: "assets/\($0)", bytes: try AtomicFile.read("\(folder)/assets/\($0)"))
    }
  }

  /// The text of a resource that is no file of the site by itself, such as `page.html`.
  ///
  /// - Throws: ``SiteError`` if the program was moved away from its resources, `FileError` if it cannot be read.
  static func resource(_ name: String) throws -> String {
    String(decoding: try AtomicFile.read("\(resourceFolder())/\(name)"), as: UTF8.self)
  }

  private static func resourceFolder() throws(SiteError) -> String {
    let path = "\(Bundle.module.bundlePath)/Resources"
    guard AtomicFile.isFolder(path) else {
      throw SiteError("the site's resources are not beside the program; build it again with `swift build`")
    }
    return path
  }
}

/// A problem of making the site: the thing, the cause and the remedy.
package struct SiteError: Error, Hashable, CustomStringConvertible, Sendable {
  /// One line for the reader.
  package let description: String

  /// Creates an error from its line.
  package init(_ description: String) { self.description = description }
}
