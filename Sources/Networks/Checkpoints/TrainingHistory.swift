// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// One training of those that one after another made a checkpoint's weights; what nobody knows is nil.
public struct TrainingLeg: Hashable, Sendable {
    /// The checkpoint that its weights began with; nil where they were drawn.
    public var start: Digest?
    /// The sizes in which the network of that checkpoint was smaller, as in `blocks 1, filters 32`.
    public var grownFrom: String?
    /// The recipe's name.
    public var recipe: String?
    /// The recipe's digest.
    public var recipeDigest: Digest?
    /// Who trained, where it was not this program.
    public var trainer: String?
    /// The data set's name.
    public var data: String?
    /// The digest of its training split.
    public var dataDigest: Digest?
    /// Steps of the optimiser.
    public var steps: Int?
    /// Images of a step.
    public var batch: Int?
    /// Passes over the images that were trained on, with a fraction.
    public var epochs: Double?
    /// Loss on the validation images: bits per dimension, or nats of a classifier.
    public var validation: Double?
    /// Accuracy on the validation images, of a classifier.
    public var accuracy: Double?
    /// What else is known, in free text.
    public var note: String?

    /// A training of which nothing is known yet.
    public init() {}
}

/// The trainings that made a checkpoint's weights, the first one first.
///
/// In the metadata of a file: `training.legs`, their number; `training.steps` and `training.epochs`, of all of them
/// together, where all are known; and what is known of each, counted from 1, as in `training.1.recipe`.
public struct TrainingHistory: Hashable, Sendable {
    /// More legs than anybody makes; a file that claims more is damaged.
    private static let most = 1000

    /// The trainings, the first one first.
    public var legs: [TrainingLeg]

    /// The history of weights that these trainings made.
    public init(_ legs: [TrainingLeg] = []) { self.legs = legs }

    /// Steps of all legs; nil where one does not tell.
    public var steps: Int? { sum(\.steps, 0, +) }

    /// Epochs of all legs; nil where one does not tell.
    public var epochs: Double? { sum(\.epochs, 0, +) }

    private func sum<Value>(
        _ path: KeyPath<TrainingLeg, Value?>,
        _ zero: Value,
        _ add: (Value, Value) -> Value
    ) -> Value? {
        let values = legs.compactMap { $0[keyPath: path] }
        return legs.isEmpty || values.count < legs.count ? nil : values.reduce(zero, add)
    }

    /// The history as metadata; nothing where there are no legs.
    package var texts: [String: String] {
        guard !legs.isEmpty else { return [:] }
        var texts = ["training.legs": "\(legs.count)"]
        texts["training.steps"] = steps.map { "\($0)" }
        texts["training.epochs"] = epochs.map { "\($0)" }
        for (index, leg) in legs.enumerated() {
            for (key, text) in leg.texts { texts["training.\(index + 1).\(key)"] = text }
        }
        return texts
    }

    /// Reads what ``texts`` makes from the metadata of `file`; nil where they have none.
    ///
    /// - Throws: ``CheckpointError`` when a value is impossible.
    package init?(_ texts: [String: String], file: String) throws(CheckpointError) {
        try self.init(MetadataTexts(texts, file: file))
    }

    /// Reads what ``texts`` makes; nil where the metadata have none.
    init?(_ texts: MetadataTexts) throws(CheckpointError) {
        guard texts["training.legs"] != nil else { return nil }
        legs = []
        for number in 1...(try texts.integer("training.legs", in: 1...Self.most)) {
            legs.append(try TrainingLeg(texts, "training.\(number)."))
        }
    }
}

extension TrainingLeg {
    fileprivate var texts: [String: String] {
        let texts: [String: String?] = [
            "start": start.map { "\($0)" }, "grown-from": grownFrom, "recipe": recipe,
            "recipe-digest": recipeDigest.map { "\($0)" }, "trainer": trainer, "data": data,
            "data-digest": dataDigest.map { "\($0)" }, "steps": steps.map { "\($0)" }, "batch": batch.map { "\($0)" },
            "epochs": epochs.map { "\($0)" }, "validation": validation.map { "\($0)" },
            "accuracy": accuracy.map { "\($0)" }, "note": note,
        ]
        return texts.compactMapValues(\.self)
    }

    fileprivate init(_ texts: MetadataTexts, _ prefix: String) throws(CheckpointError) {
        let (counts, losses) = (0...Int.max, -Double.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
        start = try texts.digest("\(prefix)start")
        grownFrom = texts["\(prefix)grown-from"]
        recipe = texts["\(prefix)recipe"]
        recipeDigest = try texts.digest("\(prefix)recipe-digest")
        trainer = texts["\(prefix)trainer"]
        data = texts["\(prefix)data"]
        dataDigest = try texts.digest("\(prefix)data-digest")
        steps = texts["\(prefix)steps"] == nil ? nil : try texts.integer("\(prefix)steps", in: counts)
        batch = texts["\(prefix)batch"] == nil ? nil : try texts.integer("\(prefix)batch", in: counts)
        epochs = try texts.real("\(prefix)epochs", in: 0...Double.greatestFiniteMagnitude)
        validation = try texts.real("\(prefix)validation", in: losses)
        accuracy = try texts.real("\(prefix)accuracy", in: 0...1)
        note = texts["\(prefix)note"]
    }

    /// What a provenance in free text tells, as checkpoints had it before their metadata told it key by key; the text
    /// itself becomes the note.
    init(provenance text: String) {
        note = text
        if let match = text.firstMatch(of: /recipe ([A-Za-z0-9._-]+) \(sha256 ([0-9a-f]{64})\)/) {
            (recipe, recipeDigest) = (String(match.1), Digest(hexadecimal: match.2))
        }
        if let match = text.firstMatch(of: /([0-9]+) steps of (?:batch )?([0-9]+)/) {
            (steps, batch) = (Int(match.1), Int(match.2))
        }
        if let match = text.firstMatch(of: /on ([0-9,]+) (?:images of )?([A-Za-z0-9._-]+) train/) {
            data = String(match.2)
            let images = Int(match.1.filter { $0 != "," }) ?? 0
            // An epoch leaves out the images that do not fill a last batch.
            if let steps, let batch, batch > 0, images >= batch { epochs = Double(steps) / Double(images / batch) }
        }
        if let match = text.firstMatch(of: /train \(sha256 ([0-9a-f]{64})\)/) {
            dataDigest = Digest(hexadecimal: match.1)
        }
        if let match = text.firstMatch(of: /validation on [0-9]+ others: ([0-9.e-]+)/) { validation = Double(match.1) }
        start = text.firstMatch(of: /checkpoint of sha256 ([0-9a-f]{64})/).flatMap { Digest(hexadecimal: $0.1) }
        trainer = text.firstMatch(of: /by (the PyTorch twin)/).map { String($0.1) }
        if let match = text.firstMatch(of: /accuracy ([0-9.]+)/) { accuracy = Double(match.1) }
    }
}

extension MetadataTexts {
    /// A digest; nil where there is none.
    fileprivate func digest(_ key: String) throws(CheckpointError) -> Digest? {
        guard let text = self[key] else { return nil }
        guard let digest = Digest(hexadecimal: text) else { throw error(key, "'\(text)' is no SHA-256") }
        return digest
    }

    /// A finite number; nil where there is none.
    fileprivate func real(_ key: String, in range: ClosedRange<Double>) throws(CheckpointError) -> Double? {
        guard let text = self[key] else { return nil }
        guard let number = Double(text), range.contains(number) else { throw error(key, "'\(text)' cannot be") }
        return number
    }
}
