import Downloads
import Foundation
import Testing

@Suite struct MirrorTests {
  private let file = RemoteFile(name: "digits.gz", byteCount: 1, sha256: "")

  @Test(arguments: [
    ("https://example.org/mnist", "https://example.org/mnist/digits.gz"),
    ("https://example.org/mnist/", "https://example.org/mnist/digits.gz"),
    ("https://example.org", "https://example.org/digits.gz"),
    ("http://127.0.0.1:8000/a%20b/", "http://127.0.0.1:8000/a%20b/digits.gz"),
  ])
  func `the address of a file is that of the mirror and its name`(_ mirror: String, _ address: String) throws
  {
    #expect(try Mirror(mirror).address(of: file).absoluteString == address)
  }

  @Test(arguments: [
    "", "example.org", "file:///srv/mnist/", "ftp://example.org/", "https://", "https:///mnist",
  ])
  func `a text that is no web address is refused as a mirror`(_ text: String) {
    let error = #expect(throws: Mirror.NotAnAddress.self) { try Mirror(text) }
    #expect(
      error?.description
        == "\(text) is not the address of a mirror; name a folder such as https://example.org/mnist/")
  }

  @Test(arguments: [
    ("https://a.org/x/f", "https://b.org/f", "https://b.org/f"),
    ("https://a.org/x/f", "g", "https://a.org/x/g"),
    ("https://a.org/x/f", "//b.org/f", "https://b.org/f"),
    ("https://a.org/x/f", "http://a.org/x/f", nil),
    ("https://a.org/x/f", "file:///x/f", nil),
    ("http://a.org/x/f", "http://b.org/f", "http://b.org/f"),
    ("http://a.org/x/f", "https://b.org/f", "https://b.org/f"),
    ("http://a.org/x/f", "ftp://b.org/f", nil),
  ])
  func `a redirect never gives up encryption`(_ from: String, _ to: String, _ expected: String?) throws {
    let target = Mirror.redirect(from: try #require(URL(string: from)), to: to)
    #expect(target?.absoluteString == expected)
  }
}
