/// A dataset that cannot be used: the file, the cause and the remedy.
public enum DatasetError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The folder has no file of any of the usual names.
  case fileNotFound(folder: String, names: [String])
  /// The system refused to open or read the file, for this reason.
  case unreadable(path: String, reason: String)
  /// The gzip data is damaged, for the reason that zlib gives.
  case corruptGzip(path: String, reason: String)
  /// The file does not begin with the magic number of an IDX file of bytes with this many dimensions.
  case wrongMagic(path: String, expected: UInt32, found: UInt32)
  /// The header declares an array of more bytes than `limit`.
  case tooLarge(path: String, dimensions: [Int], limit: Int)
  /// The file ends early: uncompressed, it holds at most `found` of the `expected` bytes.
  case truncated(path: String, expected: Int, found: Int)
  /// The file goes on after the `expected` bytes that its header announces.
  case trailingBytes(path: String, expected: Int)
  /// An image file and its label file do not belong together.
  case countsDiffer(images: String, imageCount: Int, labels: String, labelCount: Int)
  /// The images have no pixels.
  case emptyImages(path: String, rows: Int, columns: Int)
  /// The images do not have the size of the dataset's images.
  case wrongImageSize(path: String, rows: Int, columns: Int, expectedSide: Int)
  /// A label lies outside the dataset's classes, `0 ..< classes`.
  case labelOutOfRange(path: String, index: Int, label: Int, classes: Int)

  /// A folder of images has no folder in it.
  case noClasses(folder: String)
  /// A folder of images has more classes than a byte can number.
  case tooManyClasses(folder: String, count: Int, limit: Int)
  /// The folders of the classes hold no PNG file.
  case noImages(folder: String, classes: [String])
  /// A PNG file cannot be decoded, for this reason.
  case damagedImage(path: String, reason: String)
  /// An image of another format than PNG.
  case imageNotPNG(path: String)
  /// An image has another size than the first one, and no size was asked for.
  case imageSizesDiffer(
    path: String, rows: Int, columns: Int, first: String, firstRows: Int, firstColumns: Int)
  /// The images up to this file have more than `limit` bytes of pixels.
  case tooManyPixels(path: String, limit: Int)

  /// The problem, the cause and the remedy, in one line.
  public var description: String {
    switch self {
    case .fileNotFound(let folder, let names):
      return "\(folder) has no file named \(names.joined(separator: " or ")); "
        + "name the folder that holds the dataset's files, or get MNIST with: swift run qat data --to \(folder)"
    case .unreadable(let path, let reason):
      return "cannot read \(path): \(reason); check the path and its permissions"
    case .corruptGzip(let path, let reason):
      return "\(path) is damaged (gzip: \(reason)); download it again"
    case .wrongMagic(let path, let expected, let found):
      return "\(path) is not the IDX file expected: its first four bytes are \(Self.hex(found)), not "
        + "\(Self.hex(expected)); check that images and labels are not exchanged, or download it again"
    case .tooLarge(let path, let dimensions, let limit):
      return "\(path) declares an array of \(Self.extents(dimensions)) bytes, more than the \(limit) "
        + "allowed; its header is damaged, or it is not the dataset expected"
    case .truncated(let path, let expected, let found):
      return
        "\(path) is cut short: its header announces \(expected) bytes in all, it holds at most \(found); "
        + "download it again"
    case .trailingBytes(let path, let expected):
      return "\(path) goes on after its end: its header announces \(expected) bytes in all; download it again"
    case .countsDiffer(let images, let imageCount, let labels, let labelCount):
      return "\(images) holds \(imageCount) images, but \(labels) holds \(labelCount) labels; "
        + "take both files from the same dataset"
    case .emptyImages(let path, let rows, let columns):
      return "\(path) holds images of \(rows)×\(columns) pixels: there is nothing in them; download it again"
    case .wrongImageSize(let path, let rows, let columns, let expectedSide):
      return "\(path) holds images of \(rows)×\(columns) pixels, not \(expectedSide)×\(expectedSide); "
        + "name a dataset in the form of MNIST"
    case .labelOutOfRange(let path, let index, let label, let classes):
      return "\(path) gives image \(index) the label \(label), outside 0..<\(classes); "
        + "name a dataset of \(classes) classes"
    case .noClasses(let folder):
      return "\(folder) has no folder in it: make one for each class, and put the class's PNG files there"
    case .tooManyClasses(let folder, let count, let limit):
      return "\(folder) has \(count) classes, more than the \(limit) allowed: name fewer, by classNames:"
    case .noImages(let folder, let classes):
      return
        "\(folder) has no PNG file in its folders \(classes.joined(separator: ", ")): put the images there"
    case .damagedImage(let path, let reason):
      return "\(path) cannot be decoded: \(reason); make it again, or take it out of the folder"
    case .imageNotPNG(let path):
      return "\(path) is no PNG, and only PNGs are read: convert it, or take it out of the folder"
    case .imageSizesDiffer(let path, let rows, let columns, let first, let firstRows, let firstColumns):
      return "\(path) has \(rows)×\(columns) pixels, and \(first) \(firstRows)×\(firstColumns): "
        + "resize all to one size, by size:"
    case .tooManyPixels(let path, let limit):
      return
        "with \(path) the images have more than the \(limit) bytes allowed: take a smaller size, by size:, or "
        + "fewer images"
    }
  }

  private static func hex(_ magic: UInt32) -> String {
    let digits = String(magic, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func extents(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: "×")
  }
}
