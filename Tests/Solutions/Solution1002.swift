import ExerciseKit

/// The reference solution of exercise 10.2.
public enum Solution1002: Exercise1002 {
  /// The answer.
  public static func scales(in bytes: [UInt8], table: Int, field: Int) throws -> [Float] {
    func u16(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
    func u32(_ at: Int) -> Int { u16(at) | u16(at + 2) << 16 }
    let vtable = table - u32(table)
    let entry = 4 + 2 * field
    guard entry < u16(vtable), u16(vtable + entry) != 0 else { return [] }
    let place = table + u16(vtable + entry)
    let list = place + u32(place)
    return (0..<u32(list)).map { Float(bitPattern: UInt32(u32(list + 4 + 4 * $0))) }
  }
}

/// Wrong answers to exercise 10.2, each named for its misunderstanding.
public enum Wrong1002 {
  /// The answers.
  public static let all: [WrongAnswer] =
    Walking.edits.filter { !$0.truths.isEmpty }.map { edit in
      var settings = Walking()
      edit.change(&settings)
      return WrongAnswer(edit.name, settings.observed)
    } + [
      WrongAnswer("wrong-value", ObservedAnswer(.rawScales) { (_: [UInt8], _: Int, _: Int) in [Float(7)] })
    ]
}

/// A way through a FlatBuffer, of which parts may be wrong; where it leaves the bytes, it reads zeros.
struct Walking: Sendable {
  var (header, width, skip) = (4, 2, 4)
  var (isAhead, fromVtable, fromTable, highestFirst) = (false, false, false, false)
  var looksForAbsence = true
  var takesEndForEntry = false
  var kept: @Sendable ([Float]) -> [Float] = { $0 }

  func scales(in bytes: [UInt8], table: Int, field: Int) -> [Float] {
    func number(_ at: Int, _ width: Int, highestFirst: Bool = false) -> Int {
      let own = (at..<at + width).map { bytes.indices.contains($0) ? Int(bytes[$0]) : 0 }
      return (highestFirst ? own : own.reversed()).reduce(0) { $0 << 8 | $1 }
    }
    let vtable = isAhead ? table + number(table, 4) : table - number(table, 4)
    let entry = header + width * field
    let end = number(vtable, 2) + (takesEndForEntry ? 1 : 0)
    if looksForAbsence, entry >= end || number(vtable + entry, 2) == 0 { return [] }
    let place = (fromVtable ? vtable : table) + number(vtable + entry, 2)
    let list = (fromTable ? table : place) + number(place, 4)
    return kept(
      (0..<min(number(list, 4), 20)).map {
        Float(bitPattern: UInt32(number(list + skip + 4 * $0, 4, highestFirst: highestFirst)))
      })
  }

  var observed: ObservedAnswer {
    ObservedAnswer(.rawScales) { (bytes: [UInt8], table: Int, field: Int) in
      scales(in: bytes, table: table, field: field)
    }
  }

  static let edits: [Edit<Walking>] = [
    Edit("sizes-not-skipped") { $0.header = 0 },
    Edit("size-not-skipped") { $0.header = 2 },
    Edit("one-byte-a-field") { $0.width = 1 },
    Edit(unnamed: "four bytes a field") { $0.width = 4 },
    Edit(unnamed: "vtable ahead") { $0.isAhead = true },
    Edit(unnamed: "field counted from the vtable") { $0.fromVtable = true },
    Edit("list-counted-from-table") { $0.fromTable = true },
    Edit("absence-overlooked") { $0.looksForAbsence = false },
    Edit(unnamed: "the end of the vtable taken for an entry") { $0.takesEndForEntry = true },
    Edit("count-read-as-scale") { $0.skip = 0 },
    Edit("highest-byte-first") { $0.highestFirst = true },
    Edit("first-scale-only") { $0.kept = { Array($0.prefix(1)) } },
    Edit("last-scale-left-out") { $0.kept = { Array($0.dropLast()) } },
    Edit(unnamed: "reversed") { $0.kept = { $0.reversed() } },
  ]
}
