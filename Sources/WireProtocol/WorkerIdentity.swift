// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a worker calls itself for as long as its process lives, through every reconnection: 16 random bytes.
public struct WorkerIdentity: Hashable, Sendable {
    /// The 16 bytes.
    public let bytes: [UInt8]

    /// Reads 16 bytes; nil when there are not exactly 16.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// A new identity, from `generator`.
    public init(using generator: inout some RandomNumberGenerator) {
        bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

extension WorkerIdentity: CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public var description: String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
