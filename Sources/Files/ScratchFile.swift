// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file without a name for what is too much for memory: it goes with the object, however the process ends.
package final class ScratchFile {
    private let folder: String
    private let descriptor: Descriptor
    private let calls: SystemCalls
    /// Number of bytes in the file.
    package private(set) var count = 0

    /// Makes an empty file where a file at `path` would be; where bytes to `path` go straight through, in `folder`.
    package init(beside path: String, or folder: String, calls: SystemCalls = .system) throws(FileError) {
        switch try Destination(path) {
        case .file(let target, _): self.folder = Destination.folder(of: target)
        case .stream: self.folder = folder
        }
        self.calls = calls
        do throws(Descriptor.Failure) {
            descriptor = try Self.open(in: self.folder)
        } catch {
            throw FileError(path: self.folder, code: error.code)
        }
    }

    /// Adds bytes at the end.
    package func append(_ bytes: [UInt8]) throws(FileError) {
        do throws(Descriptor.Failure) {
            try descriptor.write(bytes, with: calls)
            count += bytes.count
        } catch {
            throw FileError(path: folder, code: error.code)
        }
    }

    /// The `count` bytes at `offset`, all of which were appended before.
    package func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let read = pread(descriptor.number, rest.baseAddress, rest.count, off_t(offset + filled))
                if read > 0 {
                    filled += read
                } else if read == 0 || errno != EINTR {
                    code = read == 0 ? EIO : errno
                    return
                }
            }
        }
        if code != 0 { throw FileError(path: folder, code: code) }
        return bytes
    }

    /// Opens a file that never had a name, or, on file systems that know no such thing, has lost it.
    private static func open(in folder: String) throws(Descriptor.Failure) -> Descriptor {
        do throws(Descriptor.Failure) {
            return try Descriptor(opening: folder, O_RDWR | temporaryFlag, mode: 0o600)
        } catch {
            guard [EOPNOTSUPP, EISDIR, EINVAL, ENOENT].contains(error.code) else { throw error }
        }
        let file: TemporaryFile
        do {
            file = try TemporaryFile(beside: folder + "/bitsweep-scratch")
        } catch {
            throw Descriptor.Failure(code: error.code)
        }
        defer { file.discard() }
        return try Descriptor(opening: file.path, O_RDWR | O_NOFOLLOW)
    }

    /// `O_TMPFILE` of x86-64 Linux, a macro that Swift does not import.
    private static let temporaryFlag: Int32 = 0o20_000_000 | O_DIRECTORY
}
