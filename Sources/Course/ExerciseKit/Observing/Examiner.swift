import CProcess
import Foundation
import Platform
import Support

/// Answers the questions that a judge asks on descriptor 3, a socket, about some answers, and ends the process.
///
/// A line is the exercise and a question in JSON; a line back is what the answer gave. The exercise alone ends its
/// questions. The arguments of the process are the exercises, in the order in which they are asked.
///
/// Each answer runs in a child that is forked when its turn comes, so that none finds what another has left in memory,
/// and the program is loaded once. Its end is told in a line of its own, see ``AnswerEnd``. Where a process with
/// Foundation in it cannot be forked, the first answer runs in this process, which ends with it.
///
/// This process knows no right answer: the judge, which is another one, compares.
public func examine(_ answers: [ObservedAnswer]) -> Never {
  let arguments = CommandLine.arguments.dropFirst()
  let asked = arguments.compactMap { id in answers.first { $0.exercise.id == id } }
  guard !asked.isEmpty, asked.count == arguments.count else {
    print("usage: examiner <exercise> …, of \(answers.map(\.exercise.id).joined(separator: ", "))")
    print("It is run by `swift run qat check`, which tells what it found.")
    exit(2)
  }
  guard let judge = fdopen(3, "r") else {
    print("It is run by `swift run qat check`, which asks its questions.")
    exit(2)
  }
  let conversation = Conversation(judge)
  #if os(Linux)
    // What the first reply would load, the children find loaded.
    _ = try? Values<Float>(json: Values(Float(1)).json())
    for answer in asked {
      let end = conversation.answerInChild(answer)
      conversation.say(end.line)
    }
  #else
    conversation.answer(asked[0])
  #endif
  fflush(nil)
  _exit(0)
}

/// What the examiner's own end tells.
package enum Examiner {
  /// Its exit code where the system gives no process for an answer.
  package static let noProcess: Int32 = 70
}

/// How the process of an answer ended, as the examiner tells the judge.
package struct AnswerEnd: Hashable, Sendable {
  /// The signal that ended it; nil if it left by itself.
  package let signal: Int32?

  private static let word = "ended"

  init(signal: Int32?) { self.signal = signal }

  /// Reads the line that tells an end; nil for any other, such as an observation.
  package init?(line: Data) {
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    guard words.count == 2, words[0] == Self.word, let number = Int32(words[1]) else { return nil }
    signal = number == 0 ? nil : number
  }

  /// The line that tells the end.
  var line: Data { Data("\(Self.word) \(signal ?? 0)".utf8) }
}

/// The examiner's end of the conversation with the judge.
private final class Conversation {
  private let judge: UnsafeMutablePointer<FILE>
  private let replies = FileHandle(fileDescriptor: 3, closeOnDealloc: false)

  init(_ judge: UnsafeMutablePointer<FILE>) { self.judge = judge }

  /// Sends the judge a line; a judge that has gone ends this process.
  func say(_ line: Data) {
    do { try replies.write(contentsOf: line + [UInt8(ascii: "\n")]) } catch { _exit(1) }
  }

  /// Answers the questions of an exercise up to the line that ends them, or to the end of the conversation.
  func answer(_ answer: ObservedAnswer) {
    var (line, capacity): (UnsafeMutablePointer<CChar>?, Int) = (nil, 0)
    while case let count = getline(&line, &capacity, judge), count > 0, let line {
      let parts = Data(bytes: line, count: count - 1).split(
        separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
      // A line for another exercise is one that its process has not read any more.
      guard parts[0] == Data(answer.exercise.id.utf8) else { continue }
      guard parts.count > 1 else { return }
      do {
        say(try answer.reply(to: parts[1]))
      } catch {
        stop("a question that does not fit exercise \(answer.exercise.id): \(error)")
      }
    }
  }

  /// The same in a child; gives how it ended.
  func answerInChild(_ answer: ObservedAnswer) -> AnswerEnd {
    var work: () -> Void = { self.answer(answer) }
    var signal: Int32 = 0
    let failure = withUnsafeMutablePointer(to: &work) {
      qat_run_in_child({ $0?.assumingMemoryBound(to: (() -> Void).self).pointee() }, $0, &signal)
    }
    if failure != 0 { _exit(Examiner.noProcess) }
    return AnswerEnd(signal: signal == 0 ? nil : signal)
  }
}
