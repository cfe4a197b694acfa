import ExerciseKit

/// Checks an answer to exercise 10.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise1002).Type) throws -> [Finding] {
  try Examination<Question1002, [Float]>(
    exercise: .rawScales,
    questions: [
      part([[0.1]], lead: 0, gap: 2, field: 0), part([nil, nil, [0.25, 0.5]], lead: 2, gap: 0, field: 2),
      part([[0.5], nil, [2]], lead: 0, gap: 2, field: 1),
      part([[0.5], [0.75, 1, 3]], lead: 4, gap: 0, field: 1),
      part([[0.125, 0.1]], lead: 6, gap: 4, field: 3),
      part([nil, [0.02], [0.3, 0.2]], lead: 0, gap: 6, field: 1),
      part([[0.7], [], [0.004]], lead: 8, gap: 2, field: 2), part([nil, [0.6]], lead: 2, gap: 0, field: 0),
      part([nil, nil, nil, [0.01, 0.02, 0.03]], lead: 12, gap: 0, field: 3),
      // Behind the vtable the table begins at once, with a number that leads to the second list if taken for an entry.
      part([[0.125], [0.1, 0.4]], lead: 0, gap: 0, field: 2),
    ],
    wording: { question in
      let bytes = question.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
      return "scales(in: \(bytes), table: \(question.table), field: \(question.field))"
    },
    right: { found($0) ?? [] }, same: areClose, written: { $0.isEmpty ? "no scale" : "\($0)" },
    misconceptions: aboutTheWay() + aboutTheList(),
    otherwise: { question in
      let bytes = Bytes(question.bytes)
      let vtable = question.table - (bytes.number(question.table, 4) ?? 0)
      return "The vtable begins at byte \(vtable), so the entry of field \(question.field) would be at byte "
        + "\(vtable + 4 + 2 * question.field)."
    }
  ).findings { try answer.scales(in: $0.bytes, table: $0.table, field: $0.field) }
}

private typealias Question1002 = (bytes: [UInt8], table: Int, field: Int)

/// A part of a file: `lead` bytes, a vtable, a gap, a table with fields of which some are absent, and their lists.
private func part(_ fields: [[Float]?], lead: Int, gap: Int, field: Int) -> Question1002 {
  func little(_ number: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
  let listSize = 4 + 2 * fields.count
  let table = lead + listSize + gap
  let present = fields.count { $0 != nil }
  // What is in front is no vtable, and what looks at it finds nothing of use.
  var bytes = [UInt8](repeating: 0x55, count: lead) + little(listSize, 2) + little(4 + 4 * present, 2)
  var (offset, list, heads, lists) = (4, table + 4 + 4 * present, [UInt8](), [UInt8]())
  for scales in fields {
    guard let scales else {
      bytes += little(0, 2)
      continue
    }
    bytes += little(offset, 2)
    heads += little(list - table - offset, 4)
    lists += little(scales.count, 4) + scales.flatMap { little(Int($0.bitPattern), 4) }
    offset += 4
    list += 4 + 4 * scales.count
  }
  bytes += [UInt8](repeating: 0, count: gap) + little(table - lead, 4) + heads + lists
  return (bytes, table, field)
}

/// Bytes, some of which may not be there.
private struct Bytes {
  let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The number of some bytes from a place on, the lowest first; nil if they are not all there.
  func number(_ at: Int, _ width: Int, highestFirst: Bool = false) -> Int? {
    guard at >= 0, at + width <= bytes.count else { return nil }
    let own = bytes[at..<at + width]
    return (highestFirst ? Array(own) : own.reversed()).reduce(0) { $0 << 8 | Int($1) }
  }
}

/// The way to the scales, with a wrong turn; nil where it leaves the bytes.
private func found(
  _ question: Question1002, ahead: Bool = false, header: Int = 4, width: Int = 2, fromTable: Bool = false,
  skip: Int = 4, highestFirst: Bool = false, looksForAbsence: Bool = true
) -> [Float]? {
  let bytes = Bytes(question.bytes)
  guard let distance = bytes.number(question.table, 4) else { return nil }
  let vtable = ahead ? question.table + distance : question.table - distance
  guard let size = bytes.number(vtable, 2) else { return nil }
  let entry = header + width * question.field
  if looksForAbsence, entry >= size { return [] }
  guard let offset = bytes.number(vtable + entry, 2) else { return nil }
  if looksForAbsence, offset == 0 { return [] }
  let field = question.table + offset
  guard let distance = bytes.number(field, 4) else { return nil }
  let list = (fromTable ? question.table : field) + distance
  guard let count = bytes.number(list, 4), count < 100 else { return nil }
  var scales: [Float] = []
  for index in 0..<count {
    guard let bits = bytes.number(list + skip + 4 * index, 4, highestFirst: highestFirst) else { return nil }
    scales.append(Float(bitPattern: UInt32(bits)))
  }
  return scales
}

private func aboutTheWay() -> [Misconception<Question1002, [Float]>] {
  [
    Misconception("sizes-not-skipped") {
      found($0, header: 0)
    } because: { _ in
      "You looked for field 0 at the vtable's beginning. There are two sizes first, of two bytes each."
    },
    Misconception("size-not-skipped") {
      found($0, header: 2)
    } because: { _ in
      "You skipped one size of the vtable. There are two: its own, and the table's."
    },
    Misconception("one-byte-a-field") {
      found($0, width: 1)
    } because: { _ in
      "You moved one byte on for each field. An entry of the vtable has two."
    },
    Misconception("list-counted-from-table") {
      found($0, fromTable: true)
    } because: { _ in
      "You counted the list's place from the table. An offset counts from where it stands: from the field."
    },
    Misconception("absence-overlooked") {
      found($0, looksForAbsence: false)
    } because: { _ in
      "The table does not have this field: its entry is 0, or the vtable ends before it. Yours followed it all the same."
    },
  ]
}

private func aboutTheList() -> [Misconception<Question1002, [Float]>] {
  [
    Misconception("count-read-as-scale") {
      found($0, skip: 0)
    } because: { _ in
      "Your first scale is the list's count, read as a float. The scales begin four bytes later."
    },
    Misconception("highest-byte-first") {
      found($0, highestFirst: true)
    } because: { _ in
      "You read a scale with its highest byte first. Its lowest byte comes first."
    },
    Misconception("first-scale-only") {
      found($0).map { Array($0.prefix(1)) }
    } because: { _ in
      "You gave the first scale alone. The list has as many as its count says."
    },
    Misconception("last-scale-left-out") {
      found($0).map { Array($0.dropLast()) }
    } because: { _ in
      "The last scale is missing. The count in front of the list does not count itself."
    },
  ]
}
