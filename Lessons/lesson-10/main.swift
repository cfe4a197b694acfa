//: # 10. Out into the world
//:
//: A trained model lives in the memory of the program that trained it. A
//: phone, a doorbell or a colleague's computer has none of that program: it
//: gets a file. **What must stand in a file so that a stranger, who has
//: never seen our code, computes the same codes to the last one?**

import Charting
import FixedPoint
import IntegerInference
import KerasFiles
import LessonKit
import ONNXFiles
import QAT
import Support
import TFLiteFiles

let seed = lesson.options.seed
let folder = try ScratchFolder()

//: ## Five numbers, by hand
//:
//: Five weights, 0.1, −0.2, 0.3, −0.4 and 0.5, are to be stored in 4 bits
//: each. With the scale 0.1 they have the codes 1, −2, 3, −4 and 5. A byte
//: has 8 bits, so two codes share one. Which of the two sits where? This
//: lesson writes files of two formats, .tflite and ONNX. Both put the
//: *earlier* code into the *lower* half of the byte. A negative code is
//: stored as 16 plus the code: −2 as 14, which is `1110`. (What this
//: lesson calls and does not show, `bits` and `hex` for example, stands
//: beside `main.swift`: in `Bytes.swift`, `Models.swift` and
//: `Runtimes.swift`.)

let five: [Int8] = [1, -2, 3, -4, 5]
func packed(_ codes: [Int8]) -> [UInt8] {
  stride(from: 0, to: codes.count, by: 2).map { index in
    let low = UInt8(bitPattern: codes[index]) & 15
    let high =
      index + 1 < codes.count
      ? UInt8(bitPattern: codes[index + 1]) << 4 : 0
    return low | high
  }
}
let threeBytes = packed(five)
table(
  "two codes a byte", of: threeBytes.indices,
  columns: ["codes", "their bits", "the byte's bits", "the byte"]
) { index in
  let codes = five[(2 * index)..<min(2 * index + 2, five.count)]
  return [
    codes.map { $0 < 0 ? "−\(-$0)" : "\($0)" }.joined(separator: ", "),
    codes.map { bits(UInt8(bitPattern: $0) & 15, 4) }
      .joined(separator: ", "),
    bits(threeBytes[index]), hex([threeBytes[index]]),
  ]
}
claim(hex(threeBytes) == "e1 c3 05", "the three bytes are e1 c3 05")

//: Three bytes, `e1 c3 05`; the last half is empty. To a stranger they mean
//: nothing. They might be three pixels. To be weights they need five facts
//: more: that there are five numbers in one row (the *shape*), that each
//: has 4 bits (the *type*), at which byte they begin (the *buffer*), and
//: the scale and the zero point. Those five make a tensor of three bytes.
//: Everything else in a file says what to *do* with tensors.
//:
//: **Predict:** we write a network of one layer, with these five weights
//: and a bias, as a .tflite file. It computes one number. How many bytes
//: does the file have, and how many of them are the weights?

let unit = try AffineQuantizer(covering: (0, 1))
let kernel = IntegerKernel(
  shape: [5, 1], intWeights: five, bitWidth: 4, scales: [0.1],
  bias32: [100])
let tiny = try IntegerModel(
  name: "tiny",
  operations: [
    IntegerOperation(name: "input", kind: .input, shape: [5], grid: unit),
    IntegerOperation(
      name: "dense", kind: .dense(kernel), inputs: [0], shape: [1],
      grid: AffineQuantizer(covering: (-1, 1))),
  ], outputs: [1])

//: So much for the model. Now write it, and open the file:

let tinyPath = "\(folder.path)/tiny.tflite"
try tiny.write(toTFLite: tinyPath)
let bytes = try AtomicFile.read(tinyPath)
let tinyFile = try TFLiteFile(bytes, source: "tiny.tflite")
let kinds = byteKinds(bytes, tinyFile)
let weights = tinyFile.subgraphs[0].tensors[2]
show(bytes.count, "bytes of the file")
table(
  "what they are", of: ByteKind.allCases, columns: ["", "bytes"]
) { kind in [kind.rawValue, kinds.count { $0 == kind }] }
bind("fileBytes", bytes.count)
claim(
  weights.constant.map { Array($0) } == threeBytes,
  "our three bytes stand in the file as we packed them")

figure(
  "fig-bytes",
  caption:
    "Every byte of the file, 32 in a row, the brighter the larger. First all of them; then those of each kind alone, at "
    + "their places, with all others black, as a byte of 0 is. The other numbers are scales, zero points and biases.",
  alt:
    "Five small black pictures of the same size. The first is speckled all over, the second holds most of "
    + "the specks, the third short stripes, the fourth three specks, the last a few short stripes."
) { bytePictures(bytes, kinds) }

//: And here are the five facts, as they stand in the file:

table(
  "the kernel's tensor", columns: ["fact", "in the file"],
  rows: [
    ["shape", "\(weights.shape)"], ["type", weights.type.name],
    ["buffer", "from byte \(weights.constant?.startIndex ?? 0) on"],
    ["scale", "\(weights.scales[0])"],
    ["zero point", "\(weights.zeroPoints[0])"],
  ])

//: The shape was [5, 1] in our code and is [1, 5] here: a .tflite file has
//: a dense kernel transposed, with one row for each unit.
//:
//: Three bytes of {{fileBytes}} are weights. Most are *structure*: which
//: tensor the layer reads, which one it writes, where each thing is found.
//: A large model has millions of weights, and its structure grows only with
//: the number of its layers, so there it does not matter. But a stranger
//: has to walk through it to get to the weights.
//:
//: ## Byte by byte
//:
//: Let us be the stranger, and look for the scale. Two rules suffice.
//:
//: The first: a number of several bytes begins with its lowest one. That is
//: called [[*little-endian*]], and nearly all processors do it. The four
//: bytes of the scale 0.1 are `cd cc cc 3d`, and read as one number
//: `3dcccccd`.
//:
//: The second: nothing has a fixed place. A .tflite file follows
//: [[*FlatBuffers*]], a format of *tables* whose fields may be absent. A
//: table begins with a number that says how far *back* its list of fields
//: is: its [[*vtable*]]. A vtable begins with two sizes, its own and the
//: table's. Then comes one number for each field: how many bytes into the
//: table the field begins, or 0 if the field is absent. Where the field is
//: a table, a list or a text, only a number stands there, which says how
//: far *ahead* the thing itself begins.

struct Walk {
  let bytes: [UInt8]
  func u16(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
  func u32(_ at: Int) -> Int { u16(at) | u16(at + 2) << 16 }
  func ahead(_ at: Int) -> Int { at + u32(at) }
  func vtable(_ table: Int) -> Int {
    table - Int(Int32(truncatingIfNeeded: u32(table)))
  }
  func field(_ table: Int, _ number: Int) -> Int {
    table + u16(vtable(table) + 4 + 2 * number)
  }
  func list(_ table: Int, _ number: Int) -> Int {
    ahead(field(table, number))
  }
  func element(_ list: Int, _ index: Int) -> Int {
    ahead(list + 4 + 4 * index)
  }
}

//: That is the whole reader. The numbers of the fields are in the *schema*
//: that LiteRT publishes: in the root, field 2 is the list of graphs; in a
//: graph, field 0 is the list of tensors; in a tensor, field 4 is the
//: quantization; and there field 2 is the list of scales. Now walk:

let walk = Walk(bytes: bytes)
let root = walk.ahead(0)
let graph = walk.element(walk.list(root, 2), 0)
let tensor = walk.element(walk.list(graph, 0), 2)
let quantization = walk.ahead(walk.field(tensor, 4))
let scales = walk.list(quantization, 2)
let place = scales + 4
let found = Float(bitPattern: UInt32(walk.u32(place)))
table(
  "the way to a scale",
  columns: ["at byte", "what is there", "its vtable at"],
  rows: [
    [0, "how far ahead the root is; then the letters TFL3", "–"],
    [root, "the root", "\(walk.vtable(root))"],
    [graph, "graph 0", "\(walk.vtable(graph))"],
    [tensor, "tensor 2, the kernel", "\(walk.vtable(tensor))"],
    [quantization, "its quantization", "\(walk.vtable(quantization))"],
    [scales, "the list of scales: first how many, then the scales", "–"],
    [place, hex(bytes[place..<place + 4]), "–"],
  ])
show(found, "the scale")
claim(
  hex(bytes[place..<place + 4]) == "cd cc cc 3d",
  "the scale's bytes stand in the file from the lowest to the highest")
claim(
  found == kernel.scales[0],
  "the four bytes at the end of the way are the scale that we wrote")
let vtable = walk.vtable(quantization)
show(hex(bytes[vtable..<quantization]), "the vtable of the quantization")
let fields = (walk.u16(vtable) - 4) / 2
let places = (0..<fields).map { walk.u16(vtable + 4 + 2 * $0) }
show(places, "its fields are at")
claim(
  places[0] == 0 && places[1] == 0 && places[2] > 0 && places[3] > 0,
  "fields 0 and 1 are absent, fields 2 and 3 are there")

//: The vtable in full: its own size, the table's size, then the fields from
//: 0 on. Fields 0 and 1 are 0: *minimum* and *maximum* are absent, since a
//: runtime does not need them. Field 2 is the scales, 3 the zero points, 6
//: the dimension along which scales differ. A field that is added to the
//: schema in ten years gets the next number, and this file stays valid.
//:
//: ## What could go wrong: one bit
//:
//: On its way to a device a file may be damaged. **Predict:** flip one bit
//: of the file, any bit. How often will a careful reader notice? Let us try
//: every bit of every byte. Either the file is refused,
//: or it is read and gives the same codes, or it is read without a word and
//: gives *other* codes.

let probes = probeCodes(count: 16, inputs: 5)
let expected = codes(of: tiny, probes, examples: 16)
func outcome(_ damaged: [UInt8]) -> Outcome {
  guard let model = try? model(damaged) else { return .refused }
  return codes(of: model, probes, examples: 16) == expected
    ? .same : .other
}
var outcomes: [[Outcome]] = []
for index in bytes.indices {
  outcomes.append(
    (0..<8).map { bit in
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(bit)
      return outcome(damaged)
    })
}
let all = outcomes.flatMap { $0 }
func share(_ outcome: Outcome) -> Double {
  Double(all.count { $0 == outcome }) / Double(all.count)
}
table(
  "one bit of \(all.count) flipped", of: Outcome.allCases,
  columns: ["", "of all bits"], format: .percent(0)
) { [$0.rawValue, share($0)] }
bind("refusedShare", share(.refused), .percent(0))
bind("otherShare", share(.other), .percent(0))
let silent = zip(kinds, outcomes).filter { $0.0 == .weights }
  .flatMap(\.1).count { $0 == .other }
bind("silent", silent)
claim(
  zip(kinds, outcomes).allSatisfy { $0 != .text || !$1.contains(.other) },
  "no damaged text changes a code")
claim(silent == 20, "of the weights' 24 bits, the 20 in use change codes")
claim(
  zip(kinds, outcomes).allSatisfy { kind, outcomes in
    kind != .weights || !outcomes.contains(.refused)
  }, "no damaged weight is noticed")

figure(
  "fig-damage",
  caption:
    "What becomes of a flipped bit, by what it was part of. In the structure it is often noticed, in texts it "
    + "changes no code, and a damaged weight is another weight.",
  alt:
    "Three bars each for structure, texts, weights and other numbers: refused, same codes, other codes. "
    + "Many bits of the structure and of other numbers are refused; texts keep all codes, and weights change them."
) { damageChart(kinds, outcomes) }

//: {{refusedShare}} are refused, and {{otherShare}} change codes silently,
//: among them {{silent}} of the 24 bits of the weights: the other four are
//: the empty half of the last byte. Some of the other numbers give
//: themselves away. A scale must be above 0, and that of a bias has to be
//: the product of two others.
//:
//: {{otherShare}} seems little, until the file is that of a large network.
//: Nearly all bytes of such a file are weights, where nothing is noticed.
//: The format has no checksum. So whoever ships a model ships its SHA-256
//: beside it; `qat-model fetch` compares it before it says that all is
//: well. And a reader checks every offset before it follows it: a
//: stranger's file may say anything.
//:
//: ## A whole network
//:
//: Now in earnest. A network that reads digits is trained in floats, then
//: through the rounding, with 4 bits for weights and 8 for activations.

let digits = lesson.digits(
  training: lesson.profile.pick(smoke: 1500, class: 6000, full: 60_000),
  test: lesson.profile.pick(smoke: 400, class: 1000, full: 10_000))
func images(_ digits: LabeledImages, _ count: Int) -> Tensor {
  Tensor(digits.floats(of: 0..<count), shape: [count, 28, 28, 1])
}
func train(_ model: Model, rate: Float, epochs: Int) throws {
  let steps = epochs * ((digits.training.count + 31) / 32)
  let trainer = Trainer(
    model,
    optimizer: Adam(learningRate: .cosine(initial: rate, steps: steps)),
    loss: .sparseCategoricalCrossEntropy(fromLogits: true),
    metrics: [.accuracy], seed: seed)
  try trainer.fit(
    digits.training, epochs: epochs, callbacks: [ProgressBar()])
}

let float = Sequential(
  [
    Conv2D(
      filters: 8, kernelSize: 3, strides: 2, padding: .same, name: "edges"),
    ReLU(name: "edges_relu"),
    Conv2D(
      filters: 16, kernelSize: 3, strides: 2, padding: .same,
      name: "parts"), ReLU(name: "parts_relu"), Flatten(name: "flatten"),
    Dense(units: 48, name: "hidden"), ReLU(name: "hidden_relu"),
    Dense(units: 10, name: "scores"),
  ], inputShape: [28, 28, 1], seed: seed)

//: As in @lesson-07 it learns in floats, is quantized, and learns on:

announce("Training: in floats, then through the rounding")
try train(
  float, rate: 0.004, epochs: lesson.profile.pick(smoke: 5, class: 4))
let quantized = try quantizeModel(
  float, calibratingOn: [images(digits.training, 300)],
  scheme: .nBit(weights: 4, activations: 8))
try train(quantized, rate: 0.001, epochs: 1)

//: A file is written for a *kind* of runtime, since runtimes round
//: differently, as @lesson-09 has shown. Two files, then: one for LiteRT,
//: here by its reference arithmetic (`arithmetic: .xnnpack` is for its other
//: way), and one for ONNX Runtime. ONNX is a format that belongs to no single
//: company, and which nearly every tool can write or read.

let forLiteRT = try convert(quantized).model
let forONNX = try convert(quantized, arithmetic: .onnxRuntime).model
let paths = ["digits.tflite", "digits.onnx"].map { "\(folder.path)/\($0)" }
let notes = try forLiteRT.write(toTFLite: paths[0])
let onnxNotes = try forONNX.write(
  toONNX: paths[1], opset: .v21, inferenceType: .int8)
let readBack = try IntegerModel(tflite: paths[0])
let onnxBack = try IntegerModel(onnx: paths[1])

//: The files are read back as a stranger would read them, and each model
//: and its file are given the same test images:

let testCount = lesson.profile.pick(smoke: 200, class: 1000)
let inputGrid = forLiteRT.operations[0].grid
let inputCodes = inputGrid.quantizeToInt8(
  images(digits.test, testCount).values)
func differing(_ a: IntegerModel, _ b: IntegerModel) -> Int {
  let pairs = zip(
    codes(of: a, inputCodes, examples: testCount),
    codes(of: b, inputCodes, examples: testCount))
  return pairs.count { $0 != $1 }
}
let parted = [
  differing(forLiteRT, readBack), differing(forONNX, onnxBack),
  differing(readBack, onnxBack),
]
table(
  "the same images", columns: ["", "codes that differ"],
  rows: [
    ["the model and its .tflite file", parted[0]],
    ["the model and its ONNX file", parted[1]],
    ["the two files", parted[2]],
  ])
bind("scored", testCount * 10, .grouped)
bind("between", parted[2], .grouped)
claim(
  parted[0] == 0 && parted[1] == 0,
  "each file gives the codes of its model, every one")
func reads(_ model: IntegerModel) -> Double {
  share(
    ofRight: codes(of: model, inputCodes, examples: testCount),
    digits.test.labels(of: 0..<testCount))
}
show(reads(readBack), "digits read by the .tflite file", .percent(1))
claim(reads(readBack) > 0.8, "most digits are read")

//: Of {{scored}} scores none differs from its model's. Between the two
//: files {{between}} do, and both are right, each by its own runtime's
//: rules.
//:
//: **Predict:** weights of 4 bits are an eighth of floats. Is the file an
//: eighth? And which of the two formats is the smaller one?

let eightBits = try convert(
  quantizeModel(float, calibratingOn: [images(digits.training, 300)])
).model
let parameters = float.weights.reduce(0) { $0 + $1.value.count }
let files = [
  FileSize("float32, no file", parameters: 4 * parameters),
  try FileSize(tflite: eightBits, named: "int8, .tflite", in: folder),
  try FileSize(tflite: forLiteRT, named: "int4, .tflite", in: folder),
  try FileSize(
    onnx: forONNX, opset: .v13, named: "int4 in int8, ONNX 13",
    in: folder),
  try FileSize(
    onnx: forONNX, opset: .v21, named: "int4, ONNX 21", in: folder),
]
table(
  "sizes", of: files,
  columns: ["", "weights, biases, scales", "the rest"]
) { [$0.name, grouped($0.parameters), $0.rest.map(grouped) ?? "–"] }
bind("eighth", Double(files[0].parameters) / Double(files[2].total), .fixed(1))
let four = [files[2], files[4]].sorted { $0.total < $1.total }
bind("smaller", four[0].name)
bind("smallerBytes", four[0].total, .grouped)
bind("larger", four[1].name)
bind("largerBytes", four[1].total, .grouped)
claim(
  files[2].total < files[1].total && files[4].total < files[3].total,
  "in both formats 4 bits make the smaller file")
claim(
  files[3].total > files[2].total * 3 / 2,
  "where a format has no 4 bits, nothing is gained by them in the file")

figure(
  "fig-sizes",
  caption:
    "The same network in files, with all bytes of each. Fewer bits for a weight make a file smaller, but not in "
    + "proportion, since only the weights shrink.",
  alt:
    "Horizontal bars. The one of float32 is by far the longest. The next two, of int8 as .tflite and of int4 in int8 "
    + "as ONNX 13, are about equal; the two of int4, as .tflite and as ONNX 21, are about equal, too, and the shortest."
) { sizesChart(files) }

//: The .tflite file is {{eighth}} times smaller than the floats alone. Its
//: rest is names and structure, and the biases keep their 32 bits. The
//: smaller of the two with 4 bits is “{{smaller}}”: {{smallerBytes}} bytes,
//: and “{{larger}}” has {{largerBytes}}. They hold the same weights; what
//: differs is how each format writes structure and names. ONNX has
//: had a type of 4 bits only since version 21 of its operators; before,
//: four bits lie in eight. That is a choice with a price: an older runtime
//: reads version 13, and not 21.
//:
//: The writer also tells where a file differs from the model, or what
//: some reader of it will refuse. (TFLite Micro is a runtime for
//: microcontrollers, which reads .tflite files too.)

show(notes.map(\.description).joined(separator: "\n"), ".tflite")
show(
  onnxNotes.isEmpty
    ? "nothing" : onnxNotes.map(\.description).joined(separator: "\n"),
  "ONNX")

//: ## Does the runtime agree?
//:
//: So far our reader has read what our writer wrote, and they might share
//: an error. The judge is the runtime itself. Where Python is at hand with
//: LiteRT or ONNX Runtime, this lesson lets them run the two files on ten
//: images and compares the codes. To have them: `pip install numpy
//: ai-edge-litert onnxruntime`. In the book nothing stands here, for its
//: pages must not depend on what is installed where they are made; run the
//: lesson to see it.

if lesson.options.hasReader {
  let ten = Array(inputCodes.prefix(10 * 784))
  for (runtime, path, model) in [
    (Runtime.liteRT, paths[0], forLiteRT),
    (.onnxRuntime, paths[1], forONNX),
  ] {
    let own = codes(of: model, ten, examples: 10)
    show(
      runtime.verdict(on: path, ten, own, in: folder.path),
      runtime.rawValue)
  }
}

//: Our tests do the same with every operation that we write, on recorded
//: codes of LiteRT 2.3.0 and ONNX Runtime 1.32.0. `Documentation/TFLite.md`
//: and `Documentation/ONNX.md` say what was compared.
//:
//: ## A model of somebody else
//:
//: What can be read can be examined. With `--model FILE`, a .tflite or ONNX
//: file of int8, this section looks into that; without, into our own. Three
//: questions: how many of the codes that a layer's bits allow do its
//: weights use? How many channels have weights that fill less than half of
//: their codes? And which are *dead*: they give the same code, whatever
//: comes in?
//:
//: **Predict:** the hidden layer has 48 units, the network reads its
//: digits, and every weight was trained. How many of the 48 are dead?

let isKeras = ["keras", "h5"].contains(lesson.options.model?.ending)
let stranger = isKeras ? nil : lesson.options.model
let opened = try stranger.map(open) ?? readBack
let examples = stranger == nil ? testCount : 10
let size = opened.operations[opened.inputs[0]].count
let shown =
  stranger == nil
  ? inputCodes
  : probeCodes(count: examples, inputs: size)

//: The operations with weights, one by one:

let layers = examined(opened, shown, examples: examples)
table(
  opened.name, of: layers,
  columns: [
    "layer", "bits", "codes used", "channels", "half empty", "dead",
  ]
) { layer in
  [
    layer.name, layer.bits, "\(layer.used) of \(layer.available)",
    layer.channels, layer.halfEmpty, layer.dead,
  ]
}

//: In our own network no layer uses the lowest code: weights have a
//: [[narrow range]], as many codes below zero as above, so at 4 bits there
//: are 15 at most. A channel that is half empty has a scale that is too
//: large for it, and has lost a bit or more.
//:
//: Of our 48 hidden units {{dead}} are dead: on none of {{images}} images
//: is the sum before their ReLU above 0. Images like these send no
//: gradient back to them either, so training does not revive them. Such a
//: unit costs memory and time and says nothing: what it sends on was 0 for
//: all {{images}} images. It may be removed.

let ours = examined(readBack, inputCodes, examples: testCount)
bind("dead", ours.first { $0.name == "hidden" }?.dead ?? 0)
bind("images", testCount, .grouped)
claim(
  ours.allSatisfy { !$0.codes.contains(-8) },
  "no weight of ours has the lowest of the 16 codes")
claim(
  ours.filter { $0.name == "hidden" }.allSatisfy { $0.dead == $0.deadAtZero },
  "what a dead unit of the hidden layer sends on is 0")
let most =
  layers.indices.max {
    layers[$0].codes.count < layers[$1].codes.count
  } ?? 0
figure(
  "fig-codes",
  caption:
    "The codes of the largest layer's weights. Each code is a bucket, and its height how many weights fell "
    + "into it.",
  alt: "A histogram over the codes, high around 0 and falling to both sides."
) { codesChart(layers[most]) }

//: `qat-model inspect` and `qat-model chart` do this for any file and show
//: more, `qat-model fetch` gets models that are free to examine.
//:
//: ## Bring your own
//:
//: A model that was trained elsewhere goes from Keras to a device by three
//: commands:
//:
//: - `qat-model inspect mine.keras` shows its layers, and which of them
//:   cannot be read.
//: - `qat-model train mine.keras --data FOLDER --scheme w4a8 --to
//:   mine.tflite` trains it through the rounding and writes the file.
//: - `qat-model compare mine.tflite` shows what two runtimes make of it.
//:
//: In the second command `--pixels LOW:HIGH` says which numbers stood for
//: the bytes 0 and 255 when the model was trained in Keras. To give other
//: numbers is the mistake most often made: a network trained on pixels from
//: −1 to 1 that is calibrated on 0 to 255 has ranges that fit nothing. To
//: read Keras's files the package needs two libraries when it is built,
//: HDF5 and libzip (`apt-get install libhdf5-dev libzip-dev`, or
//: `brew install hdf5 libzip`). Without them all else works, and the reader
//: says what to install. With `--model FILE.keras` this lesson reads the
//: file in Swift, and if the network takes pictures of 28 × 28, quantizes
//: it too:

if isKeras, let path = lesson.options.model {
  show(
    kerasReport(
      path, calibratingOn: images(digits.training, 100), in: folder), path)
}

//: ## What runtimes refuse
//:
//: A model may be right and a file valid, and yet nobody runs it. It is
//: better to hear that from the writer than from the device. **Predict:**
//: which of these four will succeed? To write a model with activations of
//: 4 bits as .tflite; to write the model for ONNX Runtime as .tflite; to
//: write the model for LiteRT as ONNX; and to read a .tflite file that ends
//: too early.

func refused(_ attempt: () throws -> Void) -> String {
  do { try attempt() } catch { return "\(error)" }
  return ""
}
let fourBits = try convert(
  quantizeModel(
    float, calibratingOn: [images(digits.training, 300)],
    scheme: .nBit(weights: 4, activations: 4))
).model

//: Four attempts, and what each says:

let messages = [
  refused { try fourBits.write(toTFLite: "\(folder.path)/a.tflite") },
  refused { try forONNX.write(toTFLite: "\(folder.path)/b.tflite") },
  refused { try forLiteRT.write(toONNX: "\(folder.path)/c.onnx") },
  refused {
    _ = try TFLiteFile(Array(bytes.dropLast(9)), source: "cut.tflite")
  },
]
show(messages[0], "activations of 4 bits")
show(messages[1], "ONNX Runtime's rounding as .tflite")
show(messages[2], "LiteRT's rounding as ONNX")
show(messages[3], "the end is missing")
claim(
  messages.allSatisfy { !$0.isEmpty },
  "all four are refused, and each says why")

//: None. A refusal names the place, the cause and what to do. The runtimes
//: refuse more, and their words are shorter. What we met when we tried
//: each, with LiteRT 2.3.0, ONNX Runtime 1.32.0, and TFLite Micro of
//: October 2026:
//:
//: - TFLite Micro refuses 4-bit weights of a *dense* layer that has a scale
//:   for each unit; those of a convolution it runs. The note above warns.
//: - LiteRT refuses a softmax whose output has another scale than 1/256.
//:   ONNX Runtime's tool chooses 1/255 in its format QDQ, so a file cannot
//:   be carried over number by number.
//: - A bias with a scale of its own is refused by one of LiteRT's two
//:   arithmetics; the other ignores the scale.
//: - Operators have versions. tflite-runtime 2.14 of 2023 refuses a file of
//:   TensorFlow 2.21 that asks for version 12 of a dense layer.
//:
//: How to know before: run the file once in the very runtime, on one
//: example, and compare codes. No list replaces that, not even this one.
//:
//: ## Exercises
//:
//: - @ex-10.1: unpack codes of 4 bits.
//: - @ex-10.2: find the scales in raw bytes.
//: - @ex-10.3: name what a runtime refuses.
//:
//: To try: give `--model` the keyword spotter that `qat-model fetch` gets.
//: Which of its layers wastes the most codes?
//:
//: Two questions to see what has stayed: `swift run qat quiz 10`.
//:
//: ## How Keras and TFLite do it
//:
//: - `tf.lite.TFLiteConverter` makes a .tflite file of a Keras model, and
//:   quantizes on the way. A model of TFMOT is written with the ranges that
//:   it was trained with; without `converter.optimizations` its weights
//:   are written as floats.
//: - ai-edge-quantizer quantizes a float .tflite file into another, and
//:   litert-torch writes one from PyTorch.
//: - ONNX Runtime's `quantize_static` puts QuantizeLinear and
//:   DequantizeLinear around operators of floats, a format that is called
//:   QDQ; the runtime fuses them when it loads the file. Our writer does so
//:   with `format: .qdq`.
//:
//: ## Further reading
//:
//: - Google, *FlatBuffers: internals*, which has the rules of this lesson
//:   in full. [flatbuffers.dev](https://flatbuffers.dev/internals/)
//: - The [schema of .tflite
//:   files](https://github.com/google-ai-edge/LiteRT)
//:   and LiteRT's [8-bit quantization
//:   specification](https://ai.google.dev/edge/litert/models/quantization_spec).
//: - ONNX,
//:   [QuantizeLinear](https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html)
//:   and its neighbours.

endLesson()
