// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Testing

@Suite struct InvertibleConvolutionTests {
    private func parameters(_ size: Int) -> ParameterSet {
        let stream = RandomStream(seed: 4, purpose: .initialisation, index: UInt64(size))
        let small = stream.uniforms(2 * size * size + size).map { $0 - 0.5 }
        return ParameterSet([
            "permutation": Tensor(shape: [size], values: (0..<size).map { Float(($0 + 2) % size) }),
            "lower": Tensor(shape: [size, size], values: Array(small[..<(size * size)])),
            "upper": Tensor(shape: [size, size], values: Array(small[(size * size)..<(2 * size * size)])),
            "log-s": Tensor(shape: [size], values: Array(small[(2 * size * size)...])),
            "sign-s": Tensor(shape: [size], values: (0..<size).map { $0 % 2 == 0 ? 1 : -1 }),
        ])
    }

    @Test("matrix times inverse is the identity, and the determinant is that of the matrix", arguments: [1, 2, 5, 16])
    func inverse(size: Int) throws {
        let convolution = try #require(InvertibleConvolution(parameters(size)))
        let product = convolution.matrix * convolution.inverse
        for row in 0..<size {
            for column in 0..<size { #expect(abs(product[row, column] - (row == column ? 1 : 0)) <= 1e-10) }
        }
        #expect(abs(convolution.logDeterminant - logDeterminant(convolution.matrix)) <= 1e-10)
    }

    @Test("the permutation moves rows: row i of W is row permutation[i] of L·U")
    func permutation() throws {
        var tensors = parameters(3).tensors
        let zero = Tensor(shape: [3, 3], values: [Float](repeating: 0, count: 9))
        (tensors["lower"], tensors["upper"]) = (zero, zero)
        tensors["log-s"] = Tensor(shape: [3], values: [0, 0, 0])
        tensors["permutation"] = Tensor(shape: [3], values: [1, 2, 0])
        let convolution = try #require(InvertibleConvolution(ParameterSet(tensors)))
        #expect(convolution.matrix.entries == [0, -1, 0, 0, 0, 1, 1, 0, 0])
    }

    @Test("what is no permutation makes no layer", arguments: [[0, 0, 1], [1, 2, 3], [0, 1, 2.5], [0, .nan, 1]])
    func refused(values: [Float]) {
        var tensors = parameters(3).tensors
        tensors["permutation"] = Tensor(shape: [3], values: values)
        #expect(InvertibleConvolution(ParameterSet(tensors)) == nil)
    }

    /// ln |det| by elimination with row exchanges.
    private func logDeterminant(_ matrix: SquareMatrix) -> Double {
        var rows = (0..<matrix.size).map { row in (0..<matrix.size).map { matrix[row, $0] } }
        var sum = 0.0
        for column in rows.indices {
            let pivot = (column..<rows.count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            rows.swapAt(column, pivot)
            sum += log(abs(rows[column][column]))
            for row in column + 1..<rows.count {
                let factor = rows[row][column] / rows[column][column]
                for index in column..<rows.count { rows[row][index] -= factor * rows[column][index] }
            }
        }
        return sum
    }
}
