// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// The place of a store's file, and the files that SQLite keeps beside it.
struct StoreSurroundings {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Whether everything that was recorded is in the file itself, and nobody works on it: its log is empty or missing.
    var isIdle: Bool {
        var status = stat()
        if stat(log, &status) == 0 { return status.st_size == 0 }
        return errno == ENOENT
    }

    /// Whether the file system has no locks, as the lock file tells, where there is one.
    var isLockless: Bool { StoreLock.Observer(beside: path).isBlind }

    /// The file's address for a connection that needs no files beside it, as long as nobody writes.
    var immutableAddress: String {
        let path = URL(filePath: path).path
        return "file://\(path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path)?immutable=1"
    }

    /// Why the file cannot be opened, with what would help; `error` is what SQLite said, if it was asked.
    func explain(_ error: DatabaseError?, isWriting: Bool) -> ResultStoreError {
        if access(path, F_OK) != 0, errno == ENOENT { return .missing(path: path) }
        if access(path, R_OK) != 0, errno == EACCES { return .forbidden(path: path, owner: owner) }
        if isLockless { return .needsLocalDisk(path: path, reason: "no locks: \(String(cString: strerror(ENOLCK)))") }
        let problem = error.map { ResultStoreError($0, path: path) }
        switch problem {
        case nil, .cannotOpen, .readOnly: break
        case let problem?: return problem
        }
        if isWriting { return .cannotOpen(path: path, reason: placeProblem ?? error?.message ?? "unknown") }
        if access(log, F_OK) == 0, access(log, R_OK) != 0 { return .forbidden(path: path, owner: owner) }
        if placeProblem != nil { return .needsWriter(path: path, folder: folder, owner: owner) }
        return problem ?? .cannotOpen(path: path, reason: "this SQLite opens no addresses")
    }

    private var log: String { path + "-wal" }
    private var folder: String { URL(filePath: path).deletingLastPathComponent().path }

    /// Why nothing can be written at the place; nil when it can.
    private var placeProblem: String? {
        for place in [path, folder] where access(place, W_OK) != 0 {
            return "\(place): \(String(cString: strerror(errno)))"
        }
        return nil
    }

    /// Who owns the file.
    private var owner: String {
        var status = stat()
        guard stat(path, &status) == 0 else { return "its owner" }
        return getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "user \(status.st_uid)"
    }
}
