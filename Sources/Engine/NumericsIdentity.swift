// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
import Vocabulary

/// Which arithmetic an engine does: coordinator and workers must agree on it to the last bit.
public struct NumericsIdentity: Hashable, Sendable {
    /// Raised whenever the same cell would get another number; part of every cell's id.
    public static let version: UInt32 = 2
    /// Raised whenever the same recipe would give other weights; part of the identity of every model that a run trains.
    public static let trainingVersion: UInt32 = 1

    /// The engine's version of the arithmetic.
    public var version: UInt32
    /// A digest of known answers, so that a build that breaks the law of one number is found when it says hello.
    public var fingerprint: String

    /// What another process says of itself.
    public init(version: UInt32, fingerprint: String) {
        self.version = version
        self.fingerprint = fingerprint
    }

    /// The arithmetic of `kernels`, measured: random numbers, elementary functions and a small model of every family.
    public init(measuredWith kernels: KernelSet) {
        self.init(version: Self.version, answers: KnownAnswers.words(kernels))
    }

    /// An arithmetic that gives `answers`.
    init(version: UInt32, answers: [UInt32]) {
        let bytes = answers.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        self.init(version: version, fingerprint: String(Digest(of: bytes).description.prefix(16)))
    }
}

extension NumericsIdentity: CustomStringConvertible {
    /// As in `numerics 1 (3f2a…)`.
    public var description: String { "numerics \(version) (\(fingerprint))" }
}
