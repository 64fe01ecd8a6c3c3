// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct TrainingIdentityTests {
    private let identity = TrainingIdentity(
        recipe: Digest(of: "recipe".utf8),
        data: Digest(of: "data".utf8),
        numericsVersion: 1
    )

    @Test("the digest is the SHA-256 of the documented text")
    func golden() {
        // printf 'bitsweep training 1\nrecipe %s\n…' | sha256sum, with the digests of "recipe" and "data" from it too.
        let text = """
            bitsweep training 1
            recipe e1d8e552330911f9f779f85b6f2c00a15e790dcc3fbb3b28f5da1d660a30c5b8
            data 3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7
            numerics 1

            """
        #expect(identity.canonicalText == text)
        #expect(identity.digest.description == "4b016c70f547d84251f3051bafc708741a253a02f6250b3dc8eebd59f4d86ba6")
    }

    @Test("every ingredient changes the digest")
    func ingredients() {
        var others = [identity, identity, identity, identity]
        others[1].recipe = Digest(of: "other".utf8)
        others[2].data = Digest(of: "other".utf8)
        others[3].numericsVersion = 2
        #expect(Set(others.map(\.digest)).count == 4)
    }

    @Test("a digest of pieces is that of the whole")
    func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        for cuts in [[0, 1000], [0, 1, 64, 64, 999, 1000]] {
            var digest = RunningDigest()
            for (lower, upper) in zip(cuts, cuts.dropFirst()) { digest.update(Array(bytes[lower..<upper])) }
            #expect(digest.digest == Digest(of: bytes))
        }
    }
}
