import Layers
import Testing

@Suite struct SummaryTests {
  @Test func aSequentialModelHasTheTableKerasUsersKnow() {
    let model = Sequential(
      [
        Conv2D(filters: 12, kernelSize: (3, 3), activation: .relu), BatchNormalization(), MaxPooling2D(),
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

  @Test func branchesAndSharedLayersAreSaid() {
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

  @Test func aFrozenLayerCountsAsNotTrained() {
    let model = Sequential([Dense(units: 2), Dense(units: 1)], inputShape: [3])
    model.layers[0].trainable = false
    #expect(model.summary().hasSuffix("Trainable params: 3 (12 B)\nNon-trainable params: 8 (32 B)"))
  }
}
