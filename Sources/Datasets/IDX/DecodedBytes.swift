// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation

/// A file's bytes from first to last, decompressed on the way when the file is gzipped.
struct DecodedBytes {
    private enum Source {
        case plain([UInt8], position: Int)
        case gzip(Gunzip)
    }

    /// The largest file that is read, in bytes as it lies on disk.
    static let largestFile = 1 << 31

    let file: String
    private var source: Source

    /// Opens the regular file at `file`; whether it is gzipped is decided by its content, not its name.
    init(file: String) throws(DataFileError) {
        try self.init(Self.content(of: file), file: file)
    }

    /// Bytes already in memory; `file` is what errors call them.
    init(_ bytes: [UInt8], file: String) throws(DataFileError) {
        self.file = file
        do throws(GzipError) {
            source = Gunzip.recognises(bytes) ? .gzip(try Gunzip(bytes)) : .plain(bytes, position: 0)
        } catch {
            throw DataFileError(file: file, .gzip(error))
        }
    }

    /// The next `count` bytes, or fewer at the end.
    mutating func read(_ count: Int) throws(DataFileError) -> [UInt8] {
        switch source {
        case .plain(let bytes, let position):
            let end = min(position + count, bytes.count)
            source = .plain(bytes, position: end)
            return Array(bytes[position..<end])
        case .gzip(let gunzip):
            do throws(GzipError) {
                return try gunzip.read(count)
            } catch {
                throw DataFileError(file: file, .gzip(error))
            }
        }
    }

    private static func content(of file: String) throws(DataFileError) -> [UInt8] {
        do {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: URL(filePath: file).resolvingSymlinksInPath().path
            )
            guard attributes[.type] as? FileAttributeType == .typeRegular else {
                throw DataFileError(file: file, .unreadable(reason: "not a regular file"))
            }
            let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
            guard size <= largestFile else {
                throw DataFileError(file: file, .tooLarge(bytes: size, limit: largestFile))
            }
            return try [UInt8](Data(contentsOf: URL(filePath: file)))
        } catch let error as DataFileError {
            throw error
        } catch {
            throw DataFileError(file: file, .unreadable(reason: SystemReason.text(of: error)))
        }
    }
}
