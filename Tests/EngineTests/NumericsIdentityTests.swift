// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Testing
import Vocabulary

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct NumericsIdentityTests {
    @Test("all instruction sets of this machine are one arithmetic")
    func instructionSets() {
        let identities = InstructionSet.available.map { NumericsIdentity(measuredWith: KernelSet($0)) }
        #expect(Set(identities).count == 1)
        #expect(identities[0].version == NumericsIdentity.version)
        #expect(identities[0].fingerprint.count == 16)
        #expect(identities[0].description == "numerics 2 (\(identities[0].fingerprint))")
    }

    @Test("one bit of one answer, or the version, makes another arithmetic")
    func sensitivity() {
        let answers = KnownAnswers.words(KernelSet(InstructionSet.available.last ?? .portable))
        let identity = NumericsIdentity(version: 1, answers: answers)
        #expect(NumericsIdentity(version: 2, answers: answers) != identity)
        for position in stride(from: 0, to: answers.count, by: answers.count / 10) {
            var changed = answers
            changed[position] ^= 1
            #expect(NumericsIdentity(version: 1, answers: changed) != identity)
        }
    }

    @Test("the known answers are finite numbers of every kind of computation")
    func answers() {
        let kernels = KernelSet(InstructionSet.available.last ?? .portable)
        let answers = KnownAnswers.words(kernels).map { Float(bitPattern: $0) }
        // Uniform and normal numbers, seven functions of 260 numbers, two scores and the images of a flow, an
        // autoregressive model's scores, a classifier's.
        #expect(answers.count == 1024 + 7 * 260 + 3 * (2 * 9 + 12 * 8 * 3) + 3 * 3 + 3 * 9)
        #expect(answers.filter { !$0.isFinite }.count <= 4)
        #expect(Set(answers.map(\.bitPattern)).count > answers.count * 4 / 5)
    }
}
