// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import TestSupport
import Vocabulary

@testable import Dashboard

/// A store with a run, its dashboard, and a server of that on a free port, for as long as a test runs.
struct ShownStore: ~Copyable {
    private let folder: TemporaryFolder
    private let serving: Task<Void, Never>
    let store: ResultStore
    let run: String
    /// The cells' ids in the run's order.
    let cells: [CellID]
    let port: Int

    /// A run with a cell for each of `transforms`, of 20 images in two classes whose bits per dimension are 1 and 2, plus
    /// a tenth of the cell's place; `live` is what a coordinator would publish of it.
    init(
        transforms: [TransformSpec] = [.identity, .noise(Noise(scale: 0.001))],
        run: String = "a <run>",
        live: LiveRun? = nil,
        limits: WebLimits = WebLimits(),
        _ change: (inout DashboardSettings) -> Void = { _ in }
    ) throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(folder.path("results.sqlite"))
        let cells = try Self.fill(store, run, transforms)
        let gate = AccessGate(hosts: AllowedHosts(machine: "head"), token: nil)
        var settings = DashboardSettings(
            store: store,
            hasCoordinator: live != nil,
            gate: gate,
            version: "1.2.3",
            live: { live }
        )
        settings.limits = limits
        change(&settings)
        let server = try WebServer(at: WebAddress(host: "127.0.0.1", port: 0), limits: settings.limits)
        let dashboard = Dashboard(settings)
        // After all that may fail: an object with a folder that cannot be copied must not be half made.
        self.folder = folder
        self.store = store
        self.run = run
        self.cells = cells
        port = Int(server.address.port)
        serving = Task {
            await withTaskGroup { group in
                group.addTask { await server.run { await dashboard.answer($0) } }
                group.addTask { try? await dashboard.run() }
                await group.waitForAll()
            }
        }
    }

    deinit { serving.cancel() }

    /// The address of the run's page, or of one below it.
    func address(_ below: String = "") -> String { "/runs/\(RequestTarget.encoded(run))\(below)" }

    private static func fill(_ store: ResultStore, _ run: String, _ transforms: [TransformSpec]) throws -> [CellID] {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        let owner = RunOwner(pid: 42, host: "here", since: now)
        let (labels, indices) = ((0..<20).map { UInt8($0 / 10) }, (0..<20).map { UInt32($0) })
        let slice = DatasetSlice(name: "mnist", split: "test", digest: Digest(of: "slice".utf8), count: 20)
        let text = "name: s"
        let request = RunRequest(
            id: run,
            sweep: "sweep & more",
            path: "s.yaml",
            text: text,
            digest: Digest(of: text.utf8),
            owner: owner
        )
        let id = try store.begin(request, at: now).id
        try store.addSlice(slice.digest, indices: indices, labels: labels)
        let entries = transforms.map { transform in
            let identity = CellIdentity(
                model: Digest(of: "weights".utf8),
                conditioning: .label,
                data: slice.digest,
                transform: transform,
                seed: 0,
                numericsVersion: 1
            )
            return CellEntry(id: identity.id, identity: identity, model: "glow\"quoted", slice: slice)
        }
        try store.setCells(of: id, to: entries)
        for (place, entry) in entries.enumerated() {
            let attempt = AttemptIdentity(shard: Shard(cell: entry.id, lower: 0, upper: 20), attempt: 1, epoch: 1)
            let values = labels.enumerated().map { 1 + Float($1) + 0.01 * Float($0 % 10) + 0.1 * Float(place) }
            let part = RecordedPart(
                attempt: attempt,
                table: ResultTable(indices: indices, columns: [.init(name: "bpd", values: values)]),
                origin: PartOrigin(worker: "worker", host: "host", isa: "avx2"),
                seconds: 0.5
            )
            let failures =
                place > 0
                ? []
                : [
                    FailureRecord(
                        attempt: attempt,
                        kind: "engine",
                        message: "no <such> level",
                        worker: "worker",
                        host: "host",
                        time: now,
                        isTerminal: false,
                        log: ["one & two"]
                    )
                ]
            _ = try store.record([part], failures: failures, in: id, at: now)
        }
        return entries.map(\.id)
    }
}
