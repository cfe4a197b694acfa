import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// What the beginning of a server's answer says.
struct ResponseHead: Sendable {
  /// The HTTP status.
  let status: Int
  /// How many bytes follow, if that was said.
  let length: Int?
  /// Where a redirect leads.
  let location: String?
  /// The first byte of the part that follows and the size of the whole, from `Content-Range`.
  let part: (start: Int, total: Int?)?

  init(_ response: HTTPURLResponse) {
    status = response.statusCode
    length = response.expectedContentLength >= 0 ? Int(response.expectedContentLength) : nil
    location = response.value(forHTTPHeaderField: "Location")
    part = response.value(forHTTPHeaderField: "Content-Range").flatMap(Self.part)
  }

  /// Reads `bytes 100-199/200`, or `*` for the whole's size.
  private static func part(_ header: String) -> (start: Int, total: Int?)? {
    guard let match = header.wholeMatch(of: /bytes\s+(\d+)-\d+\/(\d+|\*)/), let start = Int(match.1) else {
      return nil
    }
    return (start, Int(match.2))
  }
}
