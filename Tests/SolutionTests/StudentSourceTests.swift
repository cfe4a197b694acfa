import ExerciseKit
import Testing

/// What a student's file says to the compiler is read without its comments and strings.
@Suite struct StudentSourceTests {
  private static let right = "public enum Ex0101: Exercise0101 { static func f() { return 1 } }"

  @Test(arguments: [
    "throw Todo(\"01.1\")", "throw Todo( \"01.1\" )", "/* right? */ throw Todo(\"01.1\")",
    "let x = \"/*\"\nthrow Todo(\"01.1\")\nlet y = \"*/\"", "let x = \"// \"; throw Todo(\"01.1\")",
    "/* a /* b */ c */ throw Todo(\"01.1\")", "let x = #\"\\\"#; throw Todo(\"01.1\")",
    "let x = \"\"\"\n  /*\n  \"\"\"\nthrow Todo(\"01.1\")", "let x = \"\\(\"/*\")\"; throw Todo(\"01.1\")",
    "let x = \"never closed\nthrow Todo(\"01.1\")", "print(\"\\(try f { throw Todo(\"01.1\") })\")",
    "let x = /\\d\"/\nthrow Todo(\"01.1\")", "let x = \"a \\\" /*\"; throw Todo(\"01.1\")",
  ])
  func `a Todo in the code waits`(_ code: String) {
    #expect(Exercise.scale.isUnsolved(in: "\(Self.right)\n\(code)\n"))
    #expect(!Exercise.zeroPoint.isUnsolved(in: code))
  }

  @Test(arguments: [
    "// throw Todo(\"01.1\")", "/* throw Todo(\"01.1\") */", "/* a /* throw */ Todo(\"01.1\") */",
    "/*\nthrow Todo(\"01.1\")\n*/", "let x = \"throw Todo(\\\"01.1\\\")\"",
    "let x = #\"throw Todo(\"01.1\")\"#",
    "let x = \"\"\"\n  throw Todo(\"01.1\")\n  \"\"\"", "let x = ##\"\"#; throw Todo(\"01.1\")\"##",
    "/* never closed",
    "throw Todo(\"01.2\")", "let x = \"\\(1) // \\\" throw Todo(\"; f(\"01.1\")", "myTodo(\"01.1\")", "",
  ])
  func `a Todo in a comment or a string does not`(_ code: String) {
    #expect(!Exercise.scale.isUnsolved(in: "\(Self.right)\n\(code)\n"))
  }

  @Test(arguments: [
    "enum Ex0102 {}", "public enum Ex0102: Exercise0102 {}", "final class Ex0102 {}",
    "typealias Ex0102 = Int",
    "private let x = 1\nstruct Ex0102 {}", "private import Foundation\nenum Ex0102 {}",
    "/* private */ enum Ex0102 {}", "func f() {}\nactor Ex0102 {}",
    "private enum Mine {}\nenum Ex0102 {}", "extension Int { enum A {} }\nindirect enum Ex0102 {}",
  ])
  func `another exercise's answer is found where all files see it`(_ code: String) {
    #expect(Exercise.scale.redeclared(in: "\(Self.right)\n\(code)\n") == [.zeroPoint])
    #expect(Exercise.zeroPoint.redeclared(in: code) == [])
  }

  @Test(arguments: [
    "private enum Ex0102 {}", "fileprivate final class Ex0102 {}", "enum Mine { enum Ex0102 {} }",
    "// enum Ex0102 {}", "let x = \"enum Ex0102 {}\"", "let x = Ex0102.zeroPoint(low: -1, scale: 1)",
    "enum Ex01022 {}",
    "extension Ex0102 { static var twice: Int { 2 } }", "func f(_ x: Ex0102.Type) {}",
  ])
  func `it is not where only this file sees it`(_ code: String) {
    #expect(Exercise.scale.redeclared(in: "\(Self.right)\n\(code)\n") == [])
  }

  @Test func `what an exercise bans is found as a member in the code`() {
    for code in ["x.clipped(min: a, max: b)", "x\n  .clipped(min: a, max: b)", "x.relu6()"] {
      #expect(Exercise.clipCall.bannedMember(in: code) != nil, "\(code)")
    }
    for code in [
      "// x.clipped(min: a)", "func clipped() {}", "clipped(x)", "x.clippedByHand()", "\"x.clipped\"",
    ] {
      #expect(Exercise.clipCall.bannedMember(in: code) == nil, "\(code)")
    }
    #expect(Exercise.learnedMax.bannedMember(in: "x.clipped(min: a, max: b)") == nil)
  }
}
