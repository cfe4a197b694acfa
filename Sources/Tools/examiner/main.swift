// examiner 01.1: checks the student's answer to an exercise, in this process.
//
// The answer may crash, or never end: `qat` builds this program, runs it confined, reads the verdict from the file
// behind descriptor 3, and reports it. This program prints only the questions asked, on standard error.

import ExerciseKit
import Foundation

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 1, let id = arguments.first, let answer = StudentAnswer.of(id) else {
  print("usage: examiner <exercise>, one of \(StudentAnswer.all.map(\.exercise.id).joined(separator: ", "))")
  print("It is run by `swift run qat check`, which tells what it found.")
  exit(2)
}
let verdict = try JSONEncoder().encode(Verdict(of: answer.check))
try FileHandle(fileDescriptor: 3, closeOnDealloc: false).write(contentsOf: verdict)
exit(Sandbox.finished)
