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
