// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Why a file could not be had from the coordinator.
enum ArtifactError: Error, Hashable {
    /// The coordinator does not hand it out.
    case refused(String)
    /// The coordinator's file has another size than its assignment says.
    case anotherSize(found: Int, expected: Int)
    /// The bytes that came are not those that were asked for.
    case anotherDigest(found: Digest, expected: Digest)
    /// It has more bytes than the cache may hold.
    case overLimit(bytes: Int, limit: Int)
    /// The cache's directory or a file in it cannot be used.
    case cache(directory: String, reason: String)
    /// There is no folder for a cache, for this reason.
    case noCache(String)
    /// Nobody wants it any more.
    case abandoned
}

extension ArtifactError: CustomStringConvertible {
    /// One line: what is wrong and what to do.
    var description: String {
        switch self {
        case .refused(let reason):
            "the coordinator does not hand the file out (\(reason)); put it on this machine at the same path"
        case .anotherSize(let found, let expected):
            "the coordinator's file has \(found) bytes, its assignment says \(expected); was it changed? start the run again"
        case .anotherDigest(let found, let expected):
            "the coordinator sent a file with SHA-256 \(found), not \(expected); was it changed? start the run again"
        case .overLimit(let bytes, let limit):
            "a file of \(counted(bytes, "byte")) does not fit into the cache's \(grouped(limit)); give a larger --cache-limit"
        case .cache(let directory, let reason):
            "cache \(directory): \(reason); give --cache a directory of this machine that can be written to"
        case .noCache(let problem):
            "the coordinator's files cannot be kept here: \(problem), or give --cache a directory of this machine"
        case .abandoned: "no longer wanted"
        }
    }
}
