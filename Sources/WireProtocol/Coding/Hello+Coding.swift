// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

extension Hello {
    var proto: ProtoHello {
        var proto = ProtoHello()
        proto.software = software
        proto.numericsVersion = numericsVersion
        proto.numericsFingerprint = numericsFingerprint
        proto.worker = .init(worker.bytes)
        proto.host = host
        proto.process = process
        proto.threads = UInt32(clamping: threads)
        proto.instructionSet = instructionSet
        proto.unacknowledged = unacknowledged.prefix(WireLimits.attempts).map(\.proto)
        proto.inFlight = inFlight.prefix(WireLimits.attempts).map(\.proto)
        if let imagesPerSecond { proto.imagesPerSecond = imagesPerSecond }
        if let training { proto.training = training.proto }
        proto.grants = grants.prefix(2 * WireLimits.attempts).map(\.proto)
        if let trainingMark { proto.trainingMark = Data(trainingMark) }
        proto.onlyAsks = onlyAsks
        proto.scorers = scorers.prefix(WireLimits.scorersPerWorker).map(\.proto)
        return proto
    }

    init(_ proto: ProtoHello, version: ProtocolVersion) throws(WireError) {
        self.init(
            software: try FieldCheck.name(proto.software, "hello.software"),
            numericsVersion: proto.numericsVersion,
            numericsFingerprint: try FieldCheck.name(proto.numericsFingerprint, "hello.numerics_fingerprint"),
            worker: try FieldCheck.worker(proto.worker, "hello.worker"),
            host: try FieldCheck.name(proto.host, "hello.host"),
            process: proto.process,
            threads: Int(proto.threads),
            instructionSet: try FieldCheck.name(proto.instructionSet, "hello.instruction_set"),
            unacknowledged: try AttemptIdentity.list(proto.unacknowledged, "hello.unacknowledged"),
            inFlight: try AttemptIdentity.list(proto.inFlight, "hello.in_flight")
        )
        if proto.hasImagesPerSecond {
            imagesPerSecond = try FieldCheck.rate(proto.imagesPerSecond, "hello.images_per_second")
        }
        if proto.hasTraining { training = try TrainingAttempt(proto.training, "hello.training") }
        trainingMark = try Grant.optionalMark(proto.trainingMark, "hello.training_mark")
        for grant in try FieldCheck.list(proto.grants, "hello.grants", limit: 2 * WireLimits.attempts) {
            grants.append(try Grant(grant, "hello.grants"))
        }
        onlyAsks = proto.onlyAsks
        for scorer in try FieldCheck.list(proto.scorers, "hello.scorers", limit: WireLimits.scorersPerWorker) {
            scorers.append(try ScorerOffer(scorer, "hello.scorers"))
        }
        protocolVersion = version
    }
}

extension ScorerOffer {
    fileprivate var proto: ProtoScorer {
        var proto = ProtoScorer()
        proto.name = name
        proto.version = version
        if let digest { proto.digest = Data(digest.bytes) }
        return proto
    }

    fileprivate init(_ proto: ProtoScorer, _ field: StaticString) throws(WireError) {
        for text in [proto.name, proto.version] where !ExternalModel.isUsable(text) {
            let rule = "1 to \(ColumnName.longest) visible ASCII characters without spaces are accepted"
            throw .invalidField("\(field)", reason: "\(text.utf8.count) bytes; \(rule)")
        }
        self.init(
            name: proto.name,
            version: proto.version,
            digest: proto.digest.isEmpty ? nil : try FieldCheck.digest(proto.digest, field)
        )
    }
}
