"""Networks of the peers that are trained and those that run in floats, by tf_keras: from an image to the logits."""
from tf_keras import layers


def convolution(x, filters, size=3, strides=1, relu=True):
    x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x) if relu else x


def mobile(x):
    """A small MobileNet, whose depthwise convolutions have two filters a channel."""
    x = convolution(x, 16, strides=2)
    for filters, strides in ((32, 1), (64, 2), (64, 1)):
        x = layers.DepthwiseConv2D(3, strides, padding="same", depth_multiplier=2, use_bias=False)(x)
        x = convolution(layers.ReLU()(layers.BatchNormalization()(x)), filters, size=1)
    return layers.Dense(10)(layers.GlobalAveragePooling2D()(x))


def resnet(x):
    """MLPerf Tiny's ResNet-8."""
    x = convolution(x, 16)
    for filters, strides in ((16, 1), (32, 2), (64, 2)):
        y = convolution(convolution(x, filters, strides=strides), filters, relu=False)
        if strides > 1:
            x = layers.Conv2D(filters, 1, strides, padding="same")(x)
        x = layers.ReLU()(layers.Add()([x, y]))
    return layers.Dense(10)(layers.Flatten()(layers.AveragePooling2D(8)(x)))
