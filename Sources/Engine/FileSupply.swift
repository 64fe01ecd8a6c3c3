// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// A file that stays on disk for as long as this object lives.
public protocol SuppliedFile: AnyObject, Sendable {
    /// Where it lies.
    var path: String { get }
}

/// Gets files that this machine lacks.
public protocol FileSupply {
    /// The file with that content, fetched if need be; nil when it is to be had nowhere.
    ///
    /// - Parameters:
    ///   - content: What the file holds.
    ///   - name: What it is, for people: `images of 'mnist' (test)`.
    /// - Returns: The file.
    /// - Throws: `EngineError.cancelled` when the shard is no longer wanted, ``ChangedFile`` when everybody would get
    ///   something else than was asked for, or why the file could not be fetched.
    func file(_ content: ArtifactReference, named name: String) throws -> (any SuppliedFile)?
}

/// A file that is not what it was when the work was planned, wherever it is asked for.
public struct ChangedFile: Error, Hashable, Sendable {
    /// One line: what came instead, and what to do.
    public var reason: String

    /// A file that changed, as `reason` tells.
    public init(_ reason: String) {
        self.reason = reason
    }
}
