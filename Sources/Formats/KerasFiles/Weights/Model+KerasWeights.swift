import Layers
import Support
import Tensors

extension Model {
  /// Loads the weights of a Keras file: `.weights.h5` or `.h5` of weights alone, or a whole `.keras` or `.h5`.
  ///
  ///     let model = Sequential([Conv2D(filters: 8, kernelSize: 3), Flatten(), Dense(units: 10)], inputShape: [28, 28, 1])
  ///     try model.loadWeights(keras: "digits.weights.h5")
  ///
  /// The layers of the model are those of the file by their names if all that have weights are there. Else they
  /// correspond as Keras itself has it: in files of Keras 3 by their kind and number in the model around them, in others
  /// by their order; then a normalization that is built without `scale` cannot be told from one without `center`. A
  /// kernel of a transposed convolution is turned, and the count of a ``Normalization`` left out. All shapes are checked
  /// before the first weight is changed.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - limit: The most bytes that the file and what it unpacks to may have.
  /// - Throws: ``KerasFileError``, which names the file, the layer or the array, the cause and the remedy; then no weight
  ///   is changed.
  public final func loadWeights(keras path: String, limit: Int = 1 << 31) throws(KerasFileError) {
    require(isBuilt, "\(title) has no weights to load into before it is built: give it an inputShape:")
    try loadWeights(from: KerasFile(contentsOf: path, limit: limit))
  }

  /// Loads the weights of a file that was read, as ``loadWeights(keras:limit:)`` does.
  ///
  /// - Throws: ``KerasFileError``; then no weight is changed.
  package final func loadWeights(from file: KerasFile) throws(KerasFileError) {
    require(isBuilt, "\(title) has no weights to load into before it is built: give it an inputShape:")
    try loadWeights(from: file, order: KerasOrder())
  }

  /// Loads the weights of a file whose layers are in this order.
  final func loadWeights(from file: KerasFile, order: KerasOrder) throws(KerasFileError) {
    var loader = KerasWeightLoader(file, order: order)
    try loader.load(self)
    for (variable, value) in loader.values { variable.value = value }
  }
}
