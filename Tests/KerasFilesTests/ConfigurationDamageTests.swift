import Layers
import Support
import Testing

@testable import KerasFiles

/// Configurations that no Keras writes: refused with a cause, and never more memory or time than is allowed.
@Suite struct ConfigurationDamageTests {
  /// A model of a configuration in Keras 2's form, whose layers are given as JSON.
  private static func model(
    _ layers: [String], inputs: String = #"[["in",0,0]]"#, outputs: String, limits: KerasLimits? = nil
  ) throws(KerasFileError) -> Model {
    let input =
      #"{"class_name":"InputLayer","name":"in","inbound_nodes":[],"config":{"name":"in","batch_input_shape":[null,4,4,2]}}"#
    let text =
      #"{"class_name":"Functional","config":{"name":"m","input_layers":\#(inputs),"output_layers":\#(outputs),"#
      + #""layers":[\#(([input] + layers).joined(separator: ","))]}}"#
    return try read(text, limits: limits)
  }

  private static func read(_ text: String, limits: KerasLimits? = nil) throws(KerasFileError) -> Model {
    try Model(
      KerasReading(
        of: text, version: "2.21.0", source: "m.h5",
        limits: limits ?? KerasLimits(weights: 1 << 16)))
  }

  /// A layer of Keras 2, called once for each list of inputs.
  private static func layer(
    _ className: String, _ name: String, _ options: String = "", calls: [String]
  ) -> String {
    #"{"class_name":"\#(className)","name":"\#(name)","config":{"name":"\#(name)"\#(options)},"inbound_nodes":["#
      + calls.map { "[\($0)]" }.joined(separator: ",") + "]}"
  }

  private static let toInput = #"["in",0,0,{}]"#

  private static func message(_ body: () throws -> Model) -> String {
    #expect(throws: KerasFileError.self) { try body() }?.description ?? ""
  }

  @Test func `a plain model is read`() throws {
    let layer = Self.layer("Dense", "d", #","units":3"#, calls: [Self.toInput])
    #expect(try Self.model([layer], outputs: #"["d",0,0]"#).outputNames == ["d"])
  }

  @Test(arguments: [
    (#"{"class_name": "Sequential", "config": }"#, "byte 39 is not as in JSON: expected a value"),
    (#"{"a": 1, "a": 2}"#, "byte 12 is not as in JSON: expected another name"),
    (String(repeating: "[", count: 300), "byte 200 is not as in JSON: expected at most 200 values inside"),
    (#"{"a": "\ud800"}"#, "expected a character of two UTF-16 units"),
    (#"{"class_name": "Ours", "config": {}}"#, "the model is of the class Ours, and not a Sequential or"),
    (#"{"class_name": "Sequential", "config": {"name": "s", "layers": []}}"#, "it has no layers; add some"),
    (
      #"{"class_name": "Sequential", "config": {"name": "s"}}"#, "it has no list of layers; the configuration"
    ),
    (#"{"class_name": "Functional", "config": {"name": "s", "layers": []}}"#, "its input_layers are no list"),
  ]) func `a text that is no configuration is refused`(text: String, message: String) {
    let found = Self.message { try Self.read(text) }
    #expect(found.contains(message), "\(found)")
  }

  @Test func `calls that lead nowhere are refused`() {
    let relu = Self.layer("ReLU", "a", calls: [#"["b",0,0,{}]"#])
    let cycle = relu + "," + Self.layer("ReLU", "b", calls: [#"["a",0,0,{}]"#])
    #expect(Self.message { try Self.model([cycle], outputs: #"["a",0,0]"#) }.contains("needs its own output"))
    #expect(
      Self.message { try Self.model([relu], outputs: #"["a",0,0]"#) }.contains(
        "refers to \"b\", which is neither"))
    let plain = Self.layer("ReLU", "a", calls: [Self.toInput])
    #expect(
      Self.message { try Self.model([plain], outputs: #"["a",7,0]"#) }.contains(
        "call 7 of \"a\", which has 1"))
    #expect(
      Self.message { try Self.model([plain, plain], outputs: #"["a",0,0]"#) }.contains(
        "two layers of the name \"a\""))
    let numbered = Self.layer("ReLU", "a", calls: [#"["in",0,3,{}]"#])
    #expect(
      Self.message { try Self.model([numbered], outputs: #"["a",0,0]"#) }.contains(
        "another output of a layer"))
    #expect(
      Self.message { try Self.model([plain], inputs: #"[["a",0,0]]"#, outputs: #"["a",0,0]"#) }
        .contains("is an input of the model and no InputLayer"))
  }

  @Test func `sizes are refused before memory is taken`() {
    func found(_ className: String, _ options: String, _ limits: KerasLimits? = nil) -> String {
      let layer = Self.layer(className, "a", options, calls: [Self.toInput])
      return Self.message { try Self.model([layer], outputs: #"["a",0,0]"#, limits: limits) }
    }
    #expect(found("Dense", #","units":1048576"#).contains("weights, and the file holds 65536"))
    #expect(
      found("Dense", #","units":99999999999"#).contains("its units is 99999999999; expected whole numbers"))
    #expect(
      found("UpSampling2D", #","size":[16777216,16777216]"#).contains("expected at most 134217728 elements"))
    #expect(
      found("ZeroPadding2D", #","padding":[[0,16777216],[0,0]]"#).contains("expected at most 134217728"))
    #expect(found("Reshape", #","target_shape":[-1,-1]"#).contains("its target_shape is [-1, -1]"))
    var limits = KerasLimits(weights: 1 << 16)
    limits.work = 10_000
    #expect(found("ReLU", "", limits).contains("takes more than 10000 multiplications"))
  }

  @Test func `models inside one another take no more work than is allowed`() {
    // Each calls the one inside twice: forty of them would call the innermost layer 2⁴⁰ times.
    var inner = Self.layer("ReLU", "r", calls: [Self.toInput])
    var name = "r"
    for level in 0..<30 {
      let input =
        #"{"class_name":"InputLayer","name":"in","inbound_nodes":[],"config":{"name":"in","batch_input_shape":[null,4,4,2]}}"#
      let add = Self.layer("Add", "add", calls: [#"["\#(name)",0,0,{}],["\#(name)",1,0,{}]"#])
      let options =
        #","input_layers":[["in",0,0]],"output_layers":[["add",0,0]],"layers":[\#(input),\#(inner),\#(add)]"#
      name = "m\(level)"
      inner = Self.layer("Functional", name, options, calls: [Self.toInput, Self.toInput])
    }
    inner = inner.replacing(
      #""inbound_nodes":[[["in",0,0,{}]]]"#, with: #""inbound_nodes":[[["in",0,0,{}]],[["in",0,0,{}]]]"#)
    var limits = KerasLimits(weights: 1)
    limits.work = 1 << 28
    let found = Self.message { try Self.model([inner], outputs: #"["m29",0,0]"#, limits: limits) }
    #expect(found.contains("multiplications an example up to here"), "\(found)")
  }

  @Test func `options that are not known are refused unless they are off`() throws {
    func model(_ options: String) throws -> Model {
      try Self.model([Self.layer("ReLU", "a", options, calls: [Self.toInput])], outputs: #"["a",0,0]"#)
    }
    _ = try model(#","sharpened":false,"seed":7,"a_initializer":{"class_name":"Zeros"}"#)
    let found = Self.message { try model(#","sharpened":2"#) }
    #expect(found.contains("it has the option sharpened of 2, which is not known here"), "\(found)")
  }

  @Test func `names that could control a terminal are refused`() {
    let layer = Self.layer("ReLU", #"a\u001b[2J"#, calls: [Self.toInput])
    let found = Self.message { try Self.model([layer], outputs: #"["a",0,0]"#) }
    #expect(found.contains(#"the name "a\u{1b}[2J" is empty, has invisible characters"#), "\(found)")
  }

  /// Numbers and words in place of others: whatever comes of it is a model or an error.
  @Test func `damaged configurations are refused or read, and stop nothing`() {
    let texts = ConfigurationTests.models.map(\.configuration).map { Array($0.utf8) }
    let others = [
      "0", "-1", "1", "2", "7", "16777216", "1e300", "null", "true", "\"\"", "[]", "{}", "[0,0]", "in0",
    ]
    var generator = SeededGenerator(seed: 17)
    var limits = KerasLimits(weights: 1 << 12, outputs: 1 << 12)
    limits.work = 1 << 24
    var refused = 0
    for round in 0..<600 {
      var text = texts[round % texts.count]
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let begin = Int.random(in: 0..<text.count, using: &generator)
        // From a separator to the next: a name, a number or a word.
        guard let first = text[begin...].firstIndex(where: { [0x3A, 0x2C, 0x5B].contains($0) }),
          let end = text[(first + 1)...].firstIndex(where: { [0x2C, 0x5D, 0x7D].contains($0) })
        else { continue }
        let other = others[Int.random(in: 0..<others.count, using: &generator)]
        text.replaceSubrange((first + 1)..<end, with: Array(other.utf8))
      }
      do throws(KerasFileError) {
        _ = try Self.read(String(decoding: text, as: UTF8.self), limits: limits)
      } catch { refused += 1 }
    }
    #expect(refused > 100)
  }
}
