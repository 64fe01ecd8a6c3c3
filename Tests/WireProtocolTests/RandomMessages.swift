// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import TestSupport
import Vocabulary
import WireProtocol

/// Messages with arbitrary possible contents.
struct RandomMessages {
    var generator: SplitMix64

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
    }

    /// One of each kind that a worker says.
    mutating func worker() -> [WorkerMessage] {
        [
            .hello(hello()), .results([result()]), .results(results()), .failure(failure()), .heartbeat(heartbeat()),
            .handBack(attempts()), .drain(reason: text()),
            .drain(reason: text(), within: .milliseconds(below(4_000_000_000))),
            .artifactRequest(artifactRequest()), .trainingOffer(trainingOffer()), .uploadChunk(artifactChunk()),
            .trainingProgress(trainingProgress()), .trainingEnd(trainingEnd()), .refuse(refusal()),
            .goodbye(reason: text()),
        ]
    }

    /// One of each kind that a coordinator says.
    mutating func coordinator() -> [CoordinatorMessage] {
        [
            .welcome(Welcome(run: name(), epoch: word(), heartbeatInterval: .milliseconds(below(3_600_000) + 1))),
            .assign([assignment()]), .assign(assignments()), .acknowledge(attempts()),
            .heartbeat(CoordinatorHeartbeat(epoch: word())), .retract(attempts()), .drain(reason: text()),
            .snapshot(snapshot()), .controlReply(controlReply()), .artifactChunk(artifactChunk()),
            .artifactRefusal(ArtifactRefusal(digest: digest(), reason: text())), .train(training()),
            .stopTraining(trainingAttempt(), saves: flip()), .uploadReceipt(uploadReceipt()),
            .uploadRefusal(ArtifactRefusal(digest: digest(), reason: text())), .refuse(refusal()),
            .goodbye(reason: text()),
        ]
    }

    /// One of each kind that a client says.
    mutating func client() -> [ClientMessage] {
        let run = flip() ? name() : nil
        let request = SnapshotRequest(run: run, page: flip() ? cellPageRequest() : nil, rowLimit: below(4097))
        return [.snapshot(request), .control(controlRequest())]
    }

    /// The bytes of one message of each kind.
    mutating func encoded() -> [[UInt8]] {
        worker().map { $0.encoded() } + coordinator().map { $0.encoded() } + client().map { $0.encoded() }
    }

    // MARK: Parts

    mutating func word() -> UInt64 { generator.next() >> UInt64.random(in: 0..<64, using: &generator) }
    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }
    mutating func flip() -> Bool { Bool.random(using: &generator) }
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(below(256)) } }

    mutating func name() -> String {
        String((0...below(12)).map { _ in Array("abcxyz-0189 .é日😀").randomElement(using: &generator) ?? "?" })
    }

    mutating func text() -> String { (0..<below(4)).map { _ in name() }.joined(separator: "\n\t") }

    mutating func digest() -> Digest { Digest(of: bytes(8)) }

    mutating func attempt() -> AttemptIdentity {
        let lower = below(1 << 20)
        let shard = Shard(cell: CellID(digest()), lower: lower, upper: lower + 1 + below(40))
        return AttemptIdentity(shard: shard, attempt: UInt32(1 + below(1 << 31)), epoch: word())
    }

    mutating func attempts() -> [AttemptIdentity] {
        (0..<below(4)).flatMap { _ in attempts(like: attempt()) }
    }

    mutating func indices(of shard: Shard) -> [UInt32] {
        var next = UInt32(0)
        return (0..<shard.count).map { _ in
            next += UInt32(1 + below(1 << 26))
            return next - 1
        }
    }

    mutating func hello() -> Hello {
        var hello = Hello(
            software: name(),
            numericsVersion: UInt32(truncatingIfNeeded: word()),
            numericsFingerprint: name(),
            worker: WorkerIdentity(using: &generator),
            host: name(),
            process: UInt32(truncatingIfNeeded: word()),
            threads: below(1000),
            instructionSet: name(),
            unacknowledged: attempts(),
            inFlight: attempts(),
            imagesPerSecond: flip() ? Double(below(10_000)) / 7 : nil,
            training: flip() ? trainingAttempt() : nil
        )
        hello.onlyAsks = flip()
        hello.protocolVersion.minor = UInt32(below(5))
        return hello
    }

    mutating func result() -> ShardResult {
        let attempt = attempt()
        let names = ["bpd"] + (0..<below(4)).map { "level.\($0)" }
        let columns = names.map { name in
            ResultTable.Column(name: name, values: (0..<attempt.shard.count).map { _ in value() })
        }
        let table = ResultTable(indices: indices(of: attempt.shard), columns: columns)
        return ShardResult(attempt: attempt, table: table, computeSeconds: Double(below(1 << 30)) / 1024)
    }

    mutating func failure() -> ShardFailure {
        let kind = ShardFailure.Kind.allCases.randomElement(using: &generator) ?? .other
        let log = (0..<below(6)).map { _ in text() }
        return ShardFailure(attempt: attempt(), kind: kind, isOfSurroundings: flip(), message: text(), log: log)
    }

    mutating func heartbeat() -> WorkerHeartbeat {
        let running = flip() ? attempt() : nil
        let done = running.map { below($0.shard.count + 1) } ?? 0
        return WorkerHeartbeat(
            queued: below(100),
            unacknowledged: below(100),
            running: running,
            imagesDone: done,
            training: flip() ? trainingAttempt() : nil,
            stepsDone: below(1 << 20),
            activity: word()
        )
    }

    mutating func refusal() -> Refusal {
        Refusal(Refusal.Reason.allCases.randomElement(using: &generator) ?? .other, text: text())
    }

    mutating func transform() -> TransformSpec {
        let all: [TransformSpec] = [
            .identity,
            .translate(Translation(dx: below(9) - 4, dy: below(9) - 4, fill: .edge, stage: .beforeResize)),
            .noise(Noise(kind: .offsetGaussian, scale: Double(1 + below(1000)) / 3e5, mask: .background, clamp: true)),
            .zeroLatents(LatentZeroing(levels: .first(1 + below(4)))),
            .zeroLatents(LatentZeroing(levels: .only(1 + below(4)), alpha: 0.5, requantise: true)),
        ]
        return all.randomElement(using: &generator) ?? .identity
    }

    mutating func estimate() -> LikelihoodEstimate {
        LikelihoodEstimate(
            kind: flip() ? .density : .interval,
            draws: flip() ? 1 : 1 + below(1024),
            dequantisation: [.uniform, .zero, .centre][below(3)]
        )
    }

    mutating func assignment() -> Assignment {
        let attempt = attempt()
        let source: DatasetSource = flip() ? .builtin(name()) : .idx(images: name(), labels: name())
        return Assignment(
            attempt: attempt,
            spec: ShardSpec(
                model: ModelSpec(
                    name: name(),
                    location: ModelLocation(text: "/" + name()),
                    digest: digest(),
                    conditioning: flip() ? .label : .marginal,
                    estimate: estimate(),
                    bytes: flip() ? below(1 << 40) : nil
                ),
                dataset: DatasetSpec(
                    name: name(),
                    source: source,
                    split: name(),
                    content: digest(),
                    files: flip() ? files() : nil
                ),
                transform: transform(),
                seed: word(),
                indices: indices(of: attempt.shard)
            )
        )
    }

    mutating func snapshot() -> Snapshot {
        let state = Snapshot.State.allCases.randomElement(using: &generator) ?? .running
        var snapshot = Snapshot(run: name(), sweep: name(), state: state)
        snapshot.cells = below(1 << 40)
        snapshot.cellsDone = below(1 << 40)
        snapshot.images = below(1 << 40)
        snapshot.imagesDone = below(1 << 40)
        snapshot.failedShards = below(100)
        snapshot.imagesPerSecond = Double(below(1 << 20)) / 3
        snapshot.remainingSeconds = flip() ? Double(below(1 << 20)) : nil
        snapshot.workerCount = below(5000)
        snapshot.workers = (0..<below(4)).map { _ in workerStatus() }
        if flip() { snapshot.page = cellPage() }
        snapshot.rows = (0..<below(6)).map { _ in row() }
        snapshot.pauseReason = flip() ? text() : nil
        snapshot.settings = (0..<below(3)).map { _ in name() }
        snapshot.notices = (0..<below(3)).map { _ in name() }
        snapshot.metrics = (0..<below(3)).map { _ in Metric(name: name(), value: Double(below(1 << 50)) / 3) }
        snapshot.trainings = (0..<below(3)).map { _ in trainingStatus() }
        snapshot.failures = (0..<below(3)).map { _ in
            FailureCount(message: name(), shards: below(1 << 40), images: below(1 << 40))
        }
        return snapshot
    }

    mutating func workerStatus() -> WorkerStatus {
        WorkerStatus(
            worker: WorkerIdentity(using: &generator),
            host: name(),
            process: UInt32(below(100_000)),
            threads: below(256),
            instructionSet: name(),
            state: WorkerStatus.State.allCases.randomElement(using: &generator) ?? .idle,
            imagesPerSecond: Double(below(10_000)),
            silentSeconds: Double(below(10_000)) / 9,
            queuedShards: below(1 << 20),
            imagesDone: below(1 << 40),
            problem: flip() ? text() : "",
            failures: below(100)
        )
    }

    mutating func row() -> CellStatistics {
        func figure() -> Double? { flip() ? Double(below(1000)) / 7 : nil }
        return CellStatistics(
            cell: CellID(digest()),
            spec: CellSpec(model: name(), dataset: name(), transform: transform(), seed: word()),
            label: flip() ? below(10) : nil,
            summary: Summary(
                count: below(1 << 30),
                nonFiniteCount: below(1 << 30),
                mean: figure(),
                standardDeviation: figure(),
                minimum: -Double(below(1000)) / 7,
                lowerQuartile: .infinity,
                median: figure(),
                upperQuartile: figure(),
                maximum: figure()
            ),
            meanDifference: flip() ? Double(below(1000)) / 7 : nil,
            failed: below(1 << 40)
        )
    }
}
