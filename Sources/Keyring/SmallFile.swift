// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Glibc

/// Files of a few lines: read whole within a limit, written whole or not at all.
enum SmallFile {
    /// What tells one content of a file from the next without reading it.
    struct Stamp: Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let modified: [Int]
    }

    /// What the permissions of a file are worth.
    enum Origin {
        /// A pipe, which only its two ends reach: its permissions say nothing.
        case pipe
        /// A file that nobody changes over its mount, and that is of this user or of root, or was mounted by itself:
        /// whoever mounted it chose its permissions.
        case mountedReadOnly
        /// A file of which its owner decides.
        case owned
    }

    /// How long a pipe may say nothing.
    private static let patience: Int32 = 10_000

    struct Content {
        let text: String
        let mode: FileMode
        let origin: Origin
        let stamp: Stamp
    }

    /// Reads a file of at most `limit` bytes; devices and FIFOs are refused before they can block.
    ///
    /// The pipe behind a shell's `<(…)` is taken where pipes are expected: it has a writer, or had one. A FIFO may never
    /// have one.
    static func read(_ path: String, limit: Int, pipes: Bool = false) throws(KeyringError) -> Content {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing(path: path) : .unreadable(path: path, reason: failure)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: failure) }
        let isPipe = pipes && status.st_mode & S_IFMT == S_IFIFO && isNameless(descriptor)
        guard status.st_mode & S_IFMT == S_IFREG || isPipe else { throw .notAFile(path: path) }
        guard let bytes = bytes(descriptor, atMost: limit + 1) else {
            throw .unreadable(path: path, reason: failure)
        }
        guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .damaged(path: path, line: 1, what: "not UTF-8 text; restore the file from a copy")
        }
        let mode = FileMode(bits: UInt32(status.st_mode))
        let origin: Origin = isPipe ? .pipe : isMountedReadOnly(descriptor, status) ? .mountedReadOnly : .owned
        return Content(text: text, mode: mode, origin: origin, stamp: Stamp(status))
    }

    /// The bytes up to the end, or the first `limit` of them; nil, with the reason in `errno`, when they cannot be had.
    private static func bytes(_ descriptor: Int32, atMost limit: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let new = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, limit - count)
            }
            if new == 0 { break }
            if new > 0 {
                count += new
            } else if errno == EAGAIN {
                guard isReady(descriptor) else { return nil }
            } else if errno != EINTR {
                return nil
            }
        }
        return Array(bytes.prefix(count))
    }

    /// Waits until a pipe has something to say, or its other end is closed; false, with the reason in `errno`, when
    /// neither comes.
    private static func isReady(_ descriptor: Int32) -> Bool {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = poll(&item, 1, patience)
        if ready == 0 { errno = ETIMEDOUT }
        return ready > 0 || ready < 0 && errno == EINTR
    }

    /// Whether a pipe has no name in any folder.
    private static func isNameless(_ descriptor: Int32) -> Bool {
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
        return target?.hasPrefix("pipe:") == true
    }

    private static func isMountedReadOnly(_ descriptor: Int32, _ status: stat) -> Bool {
        let mount = FileMount(of: descriptor)
        guard mount.isReadOnly else { return false }
        // Compose mounts a secret as the file that it is, with the owner that it has on the host, whose number means
        // nothing here. A folder of somebody else's files that happens to be read-only is another thing.
        return status.st_uid == 0 || status.st_uid == geteuid() || mount.isOfOneFile
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
