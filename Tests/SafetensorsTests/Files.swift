import Foundation
import Safetensors
import TestSupport
import Testing

/// The path of a committed file of `Fixtures/make_fixtures.py`.
func fixture(_ name: String) throws -> String {
  let url = Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Fixtures")
  return try #require(url).path()
}

/// A hand-made file: the header's length, the header, and zeros as data.
func file(_ header: String, dataLength: Int = 0) -> [UInt8] {
  file(Array(header.utf8), data: [UInt8](repeating: 0, count: dataLength))
}

/// A hand-made file of any bytes.
func file(_ header: [UInt8], data: [UInt8]) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + data
}

/// The error of reading these bytes, or nil if they are read.
func failure(_ bytes: [UInt8]) -> SafetensorsError? {
  do throws(SafetensorsError) {
    _ = try SafetensorsFile(bytes: bytes, source: "test")
    return nil
  } catch {
    return error
  }
}
