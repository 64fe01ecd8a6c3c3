// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Vocabulary

/// What a certificate says of some runs' results: the predicate of its in-toto Statement.
package struct Certificate: Hashable, Codable, Sendable {
    /// The predicate's type; no address, since nothing is fetched to read a certificate.
    package static let predicateType = "urn:bitsweep:certificate:1"

    /// What equal results have in common, wherever and whenever they were computed.
    package var evidence: Evidence
    /// SHA-256 of `evidence.canonicalText`: the certificate's digest, from which a check's sample follows.
    package var digest: String
    /// How the statistics beside the certificate were computed; nil where there are none.
    package var statistics: StatisticsSettings?
    /// How the results came about, which is no part of the digest.
    package var making: Making

    /// A certificate of results.
    package init(_ evidence: Evidence, statistics: StatisticsSettings?, making: Making) {
        self.evidence = evidence
        digest = "\(evidence.digest)"
        self.statistics = statistics
        self.making = making
    }

    /// Whether `digest` is that of the evidence.
    package var isConsistent: Bool { digest == "\(evidence.digest)" }
}

extension Certificate {
    /// What was computed: counts and digests, without time, host or path.
    package struct Evidence: Hashable, Codable, Sendable {
        /// The version of the engine's arithmetic, and the digest of its known answers.
        package var numerics: UInt32
        package var fingerprint: String
        /// Number of cells, and of those all of whose images are recorded.
        package var cells: Int
        package var completeCells: Int
        /// Number of images of all cells together, of those that are recorded, and of recorded ones with a value that
        /// is no number.
        package var images: Int
        package var rows: Int
        package var nonFinite: Int
        /// The root of the tree over the cells, sorted by id; see ``MerkleTree`` and ``CellDigest``.
        package var root: String
        /// Digests of the sweep files' texts, of the models and of the data slices, each sorted.
        package var sweeps: [String]
        package var models: [String]
        package var data: [String]

        /// Evidence of these counts and digests.
        package init(
            numerics: UInt32,
            fingerprint: String,
            cells: Int,
            completeCells: Int,
            images: Int,
            rows: Int,
            nonFinite: Int,
            root: String,
            sweeps: [String],
            models: [String],
            data: [String]
        ) {
            self.numerics = numerics
            self.fingerprint = fingerprint
            self.cells = cells
            self.completeCells = completeCells
            self.images = images
            self.rows = rows
            self.nonFinite = nonFinite
            self.root = root
            self.sweeps = sweeps
            self.models = models
            self.data = data
        }

        /// The text whose digest is the certificate's: one ingredient a line, in a fixed order, each after its name.
        package var canonicalText: String {
            let counts = [
                ("cells", cells), ("complete", completeCells), ("images", images), ("rows", rows),
                ("non-finite", nonFinite),
            ]
            let lines =
                ["bitsweep certificate 1", "numerics \(numerics) \(fingerprint)"] + counts.map { "\($0) \($1)" }
                + ["root \(root)"] + sweeps.map { "sweep \($0)" } + models.map { "model \($0)" }
                + data.map { "data \($0)" }
            return lines.map { $0 + "\n" }.joined()
        }

        /// SHA-256 of `canonicalText`.
        package var digest: Digest { Digest(of: canonicalText.utf8) }
    }

    /// What decides statistics besides the results.
    package struct StatisticsSettings: Hashable, Codable, Sendable {
        /// The seed of the bootstrap, and how often it draws.
        package var seed: UInt64
        package var resamples: Int
        /// The smallest effects that count, in bits per dimension.
        package var smallestEffect: Double
        package var obviousEffect: Double

        /// Settings of a report's statistics.
        package init(seed: UInt64, resamples: Int, smallestEffect: Double, obviousEffect: Double) {
            self.seed = seed
            self.resamples = resamples
            self.smallestEffect = smallestEffect
            self.obviousEffect = obviousEffect
        }
    }

    /// Which runs computed it, with what, and how they were checked meanwhile.
    package struct Making: Hashable, Codable, Sendable {
        /// The program that wrote the certificate.
        package var program: Program
        package var runs: [Run]
        package var machines: [Machine]

        /// The making of some runs' results.
        package init(program: Program, runs: [Run], machines: [Machine]) {
            (self.program, self.runs, self.machines) = (program, runs, machines)
        }
    }

    /// A build of BitSweep.
    package struct Program: Hashable, Codable, Sendable {
        package var name = "bitsweep"
        package var version: String
        package var commit: String

        /// The build of that version from that commit.
        package init(version: String, commit: String) {
            (self.version, self.commit) = (version, commit)
        }
    }

    /// A run of the certificate.
    package struct Run: Hashable, Codable, Sendable {
        package var id: String
        package var sweep: String
        /// What makes two runs runs of the same sweep: the digest of its text, models and images.
        package var digest: String
        package var state: String
        /// When it was begun, and last written to, as ISO 8601 in UTC.
        package var begun: String
        package var ended: String
        /// Images that arrived again: equal bit for bit, and different.
        package var duplicates: Int
        package var mismatches: Int
        /// Shards that were computed a second time elsewhere and compared; those that were to be; those in dispute.
        package var audits: Int
        package var auditsMissing: Int
        package var disputedShards: Int
        /// Images whose shards were given up.
        package var failedImages: Int

        /// A run as its store knows it.
        package init(
            id: String,
            sweep: String,
            digest: Digest,
            state: String,
            begun: String,
            ended: String,
            duplicates: Int,
            mismatches: Int,
            audits: Int,
            auditsMissing: Int,
            disputedShards: Int,
            failedImages: Int
        ) {
            self.id = id
            self.sweep = sweep
            self.digest = "\(digest)"
            self.state = state
            self.begun = begun
            self.ended = ended
            self.duplicates = duplicates
            self.mismatches = mismatches
            self.audits = audits
            self.auditsMissing = auditsMissing
            self.disputedShards = disputedShards
            self.failedImages = failedImages
        }
    }

    /// Machines of one kind; none is named.
    package struct Machine: Hashable, Codable, Sendable {
        /// The instruction set that was used.
        package var instructionSet: String
        package var hosts: Int
        package var workers: Int
        /// What their engines took, in hours.
        package var engineHours: Double

        /// So many machines of a kind.
        package init(instructionSet: String, hosts: Int, workers: Int, engineHours: Double) {
            self.instructionSet = instructionSet
            self.hosts = hosts
            self.workers = workers
            self.engineHours = engineHours
        }
    }
}
