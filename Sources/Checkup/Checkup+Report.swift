extension Checkup {
  /// The lines of a report about what was looked at, and whether all that is needed is there.
  public static func report(on equipment: [Equipment]) -> (lines: [String], isComplete: Bool) {
    let missing = equipment.filter { $0.found == nil && $0.isNeeded }
    let prefix = "sudo apt-get install -y "
    let packages = missing.map(\.remedy).filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
    var lines = equipment.map(\.description) + [""]
    if missing.isEmpty {
      lines.append("Nothing that is needed is missing: swift run lesson-01")
    } else {
      lines.append("Missing: \(missing.map(\.name).joined(separator: ", "))")
      if packages.count > 1 { lines.append("At once: \(prefix)\(packages.joined(separator: " "))") }
    }
    return (lines, missing.isEmpty)
  }
}
