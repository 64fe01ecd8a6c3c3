// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A SHA-256 digest: the name of a file's content, whatever the file is called.
public struct Digest: Hashable, Sendable {
    /// The 32 bytes of the digest as four big-endian words.
    let words: (UInt64, UInt64, UInt64, UInt64)

    /// The SHA-256 digest of `content`.
    public init(of content: some Sequence<UInt8>) {
        self.init(of: Array(content)[...])
    }

    /// The SHA-256 digest of contiguous bytes.
    public init(of content: ArraySlice<UInt8>) {
        self.init(hashed: content.withUnsafeBytes { SHA256.hash(data: $0) })
    }

    /// The digest of the concatenation of `parts`, without joining them in memory.
    public init(ofConcatenated parts: [[UInt8]]) {
        var hash = SHA256()
        for part in parts {
            part.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        self.init(hashed: hash.finalize())
    }

    /// Reads the 32 bytes of a digest; nil when there are not exactly 32.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var remaining = bytes[...]
        func nextWord() -> UInt64 {
            defer { remaining = remaining.dropFirst(8) }
            return remaining.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
        words = (nextWord(), nextWord(), nextWord(), nextWord())
    }

    /// Reads 64 hexadecimal digits; nil for anything else.
    public init?(hexadecimal: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(hexadecimal) else { return nil }
        self.init(bytes: bytes)
    }

    init(hashed: SHA256.Digest) {
        var words: [UInt64] = [0, 0, 0, 0]
        for (position, byte) in hashed.enumerated() {
            words[position / 8] = words[position / 8] << 8 | UInt64(byte)
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        Hexadecimal.bigEndianBytes(words.0, words.1, words.2, words.3)
    }

    /// Digests are equal when all 32 bytes are.
    public static func == (left: Digest, right: Digest) -> Bool {
        left.words == right.words
    }

    /// Feeds the words to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension Digest: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String { Hexadecimal.text(bytes) }
}
