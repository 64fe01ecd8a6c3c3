// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// A file beside the one whose place it will take: the name that counts never stands for half a file.
///
/// It is called `NAME.PROCESS-NUMBER.partial`, and disappears with the object, and with a process that SIGTERM, SIGINT
/// or SIGHUP ends, unless ``replaceTarget()`` or ``makeTarget()`` gave it the name of the target. What a killed process
/// left behind goes with ``removeLeftovers(of:)``.
package final class TemporaryFile: Sendable {
    /// How the names of such files end.
    package static let ending = "partial"
    /// Bytes of the target's name that are part of this file's: names may have 255, of which the rest needs up to 24.
    private static let longestStem = 230
    private static let mostNames = 1000

    /// The file that is written.
    package let path: String
    private let target: String
    private let descriptor: Descriptor
    private let calls: SystemCalls
    /// Whether `path` is this file's name: once it is given up, it may be another writer's.
    private let isOwner = Atomic(true)
    /// Where the path stands among those that go with the process.
    private let leftover: Int?

    /// Makes an empty file beside `target`, which nobody else writes.
    package convenience init(beside target: String) throws(FileError) {
        try self.init(beside: target, mode: nil, calls: .system)
    }

    /// Makes an empty file beside `target` with the permissions `mode`; those that the umask leaves when nil.
    init(beside target: String, mode: mode_t?, calls: SystemCalls) throws(FileError) {
        (path, descriptor) = try Self.make(beside: target, isRestricted: mode != nil)
        leftover = Leftovers.add(path)
        self.target = target
        self.calls = calls
        if let mode, fchmod(descriptor.number, mode) != 0 { throw FileError(path: target, code: errno) }
    }

    deinit { discard() }

    /// Adds bytes at the end.
    package func append(_ bytes: [UInt8]) throws(FileError) {
        try naming { () throws(Descriptor.Failure) in try descriptor.write(bytes, with: calls) }
    }

    /// Gives the file the name of the target, in the place of what bears it.
    package func replaceTarget() throws(FileError) {
        try give { () throws(Descriptor.Failure) in
            guard calls.rename(path, target) == 0 else { throw .last }
            isOwner.store(false, ordering: .relaxed)
            if let leftover { Leftovers.forget(leftover) }
        }
    }

    /// Gives the file the name of the target, which nothing may bear yet, not even a symbolic link.
    ///
    /// - Throws: ``FileError`` with `EEXIST` when something does.
    package func makeTarget() throws(FileError) {
        try give { () throws(Descriptor.Failure) in
            // Unlike a rename, a link never takes another file's place.
            guard calls.link(path, target) == 0 else { throw .last }
            discard()
        }
    }

    /// Removes the file; nothing happens when it has the name of the target already.
    package func discard() {
        guard isOwner.exchange(false, ordering: .relaxed) else { return }
        unlink(path)
        if let leftover { Leftovers.forget(leftover) }
    }

    /// Has the disk confirm the bytes, gives the file its name, and has the disk confirm that.
    private func give(_ name: () throws(Descriptor.Failure) -> Void) throws(FileError) {
        try naming { () throws(Descriptor.Failure) in
            try descriptor.synchronise(with: calls)
            try name()
            try Descriptor.synchroniseFolder(of: target, with: calls)
        }
    }

    private func naming(_ body: () throws(Descriptor.Failure) -> Void) throws(FileError) {
        do {
            try body()
        } catch {
            throw FileError(path: target, code: error.code)
        }
    }

    /// Makes a file under a name that is free.
    ///
    /// The process's number alone would not do: containers that share a folder number their processes alike.
    private static func make(
        beside target: String,
        isRestricted: Bool
    ) throws(FileError) -> (path: String, descriptor: Descriptor) {
        let stem = try stem(of: target)
        // Nobody may look in before the file has the permissions that it shall have.
        let mode: mode_t = isRestricted ? 0o600 : 0o666
        for number in 0..<mostNames {
            let path = "\(stem).\(getpid())-\(number).\(ending)"
            do throws(Descriptor.Failure) {
                return (path, try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode))
            } catch {
                guard error.code == EEXIST else { throw FileError(path: target, code: error.code) }
            }
        }
        throw FileError(path: target, code: EEXIST)
    }

    /// What the paths of temporary files beside `target` begin with.
    private static func stem(of target: String) throws(FileError) -> String {
        let name = Destination.name(of: target)
        guard !name.isEmpty else { throw FileError(path: target, code: target.isEmpty ? ENOENT : EISDIR) }
        guard name.utf8.count <= NAME_MAX else { throw FileError(path: target, code: ENAMETOOLONG) }
        var stem = target
        while Destination.name(of: stem).utf8.count > longestStem { stem.removeLast() }
        return stem
    }
}

extension TemporaryFile {
    /// Removes what killed processes left half written beside `target`.
    ///
    /// Only for callers who hold a lock, so that nobody writes `target` now.
    package static func removeLeftovers(of target: String) {
        guard case .file(let target, _) = try? Destination(target), let stem = try? stem(of: target) else { return }
        let folder = Destination.folder(of: target)
        let prefix = Destination.name(of: stem) + "."
        for name in names(in: folder) where name.hasPrefix(prefix) && name.hasSuffix(".\(ending)") {
            let numbers = name.dropFirst(prefix.count).dropLast(ending.count + 1).split(separator: "-")
            if numbers.count == 2, numbers.allSatisfy({ UInt32($0) != nil }) { unlink("\(folder)/\(name)") }
        }
    }

    private static func names(in folder: String) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            // The entry is shorter than its type says: only what is there may be read.
            guard let name = MemoryLayout<dirent>.offset(of: \.d_name) else { break }
            names.append(
                String(cString: UnsafeRawPointer(entry).advanced(by: name).assumingMemoryBound(to: CChar.self))
            )
        }
        return names
    }
}
