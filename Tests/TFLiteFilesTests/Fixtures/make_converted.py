"""Converts small Keras models with TensorFlow's converter, and runs the files in LiteRT.

Run with: python make_converted.py. The committed files were made by tensorflow-cpu 2.21.0 with keras 3.15.1, and run by
ai-edge-litert 2.3.0 (numpy 2.4.6, x86-64 with AVX-512 VNNI), seed 20261129.

Weights and calibration data are random. Each model has the parts of a family of networks: what the converter makes of
them differs from the layers (a Flatten of a free batch becomes four operators, an UpSampling2D twelve). converted/ has
the files; converted.safetensors has for each NAME

    NAME.tflite    the output codes of LiteRT's reference kernels, [examples, outputs]; absent where these refuse it
    NAME.xnnpack   those of LiteRT as it comes

The input codes are those of make_real_models.py.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import flatbuffers
import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from keras import layers as L
from safetensors.numpy import save_file

import make_real_models

EXAMPLES = 8
SEED = 20261129


def bn(x):
    return L.BatchNormalization(
        beta_initializer=keras.initializers.RandomNormal(0, 0.3),
        gamma_initializer=keras.initializers.RandomUniform(0.5, 1.5),
        moving_mean_initializer=keras.initializers.RandomNormal(0, 0.3),
        moving_variance_initializer=keras.initializers.RandomUniform(0.5, 1.5))(x)


def flatten(x):
    x = L.Flatten()(L.Conv2D(4, 3, activation="relu")(x))
    return L.Dense(5)(x)


def resnet(x):
    y = L.ReLU()(bn(L.Conv2D(8, 3, padding="same")(x)))
    z = bn(L.Conv2D(8, 3, padding="same")(y))
    y = L.ReLU()(L.Add()([y, z]))
    z = bn(L.Conv2D(12, 3, strides=2, padding="same")(y))
    y = L.Add()([bn(L.Conv2D(12, 1, strides=2)(y)), z])
    return L.Softmax()(L.Dense(5)(L.GlobalAveragePooling2D()(y)))


def mobilenet_v2(x):
    y = L.ReLU(6)(bn(L.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)))
    z = L.ReLU(6)(bn(L.Conv2D(24, 1, use_bias=False)(y)))
    z = L.ReLU(6)(bn(L.DepthwiseConv2D(3, padding="same", use_bias=False)(z)))
    y = L.Add()([y, bn(L.Conv2D(8, 1, use_bias=False)(z))])
    y = L.DepthwiseConv2D(3, strides=2, depth_multiplier=2)(L.ZeroPadding2D(1)(y))
    return L.Dense(3)(L.Flatten()(L.AveragePooling2D(2)(y)))


def mobilenet_v3(x):
    y = L.Activation("hard_swish")(bn(L.Conv2D(8, 3, padding="same")(x)))
    s = L.GlobalAveragePooling2D(keepdims=True)(y)
    s = L.Conv2D(8, 1, activation="hard_sigmoid")(L.Conv2D(4, 1, activation="relu")(s))
    return L.Conv2D(3, 1)(L.Multiply()([y, s]))


def efficientnet(x):
    y = L.Activation("silu")(bn(L.Conv2D(8, 3, padding="same")(x)))
    s = L.Conv2D(8, 1, activation="sigmoid")(L.GlobalAveragePooling2D(keepdims=True)(y))
    return L.Dense(4)(L.GlobalAveragePooling2D()(L.Multiply()([y, s])))


def u_net(x):
    a = L.Conv2D(4, 3, padding="same", activation="relu")(x)
    b = L.Conv2D(6, 3, padding="same", activation="relu")(L.MaxPooling2D(2)(a))
    c = L.Concatenate()([a, L.Conv2DTranspose(4, 2, strides=2)(b)])
    return L.Conv2D(3, 1)(c)


def upsampling(x):
    y = L.UpSampling2D(2)(L.Conv2D(3, 3)(x))
    return L.Conv2D(2, 3)(y)


def bilinear(x):
    return L.Conv2D(2, 3)(L.UpSampling2D(2, interpolation="bilinear")(L.Conv2D(3, 3)(x)))


def dilated(x):
    y = L.Conv2D(4, 3, dilation_rate=2, padding="same", activation="relu")(x)
    return L.DepthwiseConv2D(3, dilation_rate=2)(y)


def grouped(x):
    return L.Conv2D(8, 3, groups=2)(L.Conv2D(6, 1)(x))


def activations(x):
    y = L.LeakyReLU(0.2)(L.Conv2D(4, 3)(x))
    y = L.PReLU(shared_axes=[1, 2], alpha_initializer=keras.initializers.RandomUniform(0.05, 0.4))(
        L.Conv2D(4, 3)(y))
    return L.Conv2D(4, 1, activation="sigmoid")(L.Conv2D(4, 1, activation="tanh")(y))


def arithmetic(x):
    a, b = L.Conv2D(4, 3)(x), L.Conv2D(4, 3)(x)
    return L.Subtract()([L.Multiply()([a, b]), L.Average()([a, b])])


def movement(x):
    y = L.Permute((2, 1, 3))(L.Conv2D(4, 3)(x))
    y = L.Cropping2D(((1, 2), (0, 1)))(y)
    return L.Conv2D(2, 2)(y)


def constants(x):
    y = L.Rescaling(2.0, offset=-0.5)(L.Conv2D(4, 3)(x))
    return L.Conv2D(3, 1)(y)


def splits(x):
    a, b = keras.ops.split(L.Conv2D(6, 3)(x), 2, axis=-1)
    y = L.GlobalAveragePooling2D(keepdims=True)(L.Add()([a, b]))
    return L.Dense(3)(keras.ops.squeeze(y, axis=(1, 2)))


def rectified(x):
    y = L.Conv2D(4, 3)(x)
    z = L.ReLU()(L.Concatenate()([y, L.Conv2D(3, 3)(x)]))
    return L.Conv2D(2, 1)(L.Concatenate()([L.ReLU(6)(y), L.Conv2D(4, 1)(z), L.Conv2D(2, 1)(y)]))


FAMILIES = [
    flatten, resnet, mobilenet_v2, mobilenet_v3, efficientnet, u_net, upsampling, bilinear, dilated, grouped,
    activations, arithmetic, movement, constants,
]


def convert(make, kind=tf.int8, batch=None):
    keras.utils.set_random_seed(SEED)
    x = L.Input((12, 10, 3), batch_size=batch)
    model = keras.Model(x, make(x))
    data = np.random.default_rng(SEED).normal(0, 1, (40, 12, 10, 3)).astype(np.float32)
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([one[None]] for one in data)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    if kind is not None:
        converter.inference_input_type = converter.inference_output_type = kind
    return converter.convert()


def squeezed(content):
    """The file with a SQUEEZE in place of its RESHAPE, as other converters write it."""
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    for code in model.operatorCodes:
        if code.builtinCode == schema.BuiltinOperator.RESHAPE:
            code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.SQUEEZE
    for one in model.subgraphs[0].operators:
        if model.operatorCodes[one.opcodeIndex].builtinCode == schema.BuiltinOperator.SQUEEZE:
            one.inputs = one.inputs[:1]
            one.builtinOptionsType = schema.BuiltinOptions.SqueezeOptions
            one.builtinOptions = schema.SqueezeOptionsT()
            one.builtinOptions.squeezeDims = [1, 2]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def codes_of(path, kind):
    interpreter = Interpreter(str(path), experimental_op_resolver_type=kind)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    codes = make_real_models.codes(EXAMPLES * int(np.prod(source["shape"]))).reshape(EXAMPLES, -1)
    results = []
    for one in codes:
        one = one.reshape(source["shape"])
        if source["dtype"] == np.uint8:
            one = (one.astype(np.int16) + 128).astype(np.uint8)
        interpreter.set_tensor(source["index"], one)
        interpreter.invoke()
        result = interpreter.get_tensor(target["index"]).reshape(-1)
        results.append((result.astype(np.int16) - (128 if target["dtype"] == np.uint8 else 0)).astype(np.int8))
    return np.stack(results)


def main():
    here = pathlib.Path(__file__).parent
    (here / "converted").mkdir(exist_ok=True)
    models = {make.__name__: convert(make) for make in FAMILIES}
    models["upsampling_of_one"] = convert(upsampling, batch=1)
    models["dilated_of_one"] = convert(dilated, batch=1)
    models["u_net_of_one"] = convert(u_net, batch=1)
    models["unsigned_ends"] = convert(flatten, kind=tf.uint8)
    models["splits"] = convert(splits)
    models["splits_of_one"] = convert(splits, batch=1)
    models["rectified"] = convert(rectified)
    models["squeeze"] = squeezed(models["splits"])
    tensors = {}
    for name, content in models.items():
        path = here / "converted" / f"{name}.tflite"
        path.write_bytes(content)
        tensors[f"{name}.xnnpack"] = codes_of(path, OpResolverType.AUTO)
        try:
            tensors[f"{name}.tflite"] = codes_of(path, OpResolverType.BUILTIN_REF)
        except (ValueError, RuntimeError) as error:
            print(name, "is refused by the reference kernels:", str(error).splitlines()[0])
        interpreter = Interpreter(str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
        print(name, len(content), [one["op_name"] for one in interpreter._get_ops_details()])
    path = here / "converted" / "float_ends.tflite"
    path.write_bytes(convert(flatten, kind=None))
    save_file(tensors, here / "converted.safetensors")


if __name__ == "__main__":
    main()
