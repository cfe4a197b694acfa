import Datasets
import Support
import TestSupport
import Testing

@Suite struct DigitsTests {
  static let digits = Digits.generated(count: 2000)

  @Test func `a seed gives the same digits for ever`() {
    // Not derived: written down when the digits were settled. Lessons' numbers rest on these bytes.
    let digits = Digits.generated(count: 100, seed: 1)
    #expect(SHA256.hex(digits.pixels) == "960de6d0f6b35ee77429cd5ac00ae8a41582678442721597f5ae893c298ac177")
    #expect(SHA256.hex(digits.labels) == "6130277ed9441c391e61a174aec3a43a2d669e0a34462a589241d5bcdccce08b")
  }

  @Test func `fewer generated digits are a prefix of more`() {
    let few = Digits.generated(count: 7, seed: 9)
    let more = Digits.generated(count: 12, seed: 9)
    #expect(more.selecting(0..<7) == few)
    #expect(Digits.generated(7..<12, seed: 9) == more.selecting(7..<12))
  }

  @Test func `generating digits draws one number from the generator`() {
    var generator = SeededGenerator(seed: 3)
    var twin = generator
    let digits = Digits.generated(count: 5, using: &generator)
    #expect(digits == Digits.generated(count: 5, seed: twin.next()))
    #expect(generator == twin)
  }

  @Test func `no two of 4000 generated digits are equal`() {
    let other = Digits.generated(count: 2000, seed: 2)
    let all = [Self.digits, other].flatMap { set in (0..<2000).map { SHA256.hex(set.bytes(of: $0)) } }
    #expect(Set(all).count == 4000)
  }

  @Test func `every digit is about equally frequent`() {
    var counts = [Int](repeating: 0, count: 10)
    for label in Self.digits.labels { counts[Int(label)] += 1 }
    // 200 expected of each, with a standard deviation of √(2000 · 0.1 · 0.9) = 13.4; four of them allowed.
    #expect(counts.allSatisfy { abs($0 - 200) <= 54 }, "\(counts)")
  }

  @Test func `the foreground is as dense as in MNIST`() {
    // MNIST's 60,000 training images: mean 0.1307 of the full foreground; 81 % of pixels are background.
    let floats = Self.digits.floats()
    let mean = floats.reduce(0, +) / Float(floats.count)
    #expect(abs(mean - 0.1307) < 0.004, "\(mean)")
    let blank = Float(floats.count { $0 == 0 }) / Float(floats.count)
    #expect(abs(blank - 0.81) < 0.01, "\(blank)")
  }

  @Test func `every generated digit is large, of full contrast and centred`() {
    for index in 0..<400 {
      let bytes = Self.digits.bytes(of: index)
      let foreground = bytes.indices.filter { bytes[$0] > 0 }
      let (rows, columns) = (foreground.map { $0 / 28 }, foreground.map { $0 % 28 })
      let height = (rows.max() ?? 0) - (rows.min() ?? 0) + 1
      let width = (columns.max() ?? 0) - (columns.min() ?? 0) + 1
      // The longer side is 18 to 20 pixels and a soft edge of at most one pixel on either side; where a
      // digit's mass lies at one end of it, the other end may pass the edge of the image.
      #expect((17...23).contains(max(height, width)), "image \(index): \(width)×\(height)")
      #expect(bytes.contains { $0 >= 250 }, "image \(index) has no full foreground")
      let mass = foreground.reduce(0.0) { $0 + Double(bytes[$1]) }
      let x = foreground.reduce(0.0) { $0 + Double(bytes[$1]) * Double($1 % 28) } / mass
      let y = foreground.reduce(0.0) { $0 + Double(bytes[$1]) * Double($1 / 28) } / mass
      // Placed up to one pixel off the centre; overlapping strokes count once as foreground, twice as length.
      #expect(abs(x - 13.5) < 3 && abs(y - 13.5) < 3, "image \(index) has its mass at (\(x), \(y))")
    }
  }

  @Test func `the nearest mean classifies generated digits about as well as those of MNIST`() {
    // A yardstick without training: MNIST's test images reach 82 % with the means of its training images.
    let (training, test) = (Self.digits, Digits.generated(count: 200, seed: 2))
    var means = [[Float]](repeating: [Float](repeating: 0, count: 784), count: 10)
    for label in 0..<10 {
      let members = (0..<training.count).filter { training.labels[$0] == label }.prefix(100)
      let pixels = training.floats(of: members)
      for index in pixels.indices {
        means[label][index % 784] += pixels[index] / Float(members.count)
      }
    }
    let right = (0..<test.count).count { index in
      let pixels = test.floats(of: [index])
      let distances = means.map { Self.squaredDistance($0, pixels) }
      return distances.indices.min { distances[$0] < distances[$1] } == Int(test.labels[index])
    }
    // 82 % of 200 is 164; the standard deviation of such a count is √(200 · 0.82 · 0.18) = 5.4.
    #expect((140...176).contains(right), "\(right) of 200")
  }

  private static func squaredDistance(_ first: [Float], _ second: [Float]) -> Float {
    var sum: Float = 0
    for index in first.indices {
      let difference = first[index] - second[index]
      sum += difference * difference
    }
    return sum
  }

  @Test func `a negative count of digits is refused`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Digits.generated(count: -1)
    }
    #expect(standardError(of: result).contains("a count of digits cannot be negative; got -1"))
  }
}
