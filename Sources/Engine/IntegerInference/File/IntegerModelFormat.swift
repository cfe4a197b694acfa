/// The names that an integer model's file uses.
///
/// A safetensors file. Its metadata describe the model and each operation in plain words:
///
///     format         swift-qat integer model
///     version        1
///     scheme         tflite
///     name           lenet
///     operations     5
///     outputs        4
///     operation.1    kind=convolution inputs=0 shape=26,26,8 scale=0.0235 zeroPoint=-128 codes=-128,127
///                    rounding=halfToEven kernel=3,3,1,8 bits=4 limits=-128,127 window=3,3 strides=1,1
///                    padding=0,0,0,0
///     name.1         conv2d
///
/// Its tensors are each kernel's `conv2d/kernel`, `conv2d/scales` and `conv2d/bias`: I8 in the kernel's shape at
/// 8 bits, and below that U8, packed as `PackedCodes` says.
enum IntegerModelFormat {
  static let format = "swift-qat integer model"
  static let version = "1"
  static let kernel = "/kernel"
  static let scales = "/scales"
  static let bias = "/bias"
}
