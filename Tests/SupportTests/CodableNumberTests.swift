import Foundation
import Support
import Testing

@Suite struct CodableNumberTests {
  struct Plain: Codable, Equatable {
    var number = 1.5
    var float: Float = 0.1
    var list = [1.0, -2]
    var optional: Double?
    var range = 0.0...1
    var table: [[Float]] = [[1], []]
  }

  struct Wrapped: Codable, Equatable {
    @CodableNumber var number = 1.5
    @CodableNumber var float: Float = 0.1
    @CodableNumber var list = [1.0, -2]
    @CodableNumber var optional: Double?
    @CodableNumber var range = 0.0...1
    @CodableNumber var table: [[Float]] = [[1], []]
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  @Test func `finite numbers are written as they are without the wrapper`() throws {
    #expect(try json(Wrapped()) == json(Plain()))
    #expect(try json(Wrapped(optional: 2)) == json(Plain(optional: 2)))
    let data = Data(try json(Plain(optional: 0.25)).utf8)
    #expect(try JSONDecoder().decode(Wrapped.self, from: data) == Wrapped(optional: 0.25))
    #expect(try JSONDecoder().decode(Wrapped.self, from: Data(json(Plain()).utf8)) == Wrapped())
  }

  @Test func `numbers that are not finite are written as texts and read again`() throws {
    let wild = Wrapped(
      number: -.infinity, float: .infinity, list: [.infinity, 0], optional: .infinity,
      range: -.infinity ... .infinity, table: [[-.infinity]])
    let text = try json(wild)
    #expect(
      text.contains(#""number":"-Infinity""#) && text.contains(#""range":["-Infinity","Infinity"]"#),
      "\(text)")
    #expect(try JSONDecoder().decode(Wrapped.self, from: Data(text.utf8)) == wild)
    let nan = try JSONDecoder().decode(Wrapped.self, from: Data(json(Wrapped(number: .nan)).utf8))
    #expect(nan.number.isNaN && nan.float == 0.1)
  }

  @Test(arguments: [
    #""number":"big""#, #""number":null"#, #""range":[1,0]"#, #""range":["NaN",0]"#, #""list":[true]"#,
  ])
  func `other texts are refused`(_ part: String) throws {
    let key = part.prefix { $0 != ":" }
    let whole = try json(Plain()).replacing(try Regex("\(key):(\\[[^\\]]*\\]|[^,}]*)"), with: part)
    #expect(whole.contains(part))
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Wrapped.self, from: Data(whole.utf8)) }
  }
}
