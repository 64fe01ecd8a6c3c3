// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The number in an envelope by which a peer shows that it reads what it is sent.
///
/// A coordinator adds a number that cannot be guessed to what is large, and whoever read that repeats the number with the
/// next thing it says, whatever that is. A number stands for everything that came before it on the same connection.
/// Whoever never repeats any is sent no more than a few large messages.
public enum WireReceipt {
    /// The field of the envelope, as protobuf writes it before eight bytes.
    private static let tag: UInt8 = 9 << 3 | 1

    /// The bytes of a message, with a number.
    public static func adding(_ receipt: UInt64, to message: [UInt8]) -> [UInt8] {
        // Fields may come in any order, and so the bytes of a large message are not made again.
        message + [tag] + (0..<8).map { UInt8(truncatingIfNeeded: receipt >> (8 * $0)) }
    }

    /// The number in a message; nil where there is none, or the bytes are no message.
    public static func read(in message: [UInt8]) -> UInt64? {
        var reader = FieldReader(message, in: message.indices)
        var receipt: UInt64?
        while let field = try? reader.next() {
            guard field.number == 9, case .fixed(let bytes) = field.value, bytes.count == 8 else { continue }
            receipt = bytes.reversed().reduce(0) { $0 << 8 | UInt64(message[$1]) }
        }
        return receipt
    }
}
