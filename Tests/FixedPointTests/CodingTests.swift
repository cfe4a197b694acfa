import FixedPoint
import Foundation
import Testing

@Suite struct CodingTests {
  @Test func `an encoded quantizer is decoded unchanged`() throws {
    let quantizer = try AffineQuantizer(covering: (-0.1, 0.7), bitWidth: 5, rounding: .halfUp)
    let text = try JSONEncoder().encode(quantizer)
    #expect(try JSONDecoder().decode(AffineQuantizer.self, from: text) == quantizer)
  }

  @Test func `decoding impossible numbers throws an error with the reason`() {
    let text = #"{"scale":-1,"zeroPoint":0,"quantizedRange":[-128,127],"rounding":"halfUp"}"#
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(AffineQuantizer.self, from: Data(text.utf8))
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("finite and above zero"))
  }

  @Test func `an encoded multiplier is decoded unchanged, and impossible parts throw`() throws {
    let multiplier = try FixedPointMultiplier(0.0037)
    let text = try JSONEncoder().encode(multiplier)
    #expect(try JSONDecoder().decode(FixedPointMultiplier.self, from: text) == multiplier)
    for bad in [#"{"mantissa":-1,"shift":0}"#, #"{"mantissa":1,"shift":31}"#] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(FixedPointMultiplier.self, from: Data(bad.utf8))
      }
    }
  }
}
