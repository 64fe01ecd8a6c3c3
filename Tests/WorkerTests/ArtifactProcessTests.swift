// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

/// The real executable, on a machine without any of the run's files.
@Suite("a worker without files", .timeLimit(.minutes(3)), .serialized)
struct ArtifactProcessTests {
    private let work: WorkOfARun

    init() throws {
        work = try WorkOfARun()
    }

    /// The table of the shard by a worker that has all files.
    private func expectedTable() async throws -> ResultTable {
        let coordinator = try ScriptedCoordinator()
        let worker = try work.worker(coordinator)
        #expect(try await coordinator.wait { !$0.routes.isEmpty })
        coordinator.send(.assign([try work.assignment(1)]))
        #expect(try await coordinator.wait { !$0.results.isEmpty }, "\(worker.errors)")
        worker.signal(SIGKILL)
        coordinator.stop()
        return try #require(coordinator.results.first).table
    }

    private var cached: Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: work.cache)) ?? [])
    }

    @Test("it fetches checkpoint and images through a loss of the coordinator, once, and computes the same numbers")
    func fetch() async throws {
        let first = try ScriptedCoordinator(files: work.files, answeredRequests: 5)
        let worker = try work.worker(first)
        #expect(try await first.wait { !$0.routes.isEmpty })
        first.send(.assign([try work.assignment(1, isRemote: true)]))
        // Five chunks of the checkpoint are answered; the sixth and those after it never are.
        #expect(try await first.wait { $0.requests.count >= 6 }, "\(worker.errors)")
        first.stop()
        let second = try ScriptedCoordinator(first.endpoint, epoch: 2, files: work.files)
        #expect(try await second.wait { !$0.results.isEmpty || !$0.failures.isEmpty }, "\(worker.errors)")
        #expect(second.failures.isEmpty)
        let model = Digest(of: work.model)
        let again = second.requests.filter { $0.digest == model }
        let answered = first.requests.prefix(5).reduce(0) { $0 + $1.length }
        #expect(again.allSatisfy { $0.offset >= answered })
        #expect(Set(again.map(\.offset)).count == again.count, "a chunk was asked for twice")
        #expect(cached.isSuperset(of: work.files.map { "\(Digest(of: $0))" }))
        #expect(try await expectedTable() == second.results.first?.table)
        worker.signal(SIGKILL)
        second.stop()
    }

    @Test("it has the files of a built-in data set from the coordinator, downloads none, and says what it fetches")
    func builtin() async throws {
        let coordinator = try ScriptedCoordinator(files: work.files)
        // Whatever it tried to download would fail, and say so.
        let nowhere = "http://127.0.0.1:9"
        let worker = try work.worker(coordinator, environment: ["http_proxy": nowhere, "https_proxy": nowhere])
        #expect(try await coordinator.wait { !$0.routes.isEmpty })
        coordinator.send(.assign([try work.assignment(1, isRemote: true, builtin: "mnist")]))
        #expect(try await coordinator.wait { !$0.results.isEmpty || !$0.failures.isEmpty }, "\(worker.errors)")
        #expect(coordinator.failures.isEmpty)
        #expect(worker.errors.contains("fetching images of 'own' (test), 401.4 kB, from the coordinator"))
        #expect(worker.errors.contains("fetched labels of 'own' (test), 520 B, in "))
        #expect(worker.errors.contains("fetching weights of 'glow', "))
        #expect(!worker.errors.contains("download"))
        worker.signal(SIGKILL)
        coordinator.stop()
    }

    @Test("a worker that died half-way leaves its part to the next, which asks for the rest alone")
    func restart() async throws {
        let first = try ScriptedCoordinator(files: work.files, answeredRequests: 5)
        let victim = try work.worker(first)
        #expect(try await first.wait { !$0.routes.isEmpty })
        first.send(.assign([try work.assignment(1, isRemote: true)]))
        let partial = "\(work.cache)/\(Digest(of: work.model)).partial"
        // What five requests bring: the first parts are small.
        let arrived = try await first.wait { coordinator in
            let brought = coordinator.requests.prefix(5).reduce(0) { $0 + $1.length }
            return coordinator.requests.count >= 5
                && (FileManager.default.contents(atPath: partial)?.count ?? 0) >= brought
        }
        #expect(arrived, "\(victim.errors)")
        victim.signal(SIGKILL)
        _ = try await victim.outcome()
        let kept = FileManager.default.contents(atPath: partial)?.count
        let second = try ScriptedCoordinator(files: work.files)
        let heir = try work.worker(second)
        #expect(try await second.wait { !$0.routes.isEmpty })
        second.send(.assign([try work.assignment(1, isRemote: true)]))
        #expect(try await second.wait { !$0.results.isEmpty }, "\(heir.errors)")
        let model = Digest(of: work.model)
        #expect(second.requests.first { $0.digest == model }?.offset == kept)
        heir.signal(SIGKILL)
        first.stop()
        second.stop()
    }

    @Test("two workers of one machine fetch each file once between them")
    func sharedCache() async throws {
        let coordinator = try ScriptedCoordinator(files: work.files)
        let workers = try [work.worker(coordinator), work.worker(coordinator)]
        #expect(try await coordinator.wait { Set($0.routes).count == 2 })
        for (number, route) in Set(coordinator.routes).enumerated() {
            coordinator.send(.assign([try work.assignment(UInt32(number + 1), isRemote: true)]), to: route)
        }
        #expect(try await coordinator.wait { $0.results.count == 2 }, "\(workers.map(\.errors))")
        let asked = coordinator.requests.map { "\($0.digest) \($0.offset)" }
        #expect(Set(asked).count == asked.count, "asked twice")
        #expect(coordinator.results[0].table == coordinator.results[1].table)
        for worker in workers { worker.signal(SIGKILL) }
        coordinator.stop()
    }

    @Test("a file that is not handed out fails the shard and says so")
    func refused() async throws {
        let coordinator = try ScriptedCoordinator(files: [work.pixels])
        let worker = try work.worker(coordinator)
        #expect(try await coordinator.wait { !$0.routes.isEmpty })
        var assignment = try work.assignment(1, isRemote: true)
        coordinator.send(.assign([assignment]))
        #expect(try await coordinator.wait { $0.failures.count == 1 })
        #expect(coordinator.failures[0].kind == .model && coordinator.failures[0].message.contains("no such file"))
        assignment = try work.assignment(2, isRemote: true)
        assignment.spec.model = try work.assignment(2).spec.model
        coordinator.send(.assign([assignment]))
        #expect(try await coordinator.wait { $0.failures.count == 2 })
        #expect(coordinator.failures[1].kind == .data && coordinator.failures[1].message.contains("no such file"))
        worker.signal(SIGKILL)
        coordinator.stop()
    }

    @Test("a file that comes with other bytes fails the shard, and is not kept")
    func changed() async throws {
        var changed = work.model
        changed[changed.count / 2] ^= 1
        let coordinator = try ScriptedCoordinator(lies: [Digest(of: work.model): changed])
        let worker = try work.worker(coordinator)
        #expect(try await coordinator.wait { !$0.routes.isEmpty })
        coordinator.send(.assign([try work.assignment(1, isRemote: true)]))
        #expect(try await coordinator.wait { $0.failures.count == 1 })
        #expect(coordinator.failures.first?.kind == .model)
        #expect(coordinator.failures.first?.message.contains("\(Digest(of: changed))") == true)
        #expect(!cached.contains { $0.hasPrefix("\(Digest(of: work.model))") })
        worker.signal(SIGKILL)
        coordinator.stop()
    }

    @Test("a worker asked to leave while it fetches gives the shard back at once")
    func leaving() async throws {
        let coordinator = try ScriptedCoordinator(files: work.files, answeredRequests: 2)
        let worker = try work.worker(coordinator)
        #expect(try await coordinator.wait { !$0.routes.isEmpty })
        coordinator.send(.assign([try work.assignment(1, isRemote: true)]))
        #expect(try await coordinator.wait { $0.requests.count > 2 })
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().code == 0)
        #expect(try await coordinator.wait { $0.hasGoodbye })
        #expect(coordinator.handedBack.map(\.attempt) == [1] && coordinator.failures.isEmpty)
        coordinator.stop()
    }
}
