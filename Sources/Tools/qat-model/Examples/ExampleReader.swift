import Datasets
import Support
import Tensors
import Training

/// Examples for training or calibration, as a model takes them.
struct ExampleSet {
  /// The examples; without labels every target is class 0.
  let examples: any Examples
  /// Whether the targets are given, not made up.
  let isLabeled: Bool
  /// The names of the classes; empty if they have none.
  var classNames: [String] = []
  /// What was read, in a few words.
  let summary: String

  /// The first examples, at most `count` of them.
  func prefix(_ count: Int?) -> ExampleSet {
    guard let count, count < examples.count else { return self }
    return choosing(Array(0..<count))
  }

  /// The examples at some indices.
  func choosing(_ indices: [Int]) -> ExampleSet {
    ExampleSet(
      examples: ChosenExamples(examples, indices), isLabeled: isLabeled, classNames: classNames,
      summary: "\(indices.count.counted("example")) of \(summary)")
  }
}

/// Reads examples from what was named on the command line: a file, a folder, or the word `digits`.
struct ExampleReader {
  /// The input of the model.
  let input: InputPlace
  /// The real numbers of pixels.
  let pixels: PixelRange
  /// Whether images of another size are resized.
  let resizes: Bool
  /// The seed of generated digits.
  let seed: UInt64
  /// The elements of the model's output for an example: for one, 0 and 1 are values, and no classes.
  var outputWidth: Int?

  /// The digits that are generated if no number is named.
  static let standardDigits = 5000
  private static let mostDigits = 1_000_000

  /// Which of MNIST's two sets a folder of its files stands for.
  enum Part {
    case training
    case test
  }

  /// Reads examples.
  ///
  /// - Parameters:
  ///   - path: `digits`, `digits:COUNT`, a folder, or a file of ``InputFile``.
  ///   - labels: A file of labels, if the examples are a file.
  ///   - part: Which set of MNIST a folder of its files stands for.
  ///   - classNames: The folders of the classes, in the order of their numbers; nil for their own order.
  /// - Returns: At least one example.
  /// - Throws: The error of reading a file, or ``ModelInputError`` if it does not fit the model.
  func read(
    _ path: String, labels: String? = nil, part: Part = .training, classNames: [String]? = nil
  ) throws -> ExampleSet {
    if let count = try Self.digits(path) {
      try refuse(labels, "generated digits have labels")
      return try images(
        Digits.generated(count: count, seed: seed), of: "generated digits", in: path, isLabeled: true)
    }
    if AtomicFile.isFolder(path) {
      try refuse(labels, "the labels of a folder are its folders, or MNIST's own files")
      return try folder(path, part, classNames)
    }
    return try file(path, labels: labels)
  }

  /// The number in `digits:COUNT`; nil for another path.
  private static func digits(_ path: String) throws -> Int? {
    guard path == "digits" || path.hasPrefix("digits:") else { return nil }
    guard path != "digits" else { return standardDigits }
    guard let count = Int(path.dropFirst(7)), (1...mostDigits).contains(count) else {
      throw ModelInputError(
        file: path, problem: "it names no number of generated digits",
        remedy: "give digits:COUNT, 1 to \(mostDigits); a file of that name is ./\(path)")
    }
    return count
  }

  /// Whether a path is a folder with MNIST's files.
  func hasMNIST(_ path: String) -> Bool { MNISTFile.trainingImages.path(in: path) != nil }

  private func refuse(_ labels: String?, _ reason: String) throws {
    guard let labels else { return }
    throw ModelInputError(file: labels, problem: "it is not needed", remedy: "\(reason): leave it out")
  }

  // MARK: - Folders

  private func folder(_ path: String, _ part: Part, _ classNames: [String]?) throws -> ExampleSet {
    if hasMNIST(path) {
      let files: (MNISTFile, MNISTFile) =
        part == .training ? (.trainingImages, .trainingLabels) : (.testImages, .testLabels)
      guard let pixels = files.0.path(in: path), let labels = files.1.path(in: path) else {
        throw DatasetError.fileNotFound(
          folder: path, names: files.0.path(in: path) == nil ? files.0.names : files.1.names)
      }
      return try images(
        LabeledImages(idxImages: pixels, labels: labels, classes: MNIST.classes), of: "images", in: path,
        isLabeled: true)
    }
    guard input.shape.count == 3, let color = ImageFolder.Color(rawValue: input.shape[2]) else {
      throw ModelInputError(
        file: path,
        problem: "it is a folder of images, and the input \(input.label) reads \(input.shape.times)",
        remedy: "give a .npy file")
    }
    // Images that lie in the folder itself have no classes.
    let names = try AtomicFile.names(in: path).filter { !$0.hasPrefix(".") }
    let isFlat = !names.contains { AtomicFile.isFolder("\(path)/\($0)") }
    let read = try ImageFolder(
      path, size: resizes ? Size2D(input.shape[0], input.shape[1]) : nil, color: color,
      classNames: isFlat ? ["."] : classNames)
    var set = try images(read.images, of: "images", in: path, isLabeled: !isFlat)
    if !isFlat { set.classNames = read.classNames }
    return set
  }

  private func images(
    _ images: LabeledImages, of what: String, in path: String, isLabeled: Bool
  ) throws -> ExampleSet {
    let own = [images.rows, images.columns, images.channels]
    let (shape, count) = (input.shape, images.valuesPerImage)
    let fits =
      shape == own || images.channels == 1 && (shape == [images.rows, images.columns] || shape == [count])
    guard fits else {
      throw ModelInputError(
        file: path, problem: "its images are \(own.times) (height × width × channels)",
        remedy:
          "the input \(input.label) reads \(shape.times): "
          + (shape.count == 3 && shape[2] == images.channels ? "give --resize" : "give other images"))
    }
    return ExampleSet(
      examples: PixelExamples(images, shape: shape, pixels: pixels), isLabeled: isLabeled,
      summary: "\(images.count.counted("image")) from \(what == "images" ? path.fileName : what)")
  }

  // MARK: - Files

  private func file(_ path: String, labels: String?) throws -> ExampleSet {
    let content = try InputFile(path: path, input: input).content()
    let size = input.shape.reduce(1, *)
    let count = content.count / size
    let targets = try labels.map { try LabelFile(path: $0).targets(count: count, width: outputWidth) }
    let summary = "\(count.counted("example")) from \(path.fileName)"
    let given = targets ?? .classes(Array(repeating: 0, count: count))
    let numbers: [Float]
    switch content {
    case .codes:
      throw ModelInputError(
        file: path, problem: "its elements are codes (int8), and the model reads real numbers",
        remedy: "save array.astype(\"float32\")")
    case .pixels(let bytes):
      let table = pixels.numbers
      numbers = bytes.map { table[Int($0)] }
    case .numbers(let own): numbers = own
    }
    guard numbers.allSatisfy(\.isFinite) else {
      throw ModelInputError(
        file: path, problem: "a number is too large for 32 bits", remedy: "scale the numbers down")
    }
    return ExampleSet(
      examples: TensorExamples(inputs: Tensor(numbers, shape: [count] + input.shape), targets: given),
      isLabeled: labels != nil, summary: summary)
  }
}
