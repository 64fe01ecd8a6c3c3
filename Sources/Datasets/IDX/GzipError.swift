// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why gzipped bytes could not be decompressed.
public enum GzipError: Error, Hashable, Sendable {
    /// The stream stops before its end; the count is of decompressed bytes.
    case truncated(after: Int)
    /// zlib refuses the stream at this compressed byte.
    case damaged(at: Int, reason: String)
    /// Bytes that are neither another gzip member nor zero padding follow the last member.
    case trailingGarbage(at: Int)
    /// zlib could not be started.
    case unavailable(code: Int)
}

extension GzipError: CustomStringConvertible {
    /// What was found, where, and what would be right.
    public var description: String {
        switch self {
        case .truncated(let bytes):
            "the gzip stream is cut short after \(bytes) decompressed bytes; fetch the file again"
        case .damaged(let offset, let reason):
            "damaged gzip stream at byte \(offset) (\(reason)); fetch the file again"
        case .trailingGarbage(let offset):
            "bytes that are not gzip follow the gzip stream at byte \(offset); expected the end of the file there"
        case .unavailable(let code):
            "zlib could not be started (code \(code)); is there memory left?"
        }
    }
}
