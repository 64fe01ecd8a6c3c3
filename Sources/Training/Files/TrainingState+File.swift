// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
public import Networks
import Vocabulary

extension TrainingState {
    /// The state as the bytes of a safetensors file.
    public func encoded() -> [UInt8] {
        var writer = SafetensorsWriter(metadata: texts)
        func add(_ name: String, _ values: [Float]) {
            writer.add(name, Tensor(shape: [values.count], values: values))
        }
        add("parameters", parameters)
        for (name, values) in zip(Self.momentNames, moments) { add(name, values) }
        if let average { add("average", average) }
        return writer.encoded()
    }

    /// Reads a file.
    ///
    /// - Throws: ``CheckpointError`` when it is no state of a training, or one of another format.
    public init(_ file: SafetensorsFile) throws(CheckpointError) {
        let texts = StateTexts(file)
        let format = try texts.value("bitsweep.training-state") { Int($0) }
        guard format == Self.format else {
            throw texts.error("bitsweep.training-state", "format \(format); this program reads format \(Self.format)")
        }
        recipeName = try texts.value("recipe") { $0 }
        trajectory = try texts.value("trajectory") { Digest(hexadecimal: $0) }
        trajectoryText = file.metadata["trajectory-text"]
        data = try texts.value("data") { Digest(hexadecimal: $0) }
        former = FormerTraining()
        former.start = try texts.digest("start")
        former.grownFrom = file.metadata["grown-from"]
        former.legs = try TrainingHistory(file.metadata, file: file.name)?.legs ?? []
        course = TrainingCourse()
        course.step = try texts.value("step") { Int($0).flatMap { 0...Self.stepLimit ~= $0 ? $0 : nil } }
        course.elapsed = .nanoseconds(
            try texts.value("elapsed-nanoseconds") { Int64($0).flatMap { $0 >= 0 ? $0 : nil } }
        )
        course.validatedStep = try texts.value("validated-step") { Int($0) }
        if let loss = try texts.bits("validation") {
            let images = try texts.value("validation-images") { Int($0) }
            course.validation = Validation(loss: loss, accuracy: try texts.bits("validation-accuracy"), images: images)
        }
        course.recent.sum = try texts.bits("loss-sum") ?? 0
        course.recent.count = try texts.value("loss-count") { Int($0).flatMap { 0...Self.stepLimit ~= $0 ? $0 : nil } }
        course.recent.entered = try texts.bits("loss-entered")
        parameters = try file.tensor("parameters").values
        moments = []
        for name in Self.momentNames where file.entries[name] != nil { moments.append(try file.tensor(name).values) }
        average = file.entries["average"] == nil ? nil : try file.tensor("average").values
    }

    private static let stepLimit = 1 << 40

    /// Doubles as bit patterns: what is added up later must be the same to the last bit.
    private var texts: [String: String] {
        let (seconds, attoseconds) = course.elapsed.components
        var texts = [
            "bitsweep.training-state": "\(Self.format)", "recipe": recipeName, "trajectory": "\(trajectory)",
            "data": "\(data)", "step": "\(step)",
            "elapsed-nanoseconds": "\(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)",
            "validated-step": "\(course.validatedStep)", "loss-sum": String(course.recent.sum.bitPattern, radix: 16),
            "loss-count": "\(course.recent.count)",
        ]
        texts["trajectory-text"] = trajectoryText
        texts["start"] = former.start.map { "\($0)" }
        texts["grown-from"] = former.grownFrom
        texts.merge(TrainingHistory(former.legs).texts) { own, _ in own }
        if let validation = course.validation {
            texts["validation"] = String(validation.loss.bitPattern, radix: 16)
            texts["validation-images"] = "\(validation.images)"
        }
        if let accuracy = course.validation?.accuracy {
            texts["validation-accuracy"] = String(accuracy.bitPattern, radix: 16)
        }
        if let entered = course.recent.entered { texts["loss-entered"] = String(entered.bitPattern, radix: 16) }
        return texts
    }
}

/// The metadata of a state's file, read key by key.
private struct StateTexts {
    private let texts: [String: String]
    private let file: String

    init(_ file: SafetensorsFile) {
        texts = file.metadata
        self.file = file.name
    }

    func error(_ key: String, _ problem: String) -> CheckpointError {
        CheckpointError(file: file, at: .metadata(key), problem)
    }

    func value<Value>(_ key: String, _ read: (String) -> Value?) throws(CheckpointError) -> Value {
        guard let text = texts[key] else {
            throw error(key, "missing; this is no state of a training, or a damaged one")
        }
        guard let value = read(text) else { throw error(key, "'\(text)' cannot be; the file is damaged") }
        return value
    }

    /// A digest; nil where there is none.
    func digest(_ key: String) throws(CheckpointError) -> Digest? {
        guard texts[key] != nil else { return nil }
        return try value(key) { Digest(hexadecimal: $0) }
    }

    /// A double by its bit pattern; nil where there is none.
    func bits(_ key: String) throws(CheckpointError) -> Double? {
        guard texts[key] != nil else { return nil }
        return try value(key) { UInt64($0, radix: 16).map { Double(bitPattern: $0) } }
    }
}
