import CPNGShim
import Support

/// A decoded PNG: its pixels, its resolution and its texts.
public struct PNGImage: Hashable, Sendable {
  /// The width in pixels.
  public let width: Int
  /// The height in pixels.
  public let height: Int
  /// The red, green, blue and alpha of each pixel, a byte each, row by row from the top.
  public let pixels: [UInt8]
  /// The number of pixels in a metre on paper; 0 if the file does not give it.
  public let pixelsPerMeter: Int
  /// The texts in the order of the file.
  public let texts: [PNGText]

  /// The largest number of pixels of an image; more are refused before memory is allocated.
  static let limit: UInt64 = 1 << 26
  /// The largest size of a file in bytes.
  private static let largestFile = 1 << 28

  /// Decodes a PNG of any colour type, of at most 2²⁶ pixels and 4 MB of text.
  ///
  /// - Throws: ``PNGError`` if the bytes are no PNG, or are damaged, cut short or too large.
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
  /// - Throws: ``PNGError`` if the file cannot be read, is no ordinary file or is no intact PNG.
  public init(path: String) throws(PNGError) {
    let bytes: [UInt8]
    do throws(FileError) {
      let file = try OrdinaryFile(path: path)
      guard file.size <= Self.largestFile else {
        throw FileError(
          "read", path, reason: "it is larger than the \(Self.largestFile) bytes expected at most")
      }
      bytes = try file.read(0..<file.size)
    } catch { throw .file(error) }
    try self.init(bytes: bytes)
  }

  /// The bytes of all pixels without alpha: of one channel, grey, or of red, green and blue.
  ///
  /// Grey is 0.299 red + 0.587 green + 0.114 blue, rounded half up; of equal colours it is that byte.
  package func bytes(grey: Bool) -> ContiguousArray<UInt8> {
    var bytes: ContiguousArray<UInt8> = []
    bytes.reserveCapacity(width * height * (grey ? 1 : 3))
    for pixel in stride(from: 0, to: pixels.count, by: 4) {
      let (red, green, blue) = (pixels[pixel], pixels[pixel + 1], pixels[pixel + 2])
      if grey {
        let thousandths = 299 * UInt32(red) + 587 * UInt32(green) + 114 * UInt32(blue)
        bytes.append(UInt8((thousandths + 500) / 1000))
      } else {
        bytes += [red, green, blue]
      }
    }
    return bytes
  }

  /// The text of a message from C, which ends with a 0.
  static func string(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension PNGImage: CustomStringConvertible {
  /// The size, the resolution and the keywords of the texts, as in
  /// `200×120 pixels, 2,835 a metre; texts: Title, Source`.
  public var description: String {
    let resolution = NumberFormat.grouped.string(Double(pixelsPerMeter))
    return "\(width)×\(height) pixels" + (pixelsPerMeter > 0 ? ", \(resolution) a metre" : "")
      + (texts.isEmpty ? "" : "; texts: \(texts.map(\.key.printable).joined(separator: ", "))")
  }
}

/// A keyword and a text in a PNG file.
public struct PNGText: Hashable, Codable, Sendable {
  /// A keyword of the PNG specification, or one of our own.
  public let key: String
  /// The text.
  public let text: String

  package init(key: String, text: String) { (self.key, self.text) = (key, text) }
}

/// A PNG that could not be read or written: the cause and the remedy.
public enum PNGError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The bytes do not begin with a PNG's signature.
  case notPNG(count: Int)
  /// The file is damaged, cut short or too large, for the reason that libpng gives.
  case damaged(String)
  /// The image could not be encoded, for the reason that libpng gives.
  case notEncoded(String)
  /// The system could not read the file.
  case file(FileError)

  /// The problem alone, without a path.
  public var reason: String {
    switch self {
    case .notPNG(let count): "its \(count) bytes are not a PNG, for they lack its eight-byte signature"
    case .damaged(let reason), .notEncoded(let reason): reason
    case .file(let error): error.reason
    }
  }

  /// The problem and the remedy, in one line.
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
