import Charting
import Foundation
import PNGFiles
import Support
import Testing

/// Expects a PNG to equal the reference image `name`, pixel by pixel.
///
/// References are in the folder `Images` beside the test. Only antialiased edges may differ, as they do between
/// versions of Cairo: no channel by more than `tolerance`, and no more than one pixel in 200 at all. On failure
/// the reference, the image and their difference are attached. With `QAT_RECORD_IMAGES=1` the reference is
/// written instead, and the test fails so that no one leaves recording on.
public func expectImage(
  _ png: [UInt8], _ name: String, tolerance: Int = 40, filePath: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let folder = filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
    separator: "/")
  let path = "\(folder)/Images/\(name).png"
  if ProcessInfo.processInfo.environment["QAT_RECORD_IMAGES"] == "1" {
    try AtomicFile.write(png, to: path)
    Issue.record(
      "recorded \(name).png: look at it, then run without QAT_RECORD_IMAGES", sourceLocation: sourceLocation)
    return
  }
  let reference = try PNGImage(path: path)
  let image = try PNGImage(bytes: png)
  let comparison = ImageComparison(reference, image)
  guard !comparison.isWithin(tolerance: tolerance) else { return }
  try Attachment.record(AtomicFile.read(path), named: "\(name)-reference.png", sourceLocation: sourceLocation)
  Attachment.record(png, named: "\(name)-got.png", sourceLocation: sourceLocation)
  if let difference = comparison.difference() {
    Attachment.record(difference, named: "\(name)-difference.png", sourceLocation: sourceLocation)
  }
  Issue.record("\(name).png: \(comparison.description)", sourceLocation: sourceLocation)
}

/// Two images side by side, channel by channel.
struct ImageComparison: CustomStringConvertible {
  private let reference: PNGImage
  private let image: PNGImage
  /// The largest difference in a channel.
  private(set) var largest = 0
  /// The number of pixels that differ.
  private(set) var count = 0

  init(_ reference: PNGImage, _ image: PNGImage) {
    (self.reference, self.image) = (reference, image)
    guard hasSameSize else { return }
    for pixel in 0..<reference.width * reference.height {
      let difference = difference(at: pixel)
      largest = max(largest, difference)
      if difference > 0 { count += 1 }
    }
  }

  private var hasSameSize: Bool { reference.width == image.width && reference.height == image.height }

  func isWithin(tolerance: Int) -> Bool {
    hasSameSize && largest <= tolerance && 200 * count <= reference.width * reference.height
  }

  private func difference(at pixel: Int) -> Int {
    (4 * pixel..<4 * pixel + 4).map { abs(Int(reference.pixels[$0]) - Int(image.pixels[$0])) }.max() ?? 0
  }

  var description: String {
    hasSameSize
      ? "\(count) of \(reference.width * reference.height) pixels differ, one channel by \(largest)"
      : "\(image.width) × \(image.height) pixels where the reference has \(reference.width) × \(reference.height)"
  }

  /// White where both agree, darker the more they differ.
  func difference() -> [UInt8]? {
    guard hasSameSize else { return nil }
    let rgb = (0..<reference.width * reference.height).flatMap { pixel -> [UInt8] in
      let shade = UInt8(255 - min(255, 4 * difference(at: pixel)))
      return [shade, shade, shade]
    }
    return try? PNGEncoder.encode(
      rgb: rgb, width: reference.width, height: reference.height, pixelsPerMeter: 0, texts: [])
  }
}
