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
}
