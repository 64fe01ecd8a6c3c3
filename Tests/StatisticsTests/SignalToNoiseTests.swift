// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Testing

@Suite struct SignalToNoiseTests {
    // NumPy: 10 * log10(255**2 / mean((a - b)**2)), a and b the images one after another.
    @Test("several images have the ratio of their mean squared difference")
    func knownAnswer() {
        var ratio = SignalToNoise([0, 10, 20, 255], changed: [0, 12, 20, 250])
        #expect(abs(ratio.decibels(peak: 255) - 39.527423542969) < 1e-9)
        ratio.add([100, 100], changed: [103, 96])
        #expect(abs(ratio.decibels(peak: 255) - 38.588378514286) < 1e-9)
        // A scale of its own changes nothing.
        let small = SignalToNoise([0, 0.0625, 0.25, 1], changed: [0, 0.125, 0.25, 0.5])
        let large = SignalToNoise([0, 16, 64, 256], changed: [0, 32, 64, 128])
        #expect(small.decibels(peak: 1) == large.decibels(peak: 256))
    }

    @Test("no difference is infinitely far below the signal, and what is no number is none")
    func ends() {
        #expect(SignalToNoise([1, 2], changed: [1, 2]).decibels(peak: 255) == .infinity)
        #expect(SignalToNoise([1, 2], changed: [1, .nan]).decibels(peak: 255).isNaN)
        #expect(SignalToNoise().decibels(peak: 255).isNaN)
    }
}
