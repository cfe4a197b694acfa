// examiner 01.1: runs the student's answer to an exercise, and says what it gives.
//
// The answer may crash, or never end: `qat` builds this program and runs it confined. A line on descriptor 3, a socket,
// is a question in JSON; a line back is what the answer gave. This program knows no right answer: `qat` judges.

import ExerciseKit
import Foundation
import Platform

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 1, let id = arguments.first, let answer = StudentAnswer.of(id) else {
  print("usage: examiner <exercise>, one of \(StudentAnswer.all.map(\.exercise.id).joined(separator: ", "))")
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
  let reply = try answer.reply(to: Data(bytes: line, count: count))
  try replies.write(contentsOf: reply + [UInt8(ascii: "\n")])
}
fflush(nil)
_exit(0)
