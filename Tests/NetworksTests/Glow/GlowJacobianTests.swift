// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks
import Testing

/// log |det ∂(z₁…z_L)/∂x| is what the likelihood subtracts; here it comes from differences of the latents themselves.
@Suite struct GlowJacobianTests {
    static let configurations = [
        GlowConfiguration(height: 8, width: 8, levels: 2, steps: 2, hiddenChannels: 8, coupling: .affine, classes: 2),
        GlowConfiguration(height: 8, width: 8, levels: 2, steps: 2, hiddenChannels: 8, coupling: .additive, classes: 2),
    ]

    @Test("the log-determinant is that of the numeric Jacobian", arguments: configurations)
    func numericJacobian(configuration: GlowConfiguration) throws {
        let checkpoint = try RandomGlow.checkpoint(configuration)
        let naive = NaiveGlow(configuration: configuration, parameters: checkpoint.parameters)
        let image = RandomGlow.images(1, configuration).map(Double.init)
        let truth = naive.forward(image, label: 0)
        // The latents are standardised: their Jacobian carries −Σ log-scale besides the flow's own log-determinant.
        let expected = truth.logDeterminants.reduce(0, +) - truth.logScales.reduce(0, +)
        let step = 1e-5
        let columns = image.indices.map { index in
            var (above, below) = (image, image)
            above[index] += step
            below[index] -= step
            let high = naive.forward(above, label: 0).latents.flatMap { $0 }
            let low = naive.forward(below, label: 0).latents.flatMap { $0 }
            return zip(high, low).map { ($0 - $1) / (2 * step) }
        }
        let numeric = Self.logDeterminant(columns)
        #expect(abs(numeric - expected) <= 1e-6, "naive model: \(numeric - expected)")
        let scores = try Engines.glow(checkpoint).score(image.map { Float($0) }, labels: [0])
        let engine = (0..<configuration.levels).reduce(0.0) { sum, level in
            sum + scores.logDeterminant[level][0] - scores.logScale[level][0]
        }
        #expect(abs(numeric - engine) <= 1e-4, "engine: \(numeric - engine)")
    }

    /// ln |det| by elimination with row exchanges.
    private static func logDeterminant(_ matrix: [[Double]]) -> Double {
        var rows = matrix
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
