import Platform
import Support

/// One of MNIST's four files, as its authors published it.
public struct MNISTFile: Hashable, Sendable {
  /// The name under which it is published, `.gz` at its end.
  public let name: String
  /// The size of the published file in bytes.
  public let byteCount: Int
  /// The SHA-256 of the published file, compressed as it is.
  public let sha256: String
  /// The SHA-256 of what is in it, which does not depend on how it was compressed.
  public let contentSHA256: String
  private let stem: String
  private let kind: String

  private init(_ stem: String, _ kind: String, _ byteCount: Int, sha256: String, contentSHA256: String) {
    (self.stem, self.kind, self.byteCount) = (stem, kind, byteCount)
    (self.sha256, self.contentSHA256) = (sha256, contentSHA256)
    name = "\(stem)-\(kind).gz"
  }

  /// The images to train on.
  public static let trainingImages = MNISTFile(
    "train-images", "idx3-ubyte", 9_912_422,
    sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    contentSHA256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")
  /// The labels of the images to train on.
  public static let trainingLabels = MNISTFile(
    "train-labels", "idx1-ubyte", 28_881,
    sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    contentSHA256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")
  /// The images to test with.
  public static let testImages = MNISTFile(
    "t10k-images", "idx3-ubyte", 1_648_877,
    sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    contentSHA256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7")
  /// The labels of the images to test with.
  public static let testLabels = MNISTFile(
    "t10k-labels", "idx1-ubyte", 4_542,
    sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    contentSHA256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")

  /// All four.
  public static let all = [trainingImages, trainingLabels, testImages, testLabels]

  /// The folders on the web that offer the four files under their names.
  package static let mirrors = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ]

  /// The names under which `MNIST.load(from:)` finds the file, in that order: plain before compressed.
  package var names: [String] {
    ["", ".gz"].flatMap { end in ["-", "."].map { stem + $0 + kind + end } }
  }

  /// Where the file lies in a folder, under the first of its names that is there, or nil.
  public func path(in folder: String) -> String? {
    names.map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }.first { access($0, F_OK) == 0 }
  }

  /// True if a file, plain or compressed in whatever way, has the content that this one has.
  ///
  /// - Throws: `DatasetError` if it cannot be read or is damaged gzip data.
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
