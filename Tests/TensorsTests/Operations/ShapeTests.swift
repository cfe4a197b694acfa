import Tensors
import Testing

@Suite struct ShapeTests {
  @Test func `reshaping keeps the order of elements`() {
    let x = [awkward([2, 3, 4], 1)]
    check("reshaped", x, { $0[0].reshaped([4, 6]) }, { Reference($0[0].values, [4, 6]) })
    check("reshaped -1", x, { $0[0].reshaped([3, -1, 2]) }, { Reference($0[0].values, [3, 4, 2]) })
    check("flattened", x, { $0[0].flattened() }, { Reference($0[0].values, [2, 12]) })
    #expect(awkward([3], 1).flattened().shape == [3, 1])
    #expect(Tensor(2).reshaped([1, 1]).shape == [1, 1] && Tensor([2], shape: [1]).reshaped([]).shape == [])
  }

  @Test(arguments: [[4], [2, 3], [2, 1, 3, 2]])
  func `padding surrounds a tensor with a value`(_ shape: [Int]) {
    let amounts = shape.indices.map { (before: $0, after: 2 - $0 % 3) }
    check("padded", [awkward(shape, 1)], { $0[0].padded(amounts, with: 7) }) { inputs in
      Reference(shape: zip(shape, amounts).map { $0 + $1.before + $1.after }) { index in
        let inner = zip(index, amounts).map { $0 - $1.before }
        return zip(inner, shape).allSatisfy { $0 >= 0 && $0 < $1 } ? inputs[0][inner] : 7
      }
    }
    #expect(Tensor(3).padded([]).scalar == 3)
  }

  @Test(arguments: [0, 1, 2, -1])
  func `a slice takes a range of one axis`(_ axis: Int) {
    let front = axis < 0 ? axis + 3 : axis
    check("sliced", [awkward([3, 4, 5], 1)], { $0[0].sliced(1..<3, axis: axis) }) { inputs in
      var shape = [3, 4, 5]
      shape[front] = 2
      return Reference(shape: shape) { index in
        var source = index
        source[front] += 1
        return inputs[0][source]
      }
    }
  }

  @Test(arguments: [0, 1, 2])
  func `concatenation puts tensors one after the other along an axis`(_ axis: Int) {
    let extents = [2, 1, 3]
    let parts = extents.enumerated().map { index, extent in
      var shape = [2, 3, 2]
      shape[axis] = extent
      return awkward(shape, UInt64(index))
    }
    check("concatenated", parts, { Tensor.concatenated($0, axis: axis) }) { inputs in
      var shape = [2, 3, 2]
      shape[axis] = 6
      return Reference(shape: shape) { index in
        var (part, source) = (0, index)
        while source[axis] >= extents[part] {
          source[axis] -= extents[part]
          part += 1
        }
        return inputs[part][source]
      }
    }
  }

  @Test func `concatenation takes the last axis by default`() {
    let pair = Tensor.concatenated([Tensor([1, 2], shape: [2, 1]), Tensor([3, 4], shape: [2, 1])])
    #expect(pair.shape == [2, 2] && pair.values == [1, 3, 2, 4])
  }
}
