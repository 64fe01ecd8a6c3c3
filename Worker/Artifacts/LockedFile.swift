// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation

/// An open file under a lock of the operating system, which ends with this object or with the process.
final class LockedFile: Sendable {
    /// Who else may hold a lock.
    enum Mode {
        /// Readers, which keep the file from being removed.
        case shared
        /// Nobody.
        case exclusive

        fileprivate var operation: Int32 { self == .shared ? LOCK_SH : LOCK_EX }
    }

    let path: String
    let file: FileHandle

    private init(path: String, file: FileHandle) {
        self.path = path
        self.file = file
    }

    /// Opens and locks `path`; nil when another process's lock forbids it, or the file is not there.
    ///
    /// - Throws: `POSIXError` when the file cannot be opened, or its file system has no locks.
    static func open(_ path: String, _ mode: Mode, creating: Bool = false, waiting: Bool = false) throws -> LockedFile?
    {
        while true {
            let flags = (mode == .shared ? O_RDONLY : O_RDWR) | O_CLOEXEC | (creating ? O_CREAT : 0)
            let descriptor = Foundation.open(path, flags, 0o600)
            guard descriptor >= 0 else {
                if errno == ENOENT, !creating { return nil }
                throw POSIXError.last
            }
            let opened = LockedFile(path: path, file: FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
            guard try opened.lock(mode, waiting: waiting) else { return nil }
            if opened.isStillThere { return opened }
            // Removed or renamed between opening and locking: what bears the name now, if anything, is another file.
        }
    }

    /// Changes the lock that is held; from exclusive to shared nobody else gets in between.
    @discardableResult
    func lock(_ mode: Mode, waiting: Bool = false) throws -> Bool {
        while flock(file.fileDescriptor, mode.operation | (waiting ? 0 : LOCK_NB)) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return false
            default: throw POSIXError.last
            }
        }
        return true
    }

    /// The file under the name `path`, durably; it replaces any other of that name.
    func kept(as path: String) throws(FileError) -> LockedFile {
        try DurableFile.keep(file.fileDescriptor, at: self.path, as: path)
        return LockedFile(path: path, file: file)
    }

    private var isStillThere: Bool {
        var (own, named) = (stat(), stat())
        return fstat(file.fileDescriptor, &own) == 0 && stat(path, &named) == 0 && own.st_ino == named.st_ino
            && own.st_dev == named.st_dev
    }
}

extension POSIXError {
    /// What the last call of the system said.
    fileprivate static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
