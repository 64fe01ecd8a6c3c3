// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Glibc

// What SQLite and the system report, as errors of a store.
extension ResultStoreError {
    /// Names what SQLite reports while using the store at `path`.
    init(_ error: DatabaseError, _ system: SQLiteReason = .unknown, path: String) {
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        self =
            switch error.resultCode {
            case .SQLITE_NOTADB: .notAStore(path: path)
            case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
                Self(code: system.code, path: path) ?? .cannotOpen(path: path, reason: system.text ?? reason)
            case .SQLITE_FULL: .diskFull(path: path)
            case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: .busy(path: path)
            case .SQLITE_READONLY: .readOnly(path: path)
            case .SQLITE_CORRUPT: .damaged(path: path, detail: reason)
            case .SQLITE_IOERR: Self(inputOutput: error, system, path: path)
            default: .failed(path: path, reason: reason)
            }
    }

    private init(inputOutput error: DatabaseError, _ system: SQLiteReason, path: String) {
        let reason = system.text ?? error.message ?? "input/output error"
        let isTemporary = Self(code: system.code, path: path)
        self =
            switch error.extendedResultCode {
            case .SQLITE_IOERR_NOMEM: .failed(path: path, reason: "not enough memory")
            case .SQLITE_IOERR_LOCK, .SQLITE_IOERR_UNLOCK, .SQLITE_IOERR_RDLOCK, .SQLITE_IOERR_CHECKRESERVEDLOCK:
                StoreLock.isLockless(system.code)
                    ? .needsLocalDisk(path: path, reason: "no locks: \(reason)")
                    : isTemporary ?? .inputOutput(path: path, reason: reason)
            case .SQLITE_IOERR_SHMOPEN, .SQLITE_IOERR_SHMSIZE:
                isTemporary ?? .inputOutput(path: path, reason: "no place for its index: the disk is full, or fails")
            case .SQLITE_IOERR_SHMLOCK, .SQLITE_IOERR_SHMMAP:
                isTemporary ?? .needsLocalDisk(path: path, reason: "no memory that processes can share: \(reason)")
            default: isTemporary ?? .inputOutput(path: path, reason: reason)
            }
    }

    /// What passes by itself, or when somebody sees to it; nil for codes that mean different things in different places.
    private init?(code: Int32, path: String) {
        switch code {
        case ENOSPC: self = .diskFull(path: path)
        case EDQUOT: self = .quotaUsedUp(path: path)
        case EFBIG: self = .fileTooLarge(path: path)
        case EIO, ESTALE, EMFILE, ENFILE: self = .inputOutput(path: path, reason: String(cString: strerror(code)))
        default: return nil
        }
    }

    /// Why the lock file at `lock` of the store at `path` cannot be opened.
    init(code: Int32, opening lock: String, of path: String) {
        let reason = "\(lock): \(String(cString: strerror(code)))"
        self = Self(code: code, path: path) ?? .cannotOpen(path: path, reason: reason)
    }

    /// Why the lock file at `lock` of the store at `path` cannot be locked.
    init(code: Int32, locking lock: String, of path: String) {
        let reason = String(cString: strerror(code))
        self =
            StoreLock.isLockless(code)
            ? .needsLocalDisk(path: path, reason: "no locks: \(reason)")
            : Self(code: code, path: path) ?? .failed(path: lock, reason: reason)
    }
}
