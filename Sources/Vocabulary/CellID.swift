// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The identity of a cell: the first 16 bytes of the digest of everything that decides its numbers.
///
/// Never an ordinal: the same cell keeps its id when the sweep file around it changes, so its results can be reused.
public struct CellID: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Shortens `digest` to 128 bits.
    public init(_ digest: Digest) {
        (high, low, _, _) = digest.words
    }

    /// Reads the 16 bytes of an id; nil when there are not exactly 16.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads 32 hexadecimal digits; nil for anything else.
    public init?(hexadecimal: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(hexadecimal) else { return nil }
        self.init(bytes: bytes)
    }

    /// The 16 bytes.
    public var bytes: [UInt8] { Hexadecimal.bigEndianBytes(high, low) }
}

extension CellID: Comparable {
    /// Orders ids as their hexadecimal texts.
    public static func < (left: CellID, right: CellID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension CellID: CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public var description: String { Hexadecimal.text(bytes) }
}
