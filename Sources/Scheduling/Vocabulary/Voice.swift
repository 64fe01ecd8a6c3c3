// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// On whose behalf a worker speaks: what counts as one when opinions are counted, whatever workers call themselves.
///
/// A process can take as many identities as it likes, and claim any host. A key it must have been given, and an address it
/// must have: two workers are two voices only where both differ. Where there are no keys the address alone counts.
public struct Voice: Hashable, Sendable {
    /// The key that the worker proved to have; nil where there are none.
    public let key: String?
    /// The host as the network shows it: the address that the worker connects from.
    public let address: String

    /// The voice of `key` at `address`.
    public init(key: String?, address: String) {
        self.key = key
        self.address = address
    }

    /// Whether the two can be of two minds: neither the same key nor the same host.
    public func isIndependent(of other: Voice) -> Bool {
        address != other.address && (key == nil || key != other.key)
    }
}
