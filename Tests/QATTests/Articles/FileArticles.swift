import QAT

extension Article {
  static func support(_ printer: Printer) throws {
    let print = printer.print
    // Article: Support
    var generator = SeededGenerator(seed: 1)
    print(generator.permutation(5))
    print(generator.uniform(-1, 1))

    var again = SeededGenerator(seed: 1)
    print(again.permutation(5))
    // Article: Support
    printer.endBlock()

    // Article: Support
    let model = SeededGenerator(seed: 1)
    var kernel = model.derived("kernel")
    var bias = model.derived("bias")
    print(kernel.below(100), kernel.below(100), bias.below(100))

    var biasAlone = model.derived("bias")
    print(biasAlone.below(100))
    // Article: Support
    printer.endBlock()

    // Article: Support
    let percent = NumberFormat.percent(2)
    let rows = [8, 4, 2].map { bits in
      ["\(bits)", percent.string(1 / Double(1 << bits))]
    }
    let table = TextTable(
      columns: ["bits", "a level's share of the range"], rows: rows)
    print(table.terminalLines().joined(separator: "\n"))
    // Article: Support
    printer.endBlock()
  }

  static func safetensors(_ printer: Printer) throws {
    let print = printer.print
    // Article: Safetensors
    let kernel: [Float] = [0.25, -0.5, 0.125]
    var file = SafetensorsFile(metadata: ["step": "300"])
    file.add(SafetensorsTensor("dense/kernel", shape: [3, 1], values: kernel))

    let bytes = file.encoded()
    // The header's length; it is below 256, so the first of eight bytes has it.
    let length = Int(bytes[0])
    print(String(decoding: bytes[8..<8 + length], as: UTF8.self))
    print(bytes.count - 8 - length, "bytes of data")
    // Article: Safetensors
    printer.endBlock()

    // Article: Safetensors
    let read = try SafetensorsFile(bytes: bytes)
    print(try read.floats("dense/kernel", shape: [3, 1]) == kernel)

    do {
      _ = try SafetensorsFile(bytes: Array(bytes.dropLast()))
    } catch {
      print(error)
    }
    // Article: Safetensors
    printer.endBlock()
  }

  static func pngFiles(_ printer: Printer) throws {
    let print = printer.print
    // Article: PNGFiles
    let signature: [UInt8] = [137, 80, 78, 71, 13, 10, 26, 10]
    let header: [UInt8] = [
      0, 0, 0, 13, 73, 72, 68, 82,  // 13 bytes of "IHDR":
      0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0,  // 2 by 1 pixels of 8 bits, grey
      209, 73, 32, 86,
    ]
    let text: [UInt8] = [
      0, 0, 0, 10, 116, 69, 88, 116,  // 10 bytes of "tEXt":
      84, 105, 116, 108, 101, 0, 83, 116, 101, 112,  // "Title", 0, "Step"
      72, 147, 210, 99,
    ]
    let pixels: [UInt8] = [
      0, 0, 0, 14, 73, 68, 65, 84,  // 14 bytes of "IDAT":
      120, 1, 1, 3, 0, 252, 255, 0, 0, 255, 1, 2, 1, 0,  // grey 0 and 255
      183, 1, 46, 247,
    ]
    let end: [UInt8] = [
      0, 0, 0, 0, 73, 69, 78, 68,  // 0 bytes of "IEND"
      174, 66, 96, 130,
    ]

    let image = try PNGImage(bytes: signature + header + text + pixels + end)
    print(image)
    print(image.pixels)
    print(image.texts[0].text)
    // Article: PNGFiles
    printer.endBlock()

    // Article: PNGFiles
    do {
      _ = try PNGImage(bytes: header + text + pixels + end)
    } catch {
      print(error)
    }
    // Article: PNGFiles
    printer.endBlock()
  }

  static func datasets(_ printer: Printer) throws {
    let print = printer.print
    // Article: Datasets
    let digits = Digits.generated(count: 100, seed: 1)
    print(digits)
    print(digits == Digits.generated(count: 100, seed: 1))

    let bytes = digits.bytes(of: 2)
    for row in stride(from: 4, to: 26, by: 2) {
      let line = bytes[28 * row + 2..<28 * row + 26]
      print(line.map { $0 > 100 ? "#" : "." }.joined())
    }
    print("label", digits.labels[2])
    // Article: Datasets
    printer.endBlock()

    // Article: Datasets
    var generator = SeededGenerator(seed: 1)
    let epoch = Batches(of: digits, size: 32, shuffledBy: &generator)
    print(epoch.map(\.count))
    let pixels = epoch[0].pixels
    print(pixels.count, pixels.min() ?? 0, pixels.max() ?? 0)
    print(epoch.flatMap(\.indices).sorted() == Array(0..<100))
    // Article: Datasets
    printer.endBlock()
  }
}
