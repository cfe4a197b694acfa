import Datasets
import Support
import TestSupport
import Testing

@Suite struct LabeledImagesTests {
  let images = LabeledImages(
    rows: 4, columns: 5, pixels: ContiguousArray(Fixture.pixels), labels: Fixture.labels)

  @Test func `the floats of an image are its bytes divided by 255`() {
    let levels = LabeledImages(
      rows: 16, columns: 16, pixels: ContiguousArray(0...255), labels: [3])
    let shares: [Float] = (0...255).map { Float($0) / 255 }
    #expect(levels.floats() == shares)
    #expect(levels.floats().first == 0)
    #expect(levels.floats().last == 1)
  }

  @Test func `selected images keep the order of their indices`() {
    #expect(images.floats(of: [2, 0]) == images.floats(of: 2..<3) + images.floats(of: 0..<1))
    #expect(images.labels(of: [2, 0, 2]) == [9, 7, 9])
    let chosen = images.selecting([2, 0])
    #expect(chosen.labels == [9, 7])
    #expect(chosen.bytes(of: 1) == images.bytes(of: 0))
    #expect(images.bytes(of: 1) == Array(Fixture.pixels[20..<40]))
  }

  @Test func `augmented floats depend only on the generator`() {
    let digits = Digits.generated(count: 4)
    let augmentation = Augmentation(shift: 2, rotation: 10)
    var (first, second) = (SeededGenerator(seed: 3), SeededGenerator(seed: 3))
    let once = digits.floats(of: [3, 1, 3], augmentedBy: augmentation, using: &first)
    #expect(digits.floats(of: [3, 1, 3], augmentedBy: augmentation, using: &second) == once)
    #expect(digits.floats(of: [3, 1, 3], augmentedBy: augmentation, using: &second) != once)
    #expect(once[..<784] != once[1568...], "an image that occurs twice is transformed in two ways")
    #expect(
      digits.floats(of: [3, 1], augmentedBy: Augmentation(), using: &first) == digits.floats(of: [3, 1]))
  }

  @Test func `a set of images needs as many pixels as its labels call for`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LabeledImages(rows: 2, columns: 2, pixels: [1, 2, 3], labels: [0])
    }
    #expect(standardError(of: result).contains("1 images of 2×2 need 4 pixels; got 3"))
  }

  @Test func `an image index out of range is named`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LabeledImages(rows: 1, columns: 1, pixels: [1, 2], labels: [0, 1]).floats(of: [0, 2])
    }
    #expect(standardError(of: result).contains("there is no image 2: a set of 2 has images 0..<2"))
  }

  @Test func `a set of images is printed as its number, size and classes`() {
    #expect("\(images)" == "3 images of 4×5 pixels, 3 classes (0, 7, 9)")
    #expect("\(images.selecting([2]))" == "1 image of 4×5 pixels, 1 class (9)")
    #expect("\(images.selecting(0..<0))" == "0 images of 4×5 pixels")
    #expect("\(Digits.generated(count: 2000))" == "2,000 images of 28×28 pixels, 10 classes (0 to 9)")
    let even = LabeledImages(
      rows: 1, columns: 1, pixels: .init(repeating: 0, count: 128), labels: (0..<128).map { 2 * $0 })
    #expect("\(even)" == "128 images of 1×1 pixels, 128 classes (0 to 254)")
  }
}
