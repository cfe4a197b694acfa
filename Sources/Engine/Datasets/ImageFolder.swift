import PNGFiles
import Support

/// The images of a folder with a folder for each class, read from PNG files.
///
///     flowers/daisy/1.png
///     flowers/daisy/2.png
///     flowers/rose/1.png
///
///     let flowers = try ImageFolder("flowers", size: Size2D(64, 64))
///     try trainer.fit(flowers.images)          // [count, 64, 64, 3], classes 0 (daisy) and 1 (rose)
///
/// As in Keras's `image_dataset_from_directory`, classes and the files of a class are in the order of their names, and
/// files that are no images are passed over; there are at most 256 classes. Hidden files and folders, whose names begin
/// with a point, are passed over too.
public struct ImageFolder: Hashable, Sendable {
  /// What is read of each pixel.
  public enum Color: Int, Hashable, Sendable {
    /// One channel: 0.299 red + 0.587 green + 0.114 blue, rounded half up.
    case grey = 1
    /// Red, green and blue; a grey file has three equal channels.
    case rgb = 3

    /// The number of channels.
    public var channels: Int { rawValue }
  }

  /// The images, class by class, with the numbers of their classes.
  public let images: LabeledImages
  /// The name of each class: its folder's.
  public let classNames: [String]

  /// Endings of images that are no PNGs.
  private static let otherImages = ["jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff"]
  private static let mostClasses = 256
  /// The largest number of bytes of all pixels together.
  private static let limit = 1 << 33

  /// Reads all PNG files of the classes' folders.
  ///
  /// An alpha channel is dropped, and 16 bits a channel become 8. With a `size`, images of another size are resized
  /// bilinearly, pixel centres on pixel centres and without antialiasing, as Keras does by default; the result is
  /// rounded to a byte, half up.
  ///
  /// - Parameters:
  ///   - folder: The path of the folder.
  ///   - size: The height and width of the images; nil if all files have one size already.
  ///   - color: What is read of each pixel.
  ///   - classNames: The folders of the classes in the order of their numbers, as those of the training images for a
  ///     validation; nil takes all folders, in the order of their names.
  /// - Throws: ``DatasetError`` if a folder or file is missing, cannot be read or is no PNG, or if sizes differ.
  public init(
    _ folder: String, size: Size2D? = nil, color: Color = .rgb, classNames: [String]? = nil
  ) throws(DatasetError) {
    if let size {
      require(
        size.height > 0 && size.width > 0, "images are resized to one pixel or more; got \(size)")
    }
    let names: [String]
    if let classNames { names = classNames } else { names = try Self.folders(in: folder) }
    guard !names.isEmpty else { throw .noClasses(folder: folder) }
    guard names.count <= Self.mostClasses else {
      throw .tooManyClasses(folder: folder, count: names.count, limit: Self.mostClasses)
    }
    var reader = Reader(size: size, color: color)
    for (label, name) in names.enumerated() {
      for file in try Self.files(in: "\(folder)/\(name)") {
        try reader.read("\(folder)/\(name)/\(file)", label: UInt8(label))
      }
    }
    guard let read = reader.size else { throw .noImages(folder: folder, classes: names) }
    images = LabeledImages(
      rows: read.height, columns: read.width, channels: color.channels, pixels: reader.pixels,
      labels: reader.labels)
    self.classNames = names
  }

  /// The folders in a folder, in the order of their names' bytes.
  private static func folders(in folder: String) throws(DatasetError) -> [String] {
    try entries(of: folder).filter { AtomicFile.isFolder("\(folder)/\($0)") }
  }

  /// The PNG files in a folder, in the order of their names' bytes.
  private static func files(in folder: String) throws(DatasetError) -> [String] {
    var files: [String] = []
    for name in try entries(of: folder) {
      let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
      if otherImages.contains(ending) { throw .imageNotPNG(path: "\(folder)/\(name)") }
      if ending == "png" { files.append(name) }
    }
    return files
  }

  private static func entries(of folder: String) throws(DatasetError) -> [String] {
    do throws(FileError) {
      return try AtomicFile.names(in: folder).filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch { throw .unreadable(path: folder, reason: error.reason) }
  }

  /// The images that were read so far.
  private struct Reader {
    private(set) var size: Size2D?
    private let isResized: Bool
    private let color: Color
    private(set) var pixels: ContiguousArray<UInt8> = []
    private(set) var labels: [UInt8] = []
    private var first = ""

    init(size: Size2D?, color: Color) { (self.size, isResized, self.color) = (size, size != nil, color) }

    mutating func read(_ path: String, label: UInt8) throws(DatasetError) {
      let image: PNGImage
      do throws(PNGError) { image = try PNGImage(path: path) } catch {
        if case .file(let error) = error { throw .unreadable(path: path, reason: error.reason) }
        throw .damagedImage(path: path, reason: error.reason)
      }
      let found = Size2D(image.height, image.width)
      if labels.isEmpty { first = path }
      let wanted = size ?? found
      size = wanted
      guard found == wanted || isResized else {
        throw .imageSizesDiffer(
          path: path, rows: found.height, columns: found.width, first: first, firstRows: wanted.height,
          firstColumns: wanted.width)
      }
      guard let count = [wanted.height, wanted.width, color.channels].checkedProduct,
        count <= ImageFolder.limit - pixels.count
      else {
        throw .tooManyPixels(path: path, limit: ImageFolder.limit)
      }
      let channels = image.bytes(grey: color == .grey)
      pixels +=
        found == wanted
        ? channels : ImageResizing(from: found, to: wanted, channels: color.channels).bytes(of: channels)
      labels.append(label)
    }
  }
}

/// Bilinear resizing of images from one size to another, as TensorFlow's `tf.image.resize` does it.
///
/// The centre of each new pixel is a point of the old image, interpolated from the four pixels around it; beyond the
/// outermost centres the edge goes on. Shrinking skips pixels: there is no antialiasing.
struct ImageResizing {
  /// For each new row or column: the two old ones around it, and the share of the second.
  private typealias Taps = [(low: Int, high: Int, share: Float)]

  private let rows: Taps
  private let columns: Taps
  private let oldWidth: Int
  private let channels: Int

  init(from old: Size2D, to new: Size2D, channels: Int) {
    rows = Self.taps(from: old.height, to: new.height)
    columns = Self.taps(from: old.width, to: new.width)
    (oldWidth, self.channels) = (old.width, channels)
  }

  private static func taps(from old: Int, to new: Int) -> Taps {
    let scale = Float(old) / Float(new)
    return (0..<new).map { index in
      let place = (Float(index) + 0.5) * scale - 0.5
      let low = place.rounded(.down)
      return (max(Int(low), 0), min(Int(low) + 1, old - 1), place - low)
    }
  }

  /// The resized image, rounded to bytes, half up.
  func bytes(of image: ContiguousArray<UInt8>) -> ContiguousArray<UInt8> {
    var result: ContiguousArray<UInt8> = []
    result.reserveCapacity(rows.count * columns.count * channels)
    for row in rows {
      let (above, below) = (row.low * oldWidth, row.high * oldWidth)
      for column in columns {
        for channel in 0..<channels {
          func value(_ line: Int, _ column: Int) -> Float {
            Float(image[(line + column) * channels + channel])
          }
          let (topLeft, bottomLeft) = (value(above, column.low), value(below, column.low))
          let top = topLeft + (value(above, column.high) - topLeft) * column.share
          let bottom = bottomLeft + (value(below, column.high) - bottomLeft) * column.share
          result.append(UInt8(top + (bottom - top) * row.share + 0.5))
        }
      }
    }
    return result
  }
}
