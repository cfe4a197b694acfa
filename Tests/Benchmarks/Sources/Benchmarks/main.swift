import Support

// Run with: swift run -c release --package-path Tests/Benchmarks benchmarks
// The time of each operation and its ratio to a memcpy of the same tensor. Other work on the machine
// disturbs both; look at the ratio.

var rows: [[String]] = []
for megabytes in [1, 16, 256] { rows += try FakeQuantBenchmark.rows(megabytes: megabytes) }
let table = TextTable(columns: ["tensor", "operation", "ms", "GB/s", "× memcpy"], rows: rows)
print(table.terminalLines().joined(separator: "\n"))
