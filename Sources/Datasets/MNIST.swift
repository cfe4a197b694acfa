#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The MNIST database of handwritten digits: 60,000 images to train on and 10,000 to test with, 28×28.
///
/// Other datasets in the same form, such as Fashion-MNIST or a smaller selection, can be loaded too.
///
/// Source: LeCun, Bottou, Bengio and Haffner, 1998, "Gradient-Based Learning Applied to Document
/// Recognition", section III.A.
public struct MNIST: Hashable, Sendable {
  /// How many classes there are: the digits 0 to 9.
  public static let classes = 10
  /// The height and width of an image in pixels.
  public static let side = 28

  /// The images to train on.
  public let training: LabeledImages
  /// The images to test with.
  public let test: LabeledImages

  /// Loads the four files of a folder, each plain or compressed by gzip, under their usual names.
  ///
  /// These are `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
  /// `t10k-labels-idx1-ubyte`, also with a point before `idx` and with `.gz` at the end. A plain file is
  /// taken before a compressed one.
  ///
  /// - Throws: `DatasetError` if a file is missing, cannot be read, is damaged, or is not of this form.
  public static func load(from folder: String) throws(DatasetError) -> MNIST {
    MNIST(training: try load("train", from: folder), test: try load("t10k", from: folder))
  }

  private static func load(_ part: String, from folder: String) throws(DatasetError) -> LabeledImages {
    let imagePath = try find("\(part)-images", "idx3-ubyte", in: folder)
    let labelPath = try find("\(part)-labels", "idx1-ubyte", in: folder)
    let images = try LabeledImages(idxImages: imagePath, labels: labelPath, classes: classes)
    guard images.rows == side, images.columns == side else {
      throw .wrongImageSize(path: imagePath, rows: images.rows, columns: images.columns, expectedSide: side)
    }
    return images
  }

  private static func find(
    _ stem: String, _ kind: String, in folder: String
  ) throws(DatasetError) -> String {
    let names = ["", ".gz"].flatMap { end in ["-", "."].map { stem + $0 + kind + end } }
    for name in names {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if access(path, F_OK) == 0 { return path }
    }
    throw .fileNotFound(folder: folder, names: names)
  }
}
