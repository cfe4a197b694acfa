import FixedPoint
import Quantizers
import Tensors
import Testing

@Suite struct PyTorchOracleTests {
  struct Case {
    let channels: Int
    let inner: Int
    let quantizers: [AffineQuantizer]
    let (x, upstream): ([Float], [Float])
    let (y, dx): ([Float], [Float])

    init(_ fields: [Substring]) throws {
      let (first, last) = (try #require(Int32(fields[0])), try #require(Int32(fields[1])))
      (channels, inner) = (try #require(Int(fields[2])), try #require(Int(fields[3])))
      quantizers = try zip(OracleCases.floats(fields[4]), fields[5].split(separator: ",")).map {
        try AffineQuantizer(
          scale: $0, zeroPoint: try #require(Int32($1)), quantizedRange: first...last)
      }
      let floats = fields[6...8].map(OracleCases.floats)
      (x, upstream, y) = (floats[0], floats[1], floats[2])
      dx = OracleCases.gradients(fields[9], upstream: upstream)
    }

    var shape: [Int] { channels == 0 ? [x.count] : [x.count / channels / inner, channels, inner] }

    func quantizer(_ element: Int) -> AffineQuantizer {
      quantizers[element / inner % quantizers.count]
    }
  }

  static func cases() throws -> [Case] { try OracleCases.lines(of: "pytorch").map(Case.init) }

  @Test func `fake quantization equals PyTorch's bit for bit`() throws {
    var elements = 0
    for each in try Self.cases() {
      let x = Tensor(each.x, shape: each.shape).tracked()
      let y =
        each.channels == 0
        ? x.fakeQuantizedAsPyTorch(by: each.quantizers[0])
        : x.fakeQuantizedAsPyTorch(by: each.quantizers, axis: 1)
      #expect(OracleCases.firstDifference(y.values, each.y) == nil, "\(each)")
      let gradients = (y * Tensor(each.upstream, shape: each.shape)).sum().gradients(of: [x])
      #expect(OracleCases.firstDifference(gradients[0].values, each.dx) == nil, "\(each)")
      elements += each.x.count
    }
    #expect(elements >= 44_000)
  }

  @Test func `the scalar fake quantizer equals PyTorch's bit for bit`() throws {
    for each in try Self.cases() {
      let y = each.x.enumerated().map {
        FakeQuantizer(pyTorch: each.quantizer($0)).roundTrip($1)
      }
      let dx = each.x.enumerated().map {
        FakeQuantizer(pyTorch: each.quantizer($0)).gradient(at: $1, upstream: each.upstream[$0])
      }
      #expect(OracleCases.firstDifference(y, each.y) == nil, "\(each)")
      #expect(OracleCases.firstDifference(dx, each.dx) == nil, "\(each)")
    }
  }

  @Test func `numbers beyond PyTorch's integers saturate`() throws {
    let quantizer = try AffineQuantizer(scale: 0.1, zeroPoint: 3)
    let x = Tensor([3e38, -3e38, .infinity, -.infinity, .nan, 1e9], shape: [6])
    let y = x.fakeQuantizedAsPyTorch(by: quantizer).values
    let (low, high) = quantizer.realRange
    #expect(Array(y[0..<4]) == [high, low, high, low] && y[4].isNaN && y[5] == high)
  }
}
