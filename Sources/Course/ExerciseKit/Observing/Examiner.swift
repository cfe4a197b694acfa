import Foundation
import Platform
import Support

/// Answers the questions that a judge asks on descriptor 3, a socket, about one of some answers, and ends the process.
///
/// A line is a question in JSON; a line back is what the answer gave. This process knows no right answer: the judge,
/// which is another one, compares. The exercise is the process's only argument.
public func examine(_ answers: [ObservedAnswer]) -> Never {
  let arguments = CommandLine.arguments.dropFirst()
  guard arguments.count == 1, let answer = answers.first(where: { $0.exercise.id == arguments.first }) else {
    print("usage: examiner <exercise>, one of \(answers.map(\.exercise.id).joined(separator: ", "))")
    print("It is run by `swift run qat check`, which tells what it found.")
    exit(2)
  }
  guard let judge = fdopen(3, "r") else {
    print("It is run by `swift run qat check`, which asks its questions.")
    exit(2)
  }
  let replies = FileHandle(fileDescriptor: 3, closeOnDealloc: false)
  var (line, capacity): (UnsafeMutablePointer<CChar>?, Int) = (nil, 0)
  while case let count = getline(&line, &capacity, judge), count > 0, let line {
    do {
      let reply = try answer.reply(to: Data(bytes: line, count: count))
      try replies.write(contentsOf: reply + [UInt8(ascii: "\n")])
    } catch {
      stop("a question that does not fit exercise \(answer.exercise.id): \(error)")
    }
  }
  fflush(nil)
  _exit(0)
}
