// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZlib

/// Decompresses gzipped bytes piece by piece; the only owner of a zlib stream.
///
/// A caller says how many bytes it wants and never receives more, so a small file that decompresses to gigabytes costs
/// only what was asked for. Several members in a row are one stream, and zero padding after the last one is passed
/// over.
final class Gunzip {
    private let compressed: [UInt8]
    private var stream = z_stream()
    /// Compressed bytes consumed.
    private var consumed = 0
    /// Decompressed bytes handed out.
    private var produced = 0
    private var finished = false

    /// The largest piece given to zlib in one call, whose counters are 32 bits wide.
    private static let largestPiece = 1 << 20

    init(_ compressed: [UInt8]) throws(GzipError) {
        self.compressed = compressed
        let code = bitsweep_gunzip_start(&stream)
        guard code == Z_OK else { throw .unavailable(code: Int(code)) }
    }

    deinit {
        inflateEnd(&stream)
    }

    /// Whether `bytes` begin as gzip does.
    static func recognises(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.prefix(2).elementsEqual([0x1f, 0x8b])
    }

    /// The next `count` decompressed bytes, or fewer at the end of the stream.
    func read(_ count: Int) throws(GzipError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, !finished {
            let piece = try inflatePiece(atMost: min(count - bytes.count, Self.largestPiece))
            bytes.append(contentsOf: piece)
            produced += piece.count
        }
        return bytes
    }

    /// At least one byte on, or the end of a member, or an error.
    private func inflatePiece(atMost size: Int) throws(GzipError) -> [UInt8] {
        let (piece, code) = callInflate(atMost: size)
        switch code {
        case Z_STREAM_END: try endMember()
        case Z_OK where !piece.isEmpty || consumed < compressed.count: break
        case Z_OK, Z_BUF_ERROR: throw .truncated(after: produced + piece.count)
        default: throw .damaged(at: consumed, reason: stream.msg.map { String(cString: $0) } ?? "zlib code \(code)")
        }
        return piece
    }

    /// One call of zlib's inflate; its pointers live no longer than the call.
    private func callInflate(atMost size: Int) -> (piece: [UInt8], code: CInt) {
        let available = min(compressed.count - consumed, Self.largestPiece)
        var code = Z_OK
        let piece = [UInt8](unsafeUninitializedCapacity: size) { output, filled in
            compressed.withUnsafeBufferPointer { input in
                // zlib declares its input mutable for old compilers' sake; inflate only reads it.
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
                stream.avail_in = UInt32(available)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(size)
                code = inflate(&stream, Z_NO_FLUSH)
                filled = size - Int(stream.avail_out)
                consumed += available - Int(stream.avail_in)
                stream.next_in = nil
                stream.next_out = nil
            }
        }
        return (piece, code)
    }

    /// Goes on to the next member, or ends when only zero padding is left.
    private func endMember() throws(GzipError) {
        let rest = compressed[consumed...]
        if Self.recognises(rest) {
            inflateReset(&stream)
        } else if rest.allSatisfy({ $0 == 0 }) {
            finished = true
        } else {
            throw .trailingGarbage(at: consumed)
        }
    }
}
