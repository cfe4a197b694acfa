import Charting
import Testing

@Suite struct HistogramTests {
  private func histogram(_ mark: Mark) throws -> Mark.Histogram {
    guard case .histogram(let histogram) = mark else { throw ChartError.empty("not a histogram") }
    return histogram
  }

  @Test func `every value is counted once`() throws {
    let values = Gallery.normal(5000, seed: 1, standardDeviation: 2)
    #expect(try histogram(.histogram(values)).counts.reduce(0, +) == 5000)
    let buckets = Buckets(scale: 0.01, codes: -127...127)
    #expect(try histogram(.histogram(values, buckets: buckets)).counts.reduce(0, +) == 5000)
  }

  @Test func `values far beyond the buckets are counted`() throws {
    let buckets = Buckets(scale: 0.01, codes: -7...7)
    let found = try histogram(.histogram([-1e9, -2, 0, 0.3, 1e12], buckets: buckets))
    #expect(found.counts.reduce(0, +) == 5)
    #expect(zip(found.edges, found.edges.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `a value on an edge counts in the upper bin, on the last edge in the last bin`() throws {
    let found = try histogram(.histogram([0, 1, 1, 2, 3], bins: 3, range: 0...3))
    #expect(found.edges == [0, 1, 2, 3])
    #expect(found.counts == [1, 2, 2])
  }

  @Test func `values outside the range are left out`() throws {
    #expect(try histogram(.histogram([-5, 0.5, 9], bins: 1, range: 0...1)).counts == [1])
  }

  @Test func `equal values get a bin with a width`() throws {
    for value in [0, 3, -1e12, 1e-30] {
      let found = try histogram(.histogram([value, value], bins: 4))
      #expect(zip(found.edges, found.edges.dropFirst()).allSatisfy { $0 < $1 })
      #expect(found.counts.reduce(0, +) == 2)
    }
  }

  @Test func `a code is used if a value rounds to it`() throws {
    let values = Gallery.normal(300, seed: 2, standardDeviation: 0.3)
    let scale = 0.01
    let mark = Mark.histogram(values, buckets: Buckets(scale: scale, zeroPoint: 7, codes: -128...127))
    let used = try histogram(mark).buckets?.used
    let codes = Set(values.map { Int((Double($0) / scale).rounded()) + 7 })
    #expect(used == (-128...127).map { codes.contains($0) })
  }

  @Test func `values beyond the buckets take the first or the last code`() throws {
    // The buckets cover ±0.035: 5 is clipped to code 3, −5 to code −3, and 0 is code 0.
    let buckets = Buckets(scale: 0.01, codes: -3...3)
    let ends = try histogram(.histogram([-5.0, 0, 5], buckets: buckets)).buckets?.used
    #expect(ends == [true, false, false, true, false, false, true])
    let last = try histogram(.histogram([5.0, .infinity], buckets: buckets)).buckets?.used
    #expect(last == [false, false, false, false, false, false, true])
  }

  @Test func `bins and buckets are aligned`() throws {
    let values = Gallery.normal(500, seed: 3, standardDeviation: 0.4)
    for codes in [-127...127, -7...7, -1...1, -8192...8191] {
      let buckets = Buckets(scale: 1 / Double(codes.count), codes: codes)
      let found = try histogram(.histogram(values, buckets: buckets))
      #expect(found.edges.count <= 600)
      if codes.count <= 256 {
        #expect(buckets.edges.allSatisfy { edge in found.edges.contains { abs($0 - edge) < 1e-12 } })
      }
    }
  }

  @Test func `the edges of a bucket lie half a step from its code`() {
    let buckets = Buckets(scale: 0.5, zeroPoint: 1, codes: 0...2)
    // real = 0.5 × (code − 1): −0.5, 0, 0.5.
    #expect(buckets.edges == [-0.75, -0.25, 0.25, 0.75])
  }

  @Test func `a histogram without bins is refused`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Mark.histogram([1.0], bins: 0)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("a histogram needs at least one bin; got bins: 0"))
  }
}
