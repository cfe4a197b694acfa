import Datasets
import Foundation
import Support
import TestSupport
import Testing

/// The folder of the real MNIST: `QAT_DATA`, or `shared/mnist` beside the package.
private let mnistFolder: String? = {
  let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let folders = [
    ProcessInfo.processInfo.environment["QAT_DATA"],
    package.deletingLastPathComponent().appending(path: "shared/mnist").path(),
  ]
  return folders.compactMap { $0 }.first { folder in
    ["", ".gz"].contains { FileManager.default.fileExists(atPath: "\(folder)/train-images-idx3-ubyte\($0)") }
  }
}()

@Suite struct MNISTTests {
  @Test(.enabled(if: mnistFolder != nil, "name the folder of the MNIST files in QAT_DATA"))
  func `the real MNIST files give the known images`() throws {
    let mnist = try MNIST.load(from: try #require(mnistFolder))
    // Counted and digested by Python's gzip and hashlib from the published files.
    let counts = [mnist.training, mnist.test].map { set in
      (0..<10).map { label in set.labels.count { $0 == label } }
    }
    #expect(counts[0] == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    #expect(counts[1] == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    #expect(
      SHA256.hex(mnist.training.pixels)
        == "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757")
    #expect(
      SHA256.hex(mnist.training.labels)
        == "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13")
    #expect(
      SHA256.hex(mnist.test.pixels) == "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161")
    #expect(
      SHA256.hex(mnist.test.labels) == "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5")
  }

  @Test(.enabled(if: mnistFolder != nil, "name the folder of the MNIST files in QAT_DATA"))
  func `the real MNIST files have the known content however compressed`() throws {
    let folder = try #require(mnistFolder)
    for file in MNISTFile.all {
      let path = try #require(file.path(in: folder))
      for other in MNISTFile.all { #expect(try other.isContent(of: path) == (other == file)) }
    }
  }

  @Test func `MNIST files are found by their usual names, plain before compressed`() throws {
    #expect(
      MNISTFile.all.map(\.name) == [
        "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
      ])
    let folder = try TemporaryFolder()
    let file = MNISTFile.testLabels
    #expect(file.path(in: folder.path) == nil)
    // From the last name to the first: each takes precedence over the names before it.
    for name in file.names.reversed() {
      let path = try folder.write([1, 2, 3], as: name)
      #expect(file.path(in: folder.path) == path)
      #expect(file.path(in: folder.path + "/") == path)
      #expect(try !file.isContent(of: path))
    }
  }

  /// Files of two blank 28×28 images and their labels.
  private static let images: [UInt8] =
    [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28] + [UInt8](repeating: 0, count: 1568)
  private static let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 4, 9]

  /// A folder with all four files, some of them replaced.
  private func folder(
    separator: String = "-", replacing changes: [String: [UInt8]?] = [:]
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for part in ["train", "t10k"] {
      let files = [
        "\(part)-images\(separator)idx3-ubyte": Self.images,
        "\(part)-labels\(separator)idx1-ubyte": Self.labels,
      ]
      for (name, bytes) in files {
        if let bytes = changes[name, default: bytes] { _ = try folder.write(bytes, as: name) }
      }
    }
    return folder
  }

  private func failure(in folder: TemporaryFolder) -> DatasetError? {
    do throws(DatasetError) {
      _ = try MNIST.load(from: folder.path)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: ["-", "."])
  func `MNIST loads from files of either usual name`(_ separator: String) throws {
    let folder = try folder(separator: separator)
    let mnist = try MNIST.load(from: folder.path + "/")
    #expect(mnist.training.labels == [4, 9])
    #expect(mnist.test.count == 2)
  }

  @Test func `MNIST loads compressed files beside plain ones`() throws {
    let folder = try folder(replacing: ["t10k-labels-idx1-ubyte": nil])
    _ = try folder.write(Fixture.compressedLabels, as: "t10k-labels-idx1-ubyte.gz")
    let (images, labels) = (
      folder.path + "/t10k-images-idx3-ubyte", folder.path + "/t10k-labels-idx1-ubyte.gz"
    )
    #expect(
      failure(in: folder) == .countsDiffer(images: images, imageCount: 2, labels: labels, labelCount: 3))
  }

  @Test func `a missing MNIST file is named with its folder`() throws {
    let folder = try folder(replacing: ["t10k-images-idx3-ubyte": nil])
    let message = failure(in: folder)?.description ?? ""
    #expect(
      message == "\(folder.path) has no file named t10k-images-idx3-ubyte or t10k-images.idx3-ubyte or "
        + "t10k-images-idx3-ubyte.gz or t10k-images.idx3-ubyte.gz; name the folder that holds the dataset's files, "
        + "or get MNIST with: swift run qat data --to \(folder.path)"
    )
  }

  @Test func `a label outside the ten classes is refused`() throws {
    let folder = try folder(replacing: ["train-labels-idx1-ubyte": [0, 0, 8, 1, 0, 0, 0, 2, 4, 10]])
    let path = folder.path + "/train-labels-idx1-ubyte"
    #expect(failure(in: folder) == .labelOutOfRange(path: path, index: 1, label: 10, classes: 10))
  }

  @Test func `images of another size than 28×28 are refused as MNIST`() throws {
    var wide = Self.images
    (wide[11], wide[15]) = (14, 56)
    let folder = try folder(replacing: ["train-images-idx3-ubyte": wide])
    let path = folder.path + "/train-images-idx3-ubyte"
    #expect(failure(in: folder) == .wrongImageSize(path: path, rows: 14, columns: 56, expectedSide: 28))
  }

  @Test func `exchanged image and label files are refused`() throws {
    let folder = try folder(replacing: ["train-images-idx3-ubyte": Self.labels])
    guard case .truncated = failure(in: folder) else {
      guard case .wrongMagic = failure(in: folder) else {
        Issue.record("a label file was read as images")
        return
      }
      return
    }
  }
}
