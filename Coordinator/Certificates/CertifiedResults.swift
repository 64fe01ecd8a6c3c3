// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Certificates
import CommandLine
import Engine
import Foundation
import Kernels
import ResultStore
import Vocabulary

/// What a certificate says of some runs of a store, read from the store.
struct CertifiedResults {
    let certificate: Certificate
    /// The cells' digests, sorted by id.
    let cells: [CellDigest]
    /// The models by name, each with the digest that its cells have.
    let models: [(name: String, digest: Digest)]
    /// What the certificate is about, but for files beside it.
    let subjects: [ResourceDescriptor]

    /// Reads all results of `runs`.
    ///
    /// - Parameters:
    ///   - runs: The runs, of which there is at least one.
    ///   - store: Where they are.
    ///   - statistics: How statistics beside the certificate are computed; nil where there are none.
    /// - Throws: `ResultStoreError`.
    init(of runs: [RunRecord], in store: ResultStore, statistics: Certificate.StatisticsSettings? = nil) throws {
        var tally = CellTally()
        try store.forEachTable(of: runs.map(\.id)) { tally.add($0) }
        let sweeps = try runs.map { (name: $0.sweep, digest: Digest(of: try store.sweepText(of: $0.id).utf8)) }
        let numerics = NumericsIdentity(measuredWith: KernelSet(try InstructionSet.ofProcess()))
        let (root, trained) = (MerkleTree(tally.cells.map(\.leaf)).root, TrainedModels(store: store.path))
        cells = tally.cells
        models = tally.models.map { (name: $0.value, digest: $0.key) }.sorted { $0.name < $1.name }
        subjects =
            [ResourceDescriptor(.cells, "cells", root)]
            + sweeps.map { ResourceDescriptor(.sweep, "sweep \($0.name)", $0.digest) }.unrepeated
            + tally.models.flatMap { Self.subjects(ofModel: $0.value, $0.key, trained) }.sorted { $0.name < $1.name }
            + tally.data.map { ResourceDescriptor(.data, "images of \($0.value)", $0.key) }
            .sorted { $0.name < $1.name }
        let version = tally.numerics ?? numerics.version
        let evidence = Certificate.Evidence(
            numerics: version,
            // Of the arithmetic of another version this program knows no answers.
            fingerprint: version == numerics.version ? numerics.fingerprint : "unknown",
            cells: tally.cells.count,
            completeCells: tally.complete,
            images: tally.images,
            rows: tally.rows,
            nonFinite: tally.nonFinite,
            root: "\(root)",
            sweeps: Set(sweeps.map(\.digest.description)).sorted(),
            models: tally.models.keys.map(\.description).sorted(),
            data: tally.data.keys.map(\.description).sorted()
        )
        certificate = Certificate(evidence, statistics: statistics, making: try Self.making(of: runs, in: store))
    }

    /// The certificate as a statement, with `files` beside it.
    func statement(with files: [ResourceDescriptor] = []) -> Statement<Certificate> {
        Statement(
            subject: subjects + files,
            predicateType: Certificate.predicateType,
            predicate: certificate
        )
    }

    private static func making(of runs: [RunRecord], in store: ResultStore) throws -> Certificate.Making {
        let described = try runs.map { run in
            Certificate.Run(
                id: run.id,
                sweep: run.sweep,
                digest: run.digest,
                state: run.state.rawValue,
                begun: run.created.formatted(.iso8601),
                ended: run.updated.formatted(.iso8601),
                duplicates: run.duplicateImages,
                mismatches: run.mismatchedImages,
                audits: run.audits.done,
                auditsMissing: run.audits.missing,
                disputedShards: run.disputedShards,
                failedImages: try store.failedPositions(of: run.id).values.reduce(0) { $0 + $1.count }
            )
        }
        let machines = try store.machines(of: runs.map(\.id)).map { machines in
            Certificate.Machine(
                instructionSet: machines.instructionSet,
                hosts: machines.hosts,
                workers: machines.workers,
                engineHours: (machines.seconds / 3600 * 1e4).rounded() / 1e4
            )
        }
        let program = Certificate.Program(version: VersionOption.number, commit: VersionOption.commit)
        return Certificate.Making(program: program, runs: described, machines: machines)
    }

    /// A model's checkpoint; of one that a run trained also what decides its weights.
    private static func subjects(
        ofModel name: String,
        _ digest: Digest,
        _ trained: TrainedModels
    ) -> [ResourceDescriptor] {
        guard let file = trained.intactCheckpoint(of: digest) else {
            return [ResourceDescriptor(.checkpoint, "model \(name)", digest)]
        }
        return [
            ResourceDescriptor(.training, "training of \(name)", digest),
            ResourceDescriptor(.checkpoint, "model \(name)", file.reference.digest),
        ]
    }
}

/// What is counted and digested of cells, one after the other.
private struct CellTally {
    private(set) var cells: [CellDigest] = []
    private(set) var complete = 0
    private(set) var images = 0
    private(set) var rows = 0
    private(set) var nonFinite = 0
    /// The newest version of the arithmetic of a cell.
    private(set) var numerics: UInt32?
    /// Digests of models and of data slices, with a name of each.
    private(set) var models: [Digest: String] = [:]
    private(set) var data: [Digest: String] = [:]

    mutating func add(_ cell: StoredCell) {
        cells.append(CellDigest(cell: cell.id, table: cell.table.canonicalDigest))
        if cell.isComplete { complete += 1 }
        images += cell.images.count
        rows += cell.table.indices.count
        nonFinite += cell.table.nonFiniteImages
        numerics = max(numerics ?? 0, cell.identity.numericsVersion)
        models[cell.identity.model] = min(models[cell.identity.model] ?? cell.model, cell.model)
        let name = "\(cell.dataset)/\(cell.split)"
        data[cell.identity.data] = min(data[cell.identity.data] ?? name, name)
    }
}
