// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Testing

@Suite struct TensorTests {
    let tensor = Tensor(shape: [2, 3, 4], values: (0..<24).map(Float.init))

    @Test("each element of a transposed tensor is where its axes say")
    func transposed() {
        let result = tensor.transposed([2, 0, 1])
        #expect(result.shape == [4, 2, 3])
        for (i, j, k) in [(0, 0, 0), (3, 1, 2), (1, 0, 2), (2, 1, 0)] {
            #expect(result.values[(i * 2 + j) * 3 + k] == tensor.values[(j * 3 + k) * 4 + i])
        }
    }

    @Test("selected slices come in the order asked for")
    func selecting() {
        let result = tensor.selecting([1, 0])
        #expect(result.shape == [2, 3, 4])
        #expect(result.values == (12..<24).map(Float.init) + (0..<12).map(Float.init))
    }

    @Test("encoded numbers are decoded to the same bits")
    func encoding() {
        let floats: [Float] = [0, -0.0, 1.5, .infinity, .leastNonzeroMagnitude]
        let decoded = ElementType.float32.floats(decoding: ElementType.bytes(encoding: floats)[...])
        #expect(decoded.map(\.bitPattern) == floats.map(\.bitPattern))
        let integers: [Int32] = [0, -1, .min, .max]
        let bytes = ElementType.bytes(encoding: integers)
        #expect(ElementType.int32.integers(decoding: bytes[...]) == integers.map(Int.init))
        #expect(ElementType.float64.floats(decoding: ElementType.bytes(encoding: [0.1])[...]) == [0.1])
        #expect(ElementType.float32.integers(decoding: []) == nil)
    }

    @Test("a scope sees its own layer's parameters alone")
    func scopes() {
        let set = ParameterSet(["a.b.c": tensor, "c": Tensor(shape: [], values: [1])])
        #expect(set.scope("a").scope("b")["c"].shape == [2, 3, 4])
        #expect(set["c"].shape == [])
        #expect(ParameterSpec("c", [1]).scoped("b").scoped("a") == ParameterSpec("a.b.c", [1]))
    }
}
