// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Testing

@Suite("Random numbers")
struct RandomTests {
    @Test("an element does not depend on how many are drawn", arguments: [1, 2, 3, 15, 63, 64, 65, 200])
    func elementsAreIndependentOfTheCount(count: Int) {
        let stream = RandomStream(seed: 42, purpose: .sampling, index: 7)
        let kernels = KernelSet(InstructionSet.available.last ?? .portable)
        #expect(stream.uniforms(count) == Array(stream.uniforms(300).prefix(count)))
        #expect(stream.gaussians(count, kernels) == Array(stream.gaussians(300, kernels).prefix(count)))
    }

    @Test("uniform numbers are the words' upper bits, in [0, 1)")
    func uniformsAreWords() {
        let stream = RandomStream(seed: .max, purpose: .noise, index: 1 << 40)
        for (element, value) in stream.uniforms(1001).enumerated() {
            #expect(value == Float(stream.word(element) >> 8) / 16_777_216)
            #expect(value >= 0 && value < 1)
        }
    }

    @Test("Gaussian numbers are Box–Muller's of the words")
    func gaussiansAreBoxMuller() {
        let stream = RandomStream(seed: 9, purpose: .dequantisation, index: 3)
        let values = stream.gaussians(1002, KernelSet(InstructionSet.available.last ?? .portable))
        for pair in stride(from: 0, to: values.count, by: 2) {
            let u = (Double(stream.word(pair)) + 1) / 4_294_967_296
            let turns = Double(stream.word(pair + 1) >> 8) / 16_777_216
            let radius = (-2 * log(u)).squareRoot()
            #expect(abs(Double(values[pair]) - radius * cos(2 * .pi * turns)) < 2e-6)
            #expect(abs(Double(values[pair + 1]) - radius * sin(2 * .pi * turns)) < 2e-6)
        }
    }

    @Test("Gaussian numbers have the moments and quantiles of a standard normal")
    func gaussiansAreNormal() {
        let kernels = KernelSet(InstructionSet.available.last ?? .portable)
        let values = (0..<50).flatMap { index in
            RandomStream(seed: 1, purpose: .noise, index: UInt64(index)).gaussians(4000, kernels).map(Double.init)
        }
        let count = Double(values.count)
        func moment(_ power: Double) -> Double { values.reduce(0) { $0 + pow($1, power) } / count }
        // Five standard errors of each estimate.
        #expect(abs(moment(1)) < 5 / count.squareRoot())
        #expect(abs(moment(2) - 1) < 5 * (2 / count).squareRoot())
        #expect(abs(moment(3)) < 5 * (15 / count).squareRoot())
        #expect(abs(moment(4) - 3) < 5 * (96 / count).squareRoot())
        let beyondTwo = Double(values.count { abs($0) > 2 }) / count
        #expect(abs(beyondTwo - erfc(2 / 2.0.squareRoot())) < 5 * (0.0455 / count).squareRoot())
    }

    @Test("seed, purpose and index each choose another sequence")
    func sequencesDiffer() {
        var first: [[Float]] = []
        for seed: UInt64 in [0, 1, 1 << 32] {
            for purpose in RandomPurpose.allCases {
                for index: UInt64 in [0, 1, 1 << 32] {
                    first.append(RandomStream(seed: seed, purpose: purpose, index: index).uniforms(4))
                }
            }
        }
        #expect(Set(first).count == first.count)
    }

    @Test("every instruction set gives the portable one's Gaussian bits", arguments: fasterSets)
    func isBitIdenticalAcrossInstructionSets(_ set: InstructionSet) {
        for index in 0..<20 {
            let stream = RandomStream(seed: 77, purpose: .noise, index: UInt64(index))
            #expect(bits(stream.gaussians(999, KernelSet(set))) == bits(stream.gaussians(999, KernelSet(.portable))))
        }
    }
}
