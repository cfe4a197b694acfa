import Datasets
import Foundation
import PNGFiles
import Support
import TestSupport
import Testing

/// Images of several channels, and folders of them as Keras reads them.
@Suite struct ImageFolderTests {
  private static func resource(_ name: String) throws -> String {
    try #require(Bundle.module.resourceURL).appending(path: "ImageFixtures/\(name)").path()
  }

  /// The readings of `make_images.py`: mode, height and width, and the values from 0 to 255.
  private static func readings() throws -> (
    labels: [UInt8], readings: [(mode: String, size: Size2D, values: [Float])]
  ) {
    let lines = try String(contentsOfFile: resource("keras.txt"), encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: " ") }
    let labels = lines[0][1].split(separator: ",").compactMap { UInt8($0) }
    let readings = try lines.dropFirst().map { fields in
      let size = Size2D(try #require(Int(fields[1])), try #require(Int(fields[2])))
      return (String(fields[0]), size, fields[3].split(separator: ",").compactMap { Float($0) })
    }
    return (labels, readings)
  }

  @Test func `a folder is read as Keras reads it, in colour and in grey, and resized`() throws {
    let (labels, readings) = try Self.readings()
    try #require(readings.count == 6)
    for (mode, size, values) in readings {
      let color: ImageFolder.Color = mode == "rgb" ? .rgb : .grey
      let folder = try ImageFolder(Self.resource("photos"), size: size, color: color)
      #expect(folder.classNames == ["a-class", "b-class"])
      let images = folder.images
      #expect(images.labels == labels && images.count == 5)
      #expect(Size2D(images.rows, images.columns) == size && images.channels == color.channels)
      try #require(images.pixels.count == values.count)
      // Bytes are rounded; and libpng takes grey from a sum of other, shorter weights than ours.
      let allowed: Float = color == .rgb ? 0.501 : 1.5
      let worst = zip(images.pixels, values).map { abs(Float($0) - $1) }.max() ?? 0
      #expect(worst <= allowed, "\(mode) \(size): \(worst)")
    }
  }

  @Test func `classes can be named, and images of one size need none`() throws {
    let path = try Self.resource("photos")
    let folder = try ImageFolder(path, classNames: ["b-class"])
    #expect(folder.images.rows == 5 && folder.images.columns == 4 && folder.images.labels == [0, 0, 0])
    #expect(
      try ImageFolder(path, size: 2, classNames: ["b-class", "a-class"]).images.labels == [0, 0, 0, 1, 1])
    #expect("\(folder.images)" == "3 images of 5×4 pixels of 3 channels, 1 class (0)")
  }

  @Test func `what is no folder of images is refused with the file and a remedy`() throws {
    func text(_ folder: String, size: Size2D? = nil, classNames: [String]? = nil) -> String {
      do {
        _ = try ImageFolder(folder, size: size, classNames: classNames)
        return "read"
      } catch { return "\(error)" }
    }
    let photos = try Self.resource("photos")
    #expect(
      text(photos)
        == "\(photos)/a-class/x.png has 8×6 pixels, and \(photos)/a-class/grey-alpha.png 3×9: resize all to one "
        + "size, by size:")
    #expect(
      text(photos + "/none")
        == "cannot read \(photos)/none: No such file or directory; check the path and its permissions")
    #expect(text(photos, classNames: ["c"]).hasPrefix("cannot read \(photos)/c: No such file"))
    #expect(text(photos + "/a-class").contains("a-class has no folder in it: make one for each class"))
    #expect(text(photos + "/a-class/x.png").contains("x.png: it is not a folder"))

    let folder = try TemporaryFolder()
    func create(_ name: String) throws {
      try FileManager.default.createDirectory(
        atPath: folder.path + "/" + name, withIntermediateDirectories: true)
    }
    try create("a")
    #expect(text(folder.path) == "\(folder.path) has no PNG file in its folders a: put the images there")
    _ = try folder.write([1, 2, 3], as: "a/x.png")
    #expect(
      text(folder.path).hasPrefix(
        "\(folder.path)/a/x.png cannot be decoded: its 3 bytes are not a PNG, for they lack its eight-byte signature; make"
      ))
    _ = try folder.write([], as: "a/w.jpg")
    #expect(
      text(folder.path)
        == "\(folder.path)/a/w.jpg is no PNG, and only PNGs are read: convert it, or take it out of the folder"
    )
    try create("b/y.png")
    #expect(
      text(folder.path, classNames: ["b"]).hasPrefix(
        "cannot read \(folder.path)/b/y.png: it is not an ordinary file"))
    for number in 0..<256 { try create("many\(number)") }
    #expect(
      text(folder.path).contains("has 258 classes, more than the 256 allowed: name fewer, by classNames:"))
  }

  @Test func `images of several channels keep their channels together`() {
    let images = LabeledImages(
      rows: 1, columns: 2, channels: 3, pixels: [255, 0, 51, 102, 0, 0, 1, 2, 3, 4, 5, 6], labels: [0, 1])
    #expect(images.floats(of: [0]) == [1, 0, 0.2, 0.4, 0, 0])
    #expect(
      images.bytes(of: 1) == [1, 2, 3, 4, 5, 6] && images.pixelsPerImage == 2 && images.valuesPerImage == 6)
    #expect(images.selecting([1]).pixels == [1, 2, 3, 4, 5, 6] && images.selecting([1]).channels == 3)
    #expect(Array(Batches(of: images, size: 1))[1].pixels.count == 6)
  }

  @Test func `an augmentation moves all channels alike`() {
    let pixels = (0..<48).map { UInt8($0 * 5) }
    let color = LabeledImages(rows: 4, columns: 4, channels: 3, pixels: ContiguousArray(pixels), labels: [0])
    let augmentation = Augmentation(shift: 1, rotation: 30)
    var generator = SeededGenerator(seed: 3)
    let moved = color.floats(of: [0], augmentedBy: augmentation, using: &generator)
    for channel in 0..<3 {
      let plane = stride(from: channel, to: 48, by: 3).map { pixels[$0] }
      let grey = LabeledImages(rows: 4, columns: 4, pixels: ContiguousArray(plane), labels: [0])
      var generator = SeededGenerator(seed: 3)
      let alone = grey.floats(of: [0], augmentedBy: augmentation, using: &generator)
      #expect(stride(from: channel, to: 48, by: 3).map { moved[$0] } == alone)
    }
  }
}
