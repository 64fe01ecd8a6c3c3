// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// How far results that were computed again are the certified ones.
package enum CheckVerdict: String, Codable, Sendable {
    /// Every value has the same bits.
    case bitIdentical = "bit-identical"
    /// Bits differ, and the mean difference is equivalent to none (two one-sided tests at 5 %).
    case statisticallyEqual = "statistically equal"
    case different
}

/// What came of a check: the predicate `test-result`, version 0.1, of the in-toto Attestation Framework.
package struct CheckResult: Hashable, Codable, Sendable {
    /// The predicate's type.
    package static let predicateType = "https://in-toto.io/attestation/test-result/v0.1"

    /// `PASSED`, `WARNED` or `FAILED`.
    package var result: String
    /// What was checked with what: the certificate, the program, the machine.
    package var configuration: [ResourceDescriptor]
    /// What was checked, by what came of it.
    package var passedTests: [String]
    package var warnedTests: [String]
    package var failedTests: [String]

    /// A check whose parts came out so: passed when nothing is worse, failed when anything failed.
    package init(
        configuration: [ResourceDescriptor],
        passed: [String],
        warned: [String] = [],
        failed: [String] = []
    ) {
        self.configuration = configuration
        (passedTests, warnedTests, failedTests) = (passed, warned, failed)
        result = !failed.isEmpty ? "FAILED" : warned.isEmpty ? "PASSED" : "WARNED"
    }

    /// The statement that says so of a certificate.
    package func statement(of certificate: CertificateFile, named name: String) -> Statement<CheckResult> {
        Statement(
            subject: [
                ResourceDescriptor(.file, name, certificate.fileDigest),
                ResourceDescriptor(.cells, "cells", certificate.root),
            ],
            predicateType: Self.predicateType,
            predicate: self
        )
    }
}
