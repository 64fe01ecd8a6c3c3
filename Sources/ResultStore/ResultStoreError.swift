// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Why a store cannot be opened, read or written; one line that says what to do.
public enum ResultStoreError: Error, Hashable {
    /// There is no file at this path to read from.
    case missing(path: String)
    /// The file exists but SQLite cannot open it.
    case cannotOpen(path: String, reason: String)
    /// The file is not an SQLite database, or is another program's.
    case notAStore(path: String)
    /// The file has no tables yet, or those of an earlier version of BitSweep, and was opened for reading only.
    case notReady(path: String)
    /// The file was written by a later version of BitSweep.
    case newer(path: String, schema: [String])
    /// The file's content contradicts itself.
    case damaged(path: String, detail: String)
    /// The disk is full; nothing of the transaction was written and it can be tried again.
    case diskFull(path: String)
    /// Another process kept the store locked for longer than the busy timeout.
    case busy(path: String)
    /// The store was opened for reading.
    case readOnly(path: String)
    /// No run has this id.
    case unknownRun(id: String, path: String)
    /// Another run has this id already.
    case runExists(id: String, path: String)
    /// Another process works on the run.
    case runTaken(id: String, pid: Int32, path: String)
    /// A cell refers to a data slice that was never added.
    case unknownSlice(digest: String, path: String)
    /// No cell has this id.
    case unknownCell(id: String, path: String)
    /// Anything else SQLite reports.
    case failed(path: String, reason: String)
}

extension ResultStoreError: CustomStringConvertible {
    /// One line: file, what is wrong, what to do.
    public var description: String {
        switch self {
        case .missing(let path): "\(path): no such store; `coordinator run SWEEP --store \(path)` makes one"
        case .cannotOpen(let path, let reason):
            "\(path): cannot open the store (\(reason)); its directory must exist and be writable"
        case .notAStore(let path): "\(path): not a BitSweep store; name another file"
        case .notReady(let path):
            "\(path): the store is empty or of an earlier version; `coordinator run SWEEP --store \(path)` updates it"
        case .newer(let path, let schema):
            "\(path): written by a newer BitSweep (schema \(schema.joined(separator: ", "))); update BitSweep to use it"
        case .damaged(let path, let detail): "\(path): the store is damaged (\(detail)); restore it from a copy"
        case .diskFull(let path): "\(path): the disk is full; free some space, nothing recorded was lost"
        case .busy(let path): "\(path): another process keeps the store locked; wait for it or end it"
        case .readOnly(let path): "\(path): the store was opened for reading only"
        case .unknownRun(let id, let path): "\(path): no run '\(id)'; `coordinator runs` lists them"
        case .runExists(let id, let path): "\(path): run '\(id)' exists already; choose another id"
        case .runTaken(let id, let pid, let path):
            "run \(id) is being computed by process \(pid); watch it: coordinator tail --store \(path)"
        case .unknownSlice(let digest, let path):
            "\(path): data slice \(digest) is not in the store; add it before its cells"
        case .unknownCell(let id, let path):
            "\(path): no cell '\(id)', or several; give a whole id from `coordinator export`"
        case .failed(let path, let reason): "\(path): \(reason)"
        }
    }
}

extension ResultStoreError {
    /// Names what SQLite reports while using the store at `path`.
    init(_ error: DatabaseError, path: String) {
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        self =
            switch error.resultCode {
            case .SQLITE_NOTADB: .notAStore(path: path)
            case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: .cannotOpen(path: path, reason: reason)
            case .SQLITE_FULL: .diskFull(path: path)
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path)
            case .SQLITE_READONLY: .readOnly(path: path)
            case .SQLITE_CORRUPT: .damaged(path: path, detail: reason)
            default: .failed(path: path, reason: reason)
            }
    }
}
