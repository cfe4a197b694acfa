import FixedPoint
import Quantizers
import Tensors
import Testing

@Suite struct TensorFlowOracleTests {
  struct Case {
    let bitWidth: Int
    let narrowRange: Bool
    let channels: Int
    let (low, high): ([Float], [Float])
    let (x, upstream): ([Float], [Float])
    let (y, dx): ([Float], [Float])
    let (dmin, dmax): ([Float], [Float])
    let sumsAreExact: Bool

    init(_ fields: [Substring]) throws {
      bitWidth = try #require(Int(fields[0]))
      narrowRange = fields[1] == "1"
      channels = try #require(Int(fields[2]))
      let floats = fields[3...7].map(OracleCases.floats)
      (low, high) = (floats[0], floats[1])
      (x, upstream, y) = (floats[2], floats[3], floats[4])
      dx = OracleCases.gradients(fields[8], upstream: upstream)
      (dmin, dmax) = (OracleCases.floats(fields[9]), OracleCases.floats(fields[10]))
      sumsAreExact = fields[11] == "="
    }

    var shape: [Int] { channels == 0 ? [x.count] : [x.count / channels, channels] }

    func end(_ values: [Float]) -> Tensor {
      Tensor(values, shape: channels == 0 ? [] : [channels]).tracked()
    }

    func sumsAgree(_ ours: [Float], _ theirs: [Float]) -> Bool {
      if sumsAreExact { return OracleCases.firstDifference(ours, theirs) == nil }
      return zip(ours, theirs).allSatisfy { abs($0 - $1) <= 1e-5 * abs($1) }
    }
  }

  static func cases() throws -> [Case] { try OracleCases.lines(of: "tensorflow").map(Case.init) }

  @Test func `fake quantization equals TensorFlow's bit for bit`() throws {
    var elements = 0
    for each in try Self.cases() {
      let x = Tensor(each.x, shape: each.shape).tracked()
      let (min, max) = (each.end(each.low), each.end(each.high))
      let y = x.fakeQuantized(min: min, max: max, bitWidth: each.bitWidth, narrowRange: each.narrowRange)
      #expect(OracleCases.firstDifference(y.values, each.y) == nil, "\(each)")
      let gradients = (y * Tensor(each.upstream, shape: each.shape)).sum().gradients(of: [x, min, max])
      #expect(OracleCases.firstDifference(gradients[0].values, each.dx) == nil, "\(each)")
      #expect(each.sumsAgree(gradients[1].values, each.dmin), "min \(each): \(gradients[1].values)")
      #expect(each.sumsAgree(gradients[2].values, each.dmax), "max \(each): \(gradients[2].values)")
      elements += each.x.count
    }
    #expect(elements >= 78_000)
  }

  @Test func `the scalar fake quantizer equals TensorFlow's bit for bit`() throws {
    for each in try Self.cases() {
      let grids = zip(each.low, each.high).map {
        FakeQuantizer(
          NudgedRange(low: $0, high: $1, bitWidth: each.bitWidth, narrowRange: each.narrowRange),
          perChannel: each.channels > 0)
      }
      let y = each.x.enumerated().map { grids[$0 % grids.count].roundTrip($1) }
      let dx = each.x.enumerated().map {
        grids[$0 % grids.count].gradient(at: $1, upstream: each.upstream[$0])
      }
      #expect(OracleCases.firstDifference(y, each.y) == nil, "\(each)")
      #expect(OracleCases.firstDifference(dx, each.dx) == nil, "\(each)")
    }
  }
}
