import CPNGShim
import Support

/// A keyword and a text in a PNG file.
public struct PNGText: Hashable, Codable, Sendable {
  /// One of the keywords the PNG specification names, or one of our own.
  public let key: String
  /// What it says.
  public let text: String

  package init(key: String, text: String) { (self.key, self.text) = (key, text) }
}

/// A file that could not be read as a PNG: why, and what to do.
public enum PNGError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The bytes do not begin as a PNG does.
  case notPNG(count: Int)
  /// libpng found the file damaged, cut short or too large; the reason is its own.
  case damaged(String)
  /// libpng could not encode an image; the reason is its own.
  case notEncoded(String)
  /// The file could not be read at all.
  case file(FileError)

  /// One line for the reader.
  public var description: String {
    switch self {
    case .notPNG(let count):
      "these \(count) bytes are not a PNG: they lack its eight-byte signature; check which file was given"
    case .damaged(let reason): "the PNG cannot be decoded: \(reason); make it again"
    case .notEncoded(let reason): "the image cannot be encoded: libpng: \(reason)"
    case .file(let error): error.description
    }
  }
}

/// A PNG that was read back: its pixels, and what it says about itself.
public struct PNGImage: Hashable, Sendable {
  /// In pixels.
  public let width: Int
  /// In pixels.
  public let height: Int
  /// Red, green, blue and alpha of each pixel, row by row from the top, a byte each.
  public let pixels: [UInt8]
  /// How many pixels make a metre on paper; 0 if the file does not say.
  public let pixelsPerMeter: Int
  /// The texts in the file, in their order.
  public let texts: [PNGText]

  /// The most pixels an image may have; more are refused before any memory is taken.
  static let limit: UInt64 = 1 << 26

  /// Decodes a PNG of any colour type, up to 2²⁶ pixels and 4 MB of text.
  ///
  /// - Throws: `PNGError` if the bytes are no PNG, damaged, cut short or too large.
  public init(bytes: [UInt8]) throws(PNGError) {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw .notPNG(count: bytes.count)
    }
    var image = qat_png_image()
    var message = [CChar](repeating: 0, count: Int(QAT_PNG_MESSAGE_SIZE))
    guard qat_png_decode(bytes, bytes.count, Self.limit, &image, &message) == 0 else {
      throw .damaged(Self.string(message))
    }
    defer { qat_png_free(&image) }
    (width, height) = (Int(image.width), Int(image.height))
    pixelsPerMeter = Int(image.pixels_per_meter)
    pixels = Array(UnsafeBufferPointer(start: image.pixels, count: 4 * width * height))
    texts = UnsafeBufferPointer(start: image.texts, count: Int(image.text_count)).map {
      PNGText(key: String(cString: $0.key), text: String(cString: $0.text))
    }
  }

  /// Reads and decodes a file.
  ///
  /// - Throws: `PNGError` if the file cannot be read, or is no intact PNG.
  public init(path: String) throws(PNGError) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try AtomicFile.read(path, limit: 1 << 28) } catch { throw .file(error) }
    try self.init(bytes: bytes)
  }

  static func string(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
