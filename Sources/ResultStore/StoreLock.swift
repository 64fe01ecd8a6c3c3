// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Vocabulary

/// The locks by which coordinators keep out of each other's runs: a byte for each sweep of the file `STORE.lock`.
///
/// They belong to an open file (`F_OFD_SETLK`), so the kernel releases them when the process ends, however it does, and
/// holds them against every process that sees the file, whatever its container calls itself. POSIX locks would go with
/// the first descriptor of the file that the process closes. The database itself is not locked, because closing it would
/// take SQLite's own POSIX locks away. The file stays when the run is over: one that waits at a removed file and one that
/// makes a new one would both hold the lock.
final class StoreLock: Sendable {
    private let path: String
    private let descriptor: Int32
    private let isNew: Bool
    private let held = Mutex<Set<Int64>>([])

    /// Opens the lock file beside the store at `store`, which exists; nothing is locked yet.
    ///
    /// - Throws: `ResultStoreError.needsLocalDisk` where the file system has no locks.
    init(beside store: String) throws(ResultStoreError) {
        path = Self.path(beside: store)
        isNew = access(path, F_OK) != 0
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw ResultStoreError(code: errno, opening: path, of: store) }
        if isNew { shareLike(store) }
        do throws(ResultStoreError) {
            // Whether there are locks at all is found out before SQLite waits for those that it never gets.
            if try set(.write, on: Self.probedByte, of: store) { try set(.none, on: Self.probedByte, of: store) }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Keeps others out of the runs of `sweep`; false when somebody else does so.
    func take(_ sweep: Digest, of store: String) throws(ResultStoreError) -> Bool {
        let byte = Self.byte(of: sweep)
        // What this process holds it would be given again.
        guard try set(.write, on: byte, of: store) else { return false }
        held.withLock { _ = $0.insert(byte) }
        return true
    }

    /// Lets others at the runs of `sweep`.
    func release(_ sweep: Digest, of store: String) {
        let byte = Self.byte(of: sweep)
        // What cannot be released goes with the process.
        if held.withLock({ $0.remove(byte) }) != nil { _ = try? set(.none, on: byte, of: store) }
    }

    /// Removes the file, if it was made for what turned out to be no store.
    func withdraw() {
        if isNew { unlink(path) }
    }

    /// Whoever may write the store may lock it, also where the superuser was the first to do so.
    private func shareLike(_ store: String) {
        var status = stat()
        guard stat(store, &status) == 0 else { return }
        fchmod(descriptor, status.st_mode & 0o666)
        if geteuid() == 0 { _ = fchown(descriptor, status.st_uid, status.st_gid) }
    }

    /// Commands of `fcntl` that Glibc's module leaves out: F_OFD_GETLK and F_OFD_SETLK.
    private enum Command {
        static let look: Int32 = 36
        static let set: Int32 = 37
    }

    private enum Kind {
        case write, none
    }

    /// Whether the lock is as it shall be now; false when somebody else holds it.
    @discardableResult
    private func set(_ kind: Kind, on byte: Int64, of store: String) throws(ResultStoreError) -> Bool {
        var lock = Self.lock(kind, byte)
        while fcntl(descriptor, Command.set, &lock) != 0 {
            switch errno {
            case EINTR: continue
            case EAGAIN, EACCES: return false
            default: throw ResultStoreError(code: errno, locking: path, of: store)
            }
        }
        return true
    }
}

extension StoreLock {
    /// Which sweeps of a store somebody is working on, as anybody who may read the lock file sees it.
    struct Observer: ~Copyable {
        private let descriptor: Int32
        private let isMissing: Bool

        init(beside store: String) {
            descriptor = open(StoreLock.path(beside: store), O_RDONLY | O_CLOEXEC)
            isMissing = descriptor < 0 && errno == ENOENT
        }

        deinit {
            if descriptor >= 0 { close(descriptor) }
        }

        /// Whether a living coordinator works on `sweep`; nil where that cannot be seen.
        func isHeld(_ sweep: Digest) -> Bool? {
            // Whoever writes to a store has made the file.
            if isMissing { return false }
            guard descriptor >= 0 else { return nil }
            var lock = StoreLock.lock(.write, StoreLock.byte(of: sweep))
            guard fcntl(descriptor, Command.look, &lock) == 0 else { return nil }
            return lock.l_type != Int16(F_UNLCK)
        }

        /// Whether the file system has no locks, so that nothing at all can be seen.
        var isBlind: Bool {
            guard descriptor >= 0 else { return false }
            var lock = StoreLock.lock(.write, StoreLock.probedByte)
            return fcntl(descriptor, Command.look, &lock) != 0 && StoreLock.isLockless(errno)
        }
    }

    /// What systems say of files that cannot be locked: no lock daemon, a network file system without locks, or a kernel
    /// without locks of open files.
    static func isLockless(_ code: Int32) -> Bool { [ENOLCK, ENOTSUP, EOPNOTSUPP, ENOSYS, EINVAL].contains(code) }

    /// The lock file beside what `store` stands for: a store has one, by whichever link it is named.
    private static func path(beside store: String) -> String {
        guard let text = realpath(store, nil) else { return store + ".lock" }
        defer { free(text) }
        return String(cString: text) + ".lock"
    }

    private static let probedByte: Int64 = 0

    private static func lock(_ kind: Kind, _ byte: Int64) -> flock {
        var lock = flock()
        lock.l_type = Int16(kind == .write ? F_WRLCK : F_UNLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = Int(byte)
        lock.l_len = 1
        return lock
    }

    /// The byte of a sweep: somewhere in the 2⁶² that a file may have, for locks need no bytes to be there.
    private static func byte(of sweep: Digest) -> Int64 {
        1 + Int64(sweep.bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) } >> 2)
    }
}
