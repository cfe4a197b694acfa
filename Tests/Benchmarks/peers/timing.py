"""What the peers of the training benchmark have in common: arguments, shapes, the typical step, the line they print."""
import resource
import sys

BATCHES, THREADS, WINDOW = 8, 2, 20


def arguments():
    """The model, the number of steps, whether the model is trained quantized, and the images of a batch."""
    given = sys.argv[1:] + ["small", "200", "float", "128"][len(sys.argv) - 1:]
    return given[0], int(given[1]), given[2] == "qat", int(given[3])


def image_shape(subject):
    """Height, width and channels."""
    return (32, 32, 3) if subject == "resnet-8" else (28, 28, 1)


def report(subject, batch, windows, versions, loss):
    """Prints the line that compare.py reads, from the mean time of a step in each window of steps."""
    step = sorted(windows)[len(windows) // 2]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{subject}: {batch / step:.0f} images/s, {peak:.0f} peak MB; {versions}, loss {loss:.4f}")


def window_means(times):
    """The mean of each window of steps timed one by one."""
    windows = [times[first : first + WINDOW] for first in range(0, len(times), WINDOW)]
    return [sum(window) / len(window) for window in windows]
