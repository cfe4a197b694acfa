import Layers
import Support
import Testing

@Suite struct SummaryTests {
  @Test func `the summary of a sequential model is Keras's table`() {
    let model = Sequential(
      [
        Conv2D(filters: 12, kernelSize: 3, activation: .relu), BatchNormalization(), MaxPooling2D(),
        Flatten(), Dense(units: 10),
      ], inputShape: [28, 28, 1])
    // 12·(9 + 1) = 120, 4·12 = 48, (13·13·12 + 1)·10 = 20,290; 24 moving statistics are not trained.
    // 20,458 · 4 bytes = 79.91 KB, 20,434 · 4 bytes = 79.82 KB.
    #expect(
      model.summary() == """
        Model: "sequential"
        Layer (type)                              Output Shape        Param #
        ────────────────────────────────────────  ──────────────────  ───────
        conv2d (Conv2D)                           (None, 26, 26, 12)      120
        batch_normalization (BatchNormalization)  (None, 26, 26, 12)       48
        max_pooling2d (MaxPooling2D)              (None, 13, 13, 12)        0
        flatten (Flatten)                         (None, 2028)              0
        dense (Dense)                             (None, 10)           20,290
        =====================================================================
        Total params: 20,458 (79.91 KB)
        Trainable params: 20,434 (79.82 KB)
        Non-trainable params: 24 (96 B)
        """)
  }

  @Test func `a summary shows branches and shared layers`() {
    let shared = Dense(units: 3, name: "shared")
    let (a, b) = (Input([2], name: "a"), Input([2], name: "b"))
    let model = Model(inputs: [a, b], outputs: Add()([shared(a), shared(b)]))
    let lines = model.summary().split(separator: "\n").map(String.init)
    #expect(lines[3] == "a (InputLayer)  (None, 2)           0")
    #expect(lines[5] == "shared (Dense)  (None, 3)           9  a, b")
    #expect(lines[6] == "add (Add)       (None, 3)           0  shared, shared")
    #expect(lines[8] == "shared is called 2 times, each time with the same weights, which count once.")
    #expect(lines[9] == "Total params: 9 (36 B)")
  }

  @Test func `a summary counts the parameters of a frozen layer as not trainable`() {
    let model = Sequential([Dense(units: 2), Dense(units: 1)], inputShape: [3])
    model.layers[0].trainable = false
    #expect(model.summary().hasSuffix("Trainable params: 3 (12 B)\nNon-trainable params: 8 (32 B)"))
  }

  @Test func `the description of a built model is its summary`() {
    let sequential = Sequential([Dense(units: 2), Dense(units: 1)], inputShape: [3])
    #expect("\(sequential)" == sequential.summary())
    let input = Input([2])
    let model = Model(inputs: input, outputs: ReLU()(input))
    #expect("\(model)" == model.summary())
    let unbuilt = Sequential([Flatten(), Dense(units: 1)], name: "late")
    #expect("\(unbuilt)" == #"Sequential "late" 2 layers, not built"#)
  }

  @Test(arguments: descriptions.indices)
  func `the description of a layer is its type, its name and its settings`(_ index: Int) {
    let (layer, line) = Self.descriptions[index]
    #expect("\(layer())" == line)
  }

  private static let descriptions: [(layer: @Sendable () -> Layer, line: String)] = [
    (
      { Conv2D(filters: 8, kernelSize: 3, padding: .same, activation: .relu, name: "conv") },
      #"Conv2D "conv" 8 filters 3×3, same, relu"#
    ),
    (
      { Conv2D(filters: 4, kernelSize: Size2D(3, 5), strides: 2, useBias: false) },
      #"Conv2D "conv2d" 4 filters 3×5, strides 2×2, valid, no bias"#
    ),
    ({ DepthwiseConv2D(kernelSize: 3) }, #"DepthwiseConv2D "depthwise_conv2d" 3×3, valid"#),
    (
      { SeparableConv2D(filters: 4, kernelSize: 3, depthMultiplier: 2) },
      #"SeparableConv2D "separable_conv2d" 4 filters 3×3, multiplier 2, valid"#
    ),
    ({ Dense(units: 10, activation: .softmax) }, #"Dense "dense" 10 units, softmax"#),
    ({ Dense(units: 1, useBias: false) }, #"Dense "dense" 1 unit, no bias"#),
    (
      { BatchNormalization(momentum: 0.9) },
      #"BatchNormalization "batch_normalization" momentum 0.9, epsilon 0.001"#
    ),
    ({ MaxPooling2D() }, #"MaxPooling2D "max_pooling2d" 2×2, valid"#),
    (
      { AveragePooling2D(poolSize: 3, strides: 1, padding: .same) },
      #"AveragePooling2D "average_pooling2d" 3×3, strides 1×1, same"#
    ),
    ({ GlobalAveragePooling2D() }, #"GlobalAveragePooling2D "global_average_pooling2d""#),
    (
      { GlobalAveragePooling2D(keepDims: true, name: "mean") },
      #"GlobalAveragePooling2D "mean" keeps dimensions"#
    ),
    (
      { ZeroPadding2D(padding: ((1, 0), (2, 3)), name: "pad") },
      #"ZeroPadding2D "pad" 1 above, 0 below, 2 left, 3 right"#
    ),
    ({ Activation(.tanh) }, #"Activation "activation" tanh"#),
    ({ ReLU() }, #"ReLU "re_lu""#),
    ({ ReLU(maxValue: 6) }, #"ReLU "re_lu" up to 6.0"#),
    ({ LeakyReLU(negativeSlope: 0.1) }, #"LeakyReLU "leaky_re_lu" slope 0.1"#),
    ({ Softmax() }, #"Softmax "softmax""#),
    ({ HardSwish() }, #"HardSwish "hard_swish""#),
    ({ Dropout(rate: 0.5) }, #"Dropout "dropout" rate 0.5"#),
    ({ Flatten() }, #"Flatten "flatten""#),
    ({ Reshape(targetShape: [4, -1]) }, #"Reshape "reshape" to [4, -1]"#),
    ({ Add() }, #"Add "add""#),
    ({ Concatenate() }, #"Concatenate "concatenate" axis -1"#),
    (
      { Wrapper(Dense(units: 2), name: "outer") },
      #"Wrapper "outer" around Dense "dense" 2 units"#
    ),
    (
      { Wrapper(Sequential([Dense(units: 2)], inputShape: [1]), name: "outer") },
      #"Wrapper "outer" around Sequential "sequential" 1 layer"#
    ),
  ]
}
