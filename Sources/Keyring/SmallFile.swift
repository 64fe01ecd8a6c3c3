// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation

/// Files of a few lines: read whole within a limit, written whole or not at all.
enum SmallFile {
    /// What tells one content of a file from the next without reading it.
    struct Stamp: Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let modified: [Int]
    }

    struct Content {
        let text: String
        let mode: FileMode
        let stamp: Stamp
    }

    /// Reads a file of at most `limit` bytes; pipes and devices are refused before they can block.
    static func read(_ path: String, limit: Int) throws(KeyringError) -> Content {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing(path: path) : .unreadable(path: path, reason: failure)
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: failure) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        let bytes: Data
        do {
            bytes = try file.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw .unreadable(path: path, reason: SystemReason.text(of: error))
        }
        guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .damaged(path: path, line: 1, what: "not UTF-8 text; restore the file from a copy")
        }
        return Content(text: text, mode: FileMode(bits: UInt32(status.st_mode)), stamp: Stamp(status))
    }

    /// The stamp of the file at `path`; nil when it cannot be looked at.
    static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        return stat(path, &status) == 0 ? Stamp(status) : nil
    }

    /// The permissions of the file at `path`; nil when it cannot be looked at.
    static func mode(_ path: String) -> FileMode? {
        var status = stat()
        return stat(path, &status) == 0 ? FileMode(bits: UInt32(status.st_mode)) : nil
    }

    /// Whether something is at `path`, even what may not be looked at.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 || errno != ENOENT && errno != ENOTDIR
    }

    /// Makes a file with mode 0600 that must not exist yet.
    static func create(_ path: String, _ text: String) throws(KeyringError) {
        do {
            try DurableFile.create(Array(text.utf8), at: path, .secret)
        } catch {
            throw error.code == EEXIST ? .exists(path: path) : .unwritable(path: path, reason: error.reason)
        }
    }

    /// Replaces a file, or makes it, with mode 0600.
    static func replace(_ path: String, _ text: String) throws(KeyringError) {
        do {
            try DurableFile.write(Array(text.utf8), to: path, .secret)
        } catch {
            throw .unwritable(path: error.path, reason: error.reason)
        }
    }

    /// Makes a directory and those above it, for their owner alone.
    static func makeDirectory(_ path: String) throws(KeyringError) {
        guard mkdir(path, 0o700) != 0 else { return }
        if errno == ENOENT {
            let parent = (path as NSString).deletingLastPathComponent
            guard !parent.isEmpty, parent != path else { throw .unwritable(path: path, reason: failure) }
            try makeDirectory(parent)
            guard mkdir(path, 0o700) != 0 else { return }
        }
        guard errno == EEXIST else { throw .unwritable(path: path, reason: failure) }
    }

    private static var failure: String { String(cString: strerror(errno)) }
}

extension SmallFile.Stamp {
    init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            modified: [
                status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
            ]
        )
    }
}
