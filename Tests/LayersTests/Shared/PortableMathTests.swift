// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Testing

@Suite struct PortableMathTests {
    @Test("exp agrees with the C library's to a few units in the last place")
    func exponential() {
        for step in -70_000...70_000 {
            let x = Double(step) * 0.01 + 1e-5
            #expect(abs(PortableMath.exp(x) - exp(x)) <= 4 * exp(x).ulp, "exp(\(x))")
        }
    }

    @Test("log agrees with the C library's to a few units in the last place")
    func logarithm() {
        for step in -70_000...70_000 {
            let x = exp(Double(step) * 0.01 + 1e-5)
            #expect(abs(PortableMath.log(x) - log(x)) <= 4 * log(x).ulp, "log(\(x))")
        }
        for step in 1...1000 {
            let x = 1 + Double(step) * 1e-9
            #expect(abs(PortableMath.log(x) - log(x)) <= 4 * log(x).ulp, "log(\(x))")
        }
    }

    @Test("limits and impossible arguments have their IEEE results")
    func limits() {
        #expect(PortableMath.exp(.infinity) == .infinity)
        #expect(PortableMath.exp(-.infinity) == 0)
        #expect(PortableMath.exp(.nan).isNaN)
        #expect(PortableMath.exp(0) == 1)
        #expect(PortableMath.exp(710) == .infinity)
        #expect(PortableMath.exp(-744.5) == exp(-744.5))
        #expect(PortableMath.log(0) == -.infinity)
        #expect(PortableMath.log(-1).isNaN)
        #expect(PortableMath.log(.infinity) == .infinity)
        #expect(PortableMath.log(1) == 0)
        #expect(PortableMath.log(.leastNonzeroMagnitude) == log(.leastNonzeroMagnitude))
    }

    @Test("eight numbers at a time have the bits of each by itself")
    func lanes() {
        let limits: [Double] = [
            0, -0.0, 1, -1, 709.79, 709.8, -745.2, -745.3, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
            .leastNormalMagnitude, .greatestFiniteMagnitude, 1.4142135623730951, 1.4142135623730952,
        ]
        let halves: [Double] = [0.5, 1.5, -0.5, -2.5].map { $0 * log(2.0) }
        let grid: [Double] = (-30_000...30_000).map { Double($0) * 0.025 + 1e-5 }
        let close: [Double] = (1...1000).map { 1 + Double($0) * 1e-9 }
        let numbers: [Double] = limits + halves + grid + grid.map { exp($0) } + close
        for start in stride(from: 0, to: numbers.count, by: 8) {
            let eight = (0..<8).map { numbers[(start + $0) % numbers.count] }
            let (exponentials, logarithms) = (PortableMath.exp(SIMD8(eight)), PortableMath.log(SIMD8(eight)))
            for (lane, x) in eight.enumerated() {
                #expect(agree(exponentials[lane], PortableMath.exp(x)), "exp(\(x))")
                #expect(agree(logarithms[lane], PortableMath.log(x)), "log(\(x))")
            }
        }
    }

    private func agree(_ a: Double, _ b: Double) -> Bool { a.bitPattern == b.bitPattern || a.isNaN && b.isNaN }
}
