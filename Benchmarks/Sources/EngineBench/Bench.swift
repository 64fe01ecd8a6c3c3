// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels

/// The passes that are ready to be timed, by key.
struct Bench {
    private let kernels: KernelSet
    private var passes: [String: Pass] = [:]

    /// Images whose numbers an answer shows.
    private static let shownImages = 8

    init(kernels: KernelSet) {
        self.kernels = kernels
    }

    mutating func answer(_ line: String) -> Reply {
        do {
            return try perform(try JSONDecoder().decode(Request.self, from: Data(line.utf8)))
        } catch {
            return Reply(error: "\(error)")
        }
    }

    private mutating func perform(_ request: Request) throws -> Reply {
        switch request.op {
        case .describe:
            return Reply(side: "BitSweep", version: "release", capability: kernels.instructionSet.rawValue)
        case .prepare: return try prepare(request)
        case .time: return try time(request)
        case .release:
            passes.removeAll()
            return Reply()
        case .peak:
            return try PeakLoop(kernels.instructionSet, threads: request.threads.orMissing("threads"))
                .measure(seconds: request.seconds.orMissing("seconds"))
        case .kernels: return Reply(kernels: KernelCase.all.map(\.name))
        case .kernel: return try timeKernel(request)
        }
    }

    private mutating func prepare(_ request: Request) throws -> Reply {
        let setting = Setting(
            kernels: kernels,
            pool: WorkPool(threads: try request.threads.orMissing("threads")),
            batch: try request.batch.orMissing("batch"),
            weights: try request.weights.orMissing("weights"),
            inputs: try request.inputs.orMissing("inputs")
        )
        let (name, key) = (try request.work.orMissing("work"), try request.key.orMissing("key"))
        let meter = ProcessMeter()
        if let training = Works.training[name] {
            let work = try training(setting)
            let values = try work.check()
            _ = try work.step()
            let seconds = meter.seconds
            _ = try work.step()
            passes[key] = work.step
            return Reply(seconds: seconds, values: values)
        }
        guard let work = Works.all[name] else {
            let known = Array(Works.all.keys) + Works.training.keys
            throw BenchError.unknown("work", name: name, known: known)
        }
        let pass = try work(setting)
        let values = try pass()
        let seconds = meter.seconds
        _ = try pass()
        passes[key] = pass
        let perImage = values.count / setting.batch
        return Reply(seconds: seconds, values: Array(values.prefix(Self.shownImages * perImage)))
    }

    private func time(_ request: Request) throws -> Reply {
        let key = try request.key.orMissing("key")
        guard let pass = passes[key] else {
            throw BenchError.unknown("key", name: key, known: Array(passes.keys))
        }
        return try ProcessMeter.time(atLeast: request.seconds.orMissing("seconds")) { _ = try pass() }
    }

    private func timeKernel(_ request: Request) throws -> Reply {
        let name = try request.work.orMissing("work")
        guard let kernel = KernelCase.all.first(where: { $0.name == name }) else {
            throw BenchError.unknown("kernel", name: name, known: KernelCase.all.map(\.name))
        }
        let body = kernel.prepare(kernels)
        body()
        var reply = try ProcessMeter.time(atLeast: request.seconds.orMissing("seconds"), body)
        switch kernel.count {
        case .operations(let count): reply.operations = count
        case .elements(let count): reply.elements = count
        }
        return reply
    }
}

extension Optional {
    /// The value of a field of a request.
    func orMissing(_ field: String) throws -> Wrapped {
        guard let self else { throw BenchError.missing(field) }
        return self
    }
}
