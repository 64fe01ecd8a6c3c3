// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Why a store cannot be opened, read or written; one line that says what to do.
public enum ResultStoreError: Error, Hashable {
    /// There is no file at this path to read from.
    case missing(path: String)
    /// The file exists but SQLite cannot open it.
    case cannotOpen(path: String, reason: String)
    /// The file belongs to somebody who lets others not read it.
    case forbidden(path: String, owner: String)
    /// Results are still in the log beside the file, and this process may not write where that is read.
    case needsWriter(path: String, folder: String, owner: String)
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
    /// The owner of the file has no more space on the disk; otherwise like a full disk.
    case quotaUsedUp(path: String)
    /// The file may not grow beyond its size; otherwise like a full disk.
    case fileTooLarge(path: String)
    /// The disk or the file system failed; it can be tried again.
    case inputOutput(path: String, reason: String)
    /// The file system has no locks, or no memory that processes can share.
    case needsLocalDisk(path: String, reason: String)
    /// Another process kept the store locked for longer than the busy timeout.
    case busy(path: String)
    /// The store was opened for reading.
    case readOnly(path: String)
    /// A coordinator began to write to the store while it was read as one that nobody writes to.
    case changedWhileRead(path: String)
    /// Another file, or none, has the name of the store that is being written to.
    case replaced(path: String)
    /// No run has this id.
    case unknownRun(id: String, path: String)
    /// Another run has this id already.
    case runExists(id: String, path: String)
    /// A living process, nil where the store does not know it, works on the run; the id is nil as long as it has none.
    case runTaken(id: String?, owner: RunOwner?, path: String)
    /// Another process, nil where the store does not know it, has begun to work on a run that this one was working on.
    case runTakenOver(id: String, owner: RunOwner?, path: String)
    /// The run was not begun by way of the store that is to write to it.
    case notBegun(id: String, path: String)
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
        if let trouble { return "\(trouble.problem); \(trouble.remedy); nothing recorded was lost" }
        return switch self {
        case .missing(let path): "\(path): no such store; `coordinator run SWEEP --store \(path)` makes one"
        case .cannotOpen(let path, let reason):
            "\(path): cannot open the store (\(reason)); its directory must exist and be writable"
        case .forbidden(let path, let owner):
            "\(path): you may not read it; \(owner) must allow that: chmod a+r \(path)*, and a+x of its directories"
        case .needsWriter(let path, let folder, let owner):
            "\(path): some results are still in \(path)-wal, which is read only where \(folder) can be written to; "
                + "\(owner) must run `coordinator runs --store \(path)` there, or copy both files to where you may write"
        case .notAStore(let path): "\(path): not a BitSweep store; name another file"
        case .notReady(let path):
            "\(path): the store is empty or of an earlier version; `coordinator run SWEEP --store \(path)` updates it"
        case .newer(let path, let schema):
            "\(path): written by a newer BitSweep (schema \(schema.joined(separator: ", "))); update BitSweep to use it"
        case .damaged(let path, let detail): "\(path): the store is damaged (\(detail)); restore it from a copy"
        case .needsLocalDisk(let path, let reason):
            "\(path): its file system cannot hold a store (\(reason)); a store needs a local disk: name one with --store"
        case .readOnly(let path): "\(path): the store was opened for reading only"
        case .changedWhileRead(let path): "\(path): a coordinator began to write to it meanwhile; try again"
        case .replaced(let path):
            "\(path): the store was removed or replaced while it was written to; what came since is lost"
        case .unknownRun(let id, let path): "\(path): no run '\(id)'; `coordinator runs` lists them"
        case .runExists(let id, let path): "\(path): run '\(id)' exists already; choose another id"
        case .runTaken(let id, let owner, let path):
            "\(id.map { "run \($0)" } ?? "the sweep") is being computed by \(owner.text); "
                + "watch it: coordinator tail --store \(path)"
        case .runTakenOver(let id, let owner, let path):
            "run \(id) was taken over by \(owner.text); watch it: coordinator tail --store \(path)"
        case .notBegun(let id, let path): "\(path): run '\(id)' was begun by another process"
        case .unknownSlice(let digest, let path):
            "\(path): data slice \(digest) is not in the store; add it before its cells"
        case .unknownCell(let id, let path):
            "\(path): no cell '\(id)', or several; give a whole id from `coordinator export`"
        case .failed(let path, let reason): "\(path): \(reason)"
        case .diskFull, .quotaUsedUp, .fileTooLarge, .inputOutput, .busy: "the store is in trouble"
        }
    }
}

extension RunOwner? {
    /// Who it is, with what a reader on another machine or in another container needs to find it.
    fileprivate var text: String {
        guard let self else { return "another coordinator" }
        let since = self.since.formatted(.iso8601)
        return "process \(self.pid) on \(self.host) since \(since) (the numbers and names of that machine or container)"
    }
}
