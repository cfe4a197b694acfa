import Foundation

/// A student's answer as its process offers it to the judge: a question's arguments come in, what the answer gives goes
/// out.
///
/// What would be right is nowhere in that process: the judge, which is another one, compares. So an answer that writes
/// to the judge itself, or leaves the program, gives a value, right or wrong, and never a verdict.
public struct ObservedAnswer: Sendable {
  /// The exercise.
  public let exercise: Exercise
  private let observe: @Sendable (Data) throws -> Data

  /// Creates the answer from the function that it has to have, whose arguments and result are what JSON can hold.
  package init<each Argument: Codable & Sendable, Value: Codable & Sendable>(
    _ exercise: Exercise, _ call: @escaping @Sendable (repeat each Argument) throws -> Value
  ) {
    self.exercise = exercise
    observe = { request in
      let arguments = try Values<repeat each Argument>(json: request)
      let observation: Observation<Value>
      do {
        observation = .value(try call(repeat each arguments.values))
      } catch let todo as Todo {
        observation = .todo(todo.exercise)
      } catch {
        observation = .threw("\(error)")
      }
      return try observation.json()
    }
  }

  /// Asks the answer: what it gives for the arguments in a request, both as JSON in one line.
  ///
  /// - Throws: an error of the decoder if the request does not fit the exercise.
  public func reply(to request: Data) throws -> Data { try observe(request) }
}

/// What came of a question.
package enum Observation<Value: Codable>: Codable {
  /// The answer returned this value.
  case value(Value)
  /// The answer threw the stub's ``Todo`` of this exercise.
  case todo(String)
  /// The answer threw an error with this description.
  case threw(String)
}

/// Some values in an order, such as the arguments of a call: what a tuple is, and JSON can hold.
package struct Values<each Value: Codable>: Codable {
  /// The values.
  package let values: (repeat each Value)

  /// Creates the list of some values.
  package init(_ values: repeat each Value) { self.values = (repeat each values) }

  package init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    values = (repeat try container.decode((each Value).self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    repeat try container.encode(each values)
  }
}

extension Values: Sendable where repeat each Value: Sendable {}

extension Encodable {
  /// The value in a line of JSON, the same each time; infinities and NaN are words.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(self)
  }
}

extension Decodable {
  /// The value in a line of JSON.
  package init(json: Data) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try decoder.decode(Self.self, from: json)
  }
}
