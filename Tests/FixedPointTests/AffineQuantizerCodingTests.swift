import FixedPoint
import Foundation
import Testing

@Suite struct AffineQuantizerCodingTests {
  @Test func whatIsWrittenIsReadBack() throws {
    let quantizer = try AffineQuantizer(covering: (-0.1, 0.7), bitWidth: 5, rounding: .halfUp)
    let text = try JSONEncoder().encode(quantizer)
    #expect(try JSONDecoder().decode(AffineQuantizer.self, from: text) == quantizer)
  }

  @Test func badNumbersAreRefusedWithTheirReason() {
    let text = #"{"scale":-1,"zeroPoint":0,"quantizedRange":[-128,127],"rounding":"halfUp"}"#
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(AffineQuantizer.self, from: Data(text.utf8))
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("finite and above zero"))
  }
}
