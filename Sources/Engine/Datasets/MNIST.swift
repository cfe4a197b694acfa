import Platform
import Support

/// The MNIST database of handwritten digits: 60,000 training images and 10,000 test images of 28×28 pixels.
///
/// Other datasets of the same form, such as Fashion-MNIST or a smaller selection, can be loaded too.
///
/// Source: LeCun, Bottou, Bengio and Haffner, 1998, "Gradient-Based Learning Applied to Document
/// Recognition", section III.A.
public struct MNIST: Hashable, Sendable {
  /// The number of classes: the digits 0 to 9.
  public static let classes = 10
  /// The height and width of an image in pixels.
  public static let side = 28

  /// The training images.
  public let training: LabeledImages
  /// The test images.
  public let test: LabeledImages

  /// Loads the four files of a folder by their usual names, each plain or compressed by gzip.
  ///
  /// The names are `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
  /// `t10k-labels-idx1-ubyte`, also with a point before `idx` and with `.gz` at the end. A plain file takes
  /// precedence over a compressed one.
  ///
  /// - Throws: ``DatasetError`` if a file is missing, cannot be read, is damaged, or is not of this form.
  public static func load(from folder: String) throws(DatasetError) -> MNIST {
    MNIST(
      training: try load(.trainingImages, .trainingLabels, from: folder),
      test: try load(.testImages, .testLabels, from: folder))
  }

  private static func load(
    _ images: MNISTFile, _ labels: MNISTFile, from folder: String
  ) throws(DatasetError) -> LabeledImages {
    let imagePath = try find(images, in: folder)
    let labelPath = try find(labels, in: folder)
    let images = try LabeledImages(idxImages: imagePath, labels: labelPath, classes: classes)
    guard images.rows == side, images.columns == side else {
      throw .wrongImageSize(path: imagePath, rows: images.rows, columns: images.columns, expectedSide: side)
    }
    return images
  }

  private static func find(_ file: MNISTFile, in folder: String) throws(DatasetError) -> String {
    guard let path = file.path(in: folder) else { throw .fileNotFound(folder: folder, names: file.names) }
    return path
  }
}

/// One of MNIST's four files as its authors published it.
public struct MNISTFile: Hashable, Sendable {
  /// The published name, which ends with `.gz`.
  public let name: String
  /// The size of the published file in bytes.
  public let byteCount: Int
  /// The SHA-256 of the published, compressed file.
  public let sha256: String
  /// The SHA-256 of the uncompressed content, which does not depend on the compression.
  public let contentSHA256: String
  private let stem: String
  private let kind: String

  private init(_ stem: String, _ kind: String, _ byteCount: Int, sha256: String, contentSHA256: String) {
    (self.stem, self.kind, self.byteCount) = (stem, kind, byteCount)
    (self.sha256, self.contentSHA256) = (sha256, contentSHA256)
    name = "\(stem)-\(kind).gz"
  }

  /// The training images.
  public static let trainingImages = MNISTFile(
    "train-images", "idx3-ubyte", 9_912_422,
    sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    contentSHA256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")
  /// The labels of the training images.
  public static let trainingLabels = MNISTFile(
    "train-labels", "idx1-ubyte", 28_881,
    sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    contentSHA256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")
  /// The test images.
  public static let testImages = MNISTFile(
    "t10k-images", "idx3-ubyte", 1_648_877,
    sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    contentSHA256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7")
  /// The labels of the test images.
  public static let testLabels = MNISTFile(
    "t10k-labels", "idx1-ubyte", 4_542,
    sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    contentSHA256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")

  /// All four files.
  public static let all = [trainingImages, trainingLabels, testImages, testLabels]

  /// The addresses of web folders that hold the four files under their published names.
  package static let mirrors = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ]

  /// The names by which ``MNIST/load(from:)`` finds the file, in this order: plain before compressed.
  package var names: [String] {
    ["", ".gz"].flatMap { end in ["-", "."].map { stem + $0 + kind + end } }
  }

  /// The path of the file in a folder, by the first of its names that exists, or nil.
  public func path(in folder: String) -> String? {
    names.map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }.first { access($0, F_OK) == 0 }
  }

  /// Whether the file at `path`, plain or compressed in any way, has the content of this file.
  ///
  /// - Throws: ``DatasetError`` if the file cannot be read or is damaged gzip data.
  package func isContent(of path: String) throws(DatasetError) -> Bool {
    let stream = try ByteStream(path: path)
    var digest = SHA256()
    while true {
      let bytes = try stream.read(1 << 18)
      if bytes.isEmpty { return digest.finalizedHex() == contentSHA256 }
      digest.update(bytes)
    }
  }
}
