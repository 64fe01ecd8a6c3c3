// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How far a training has come at one moment, and the line that says so.
public struct TrainingLine: Hashable, Sendable {
    /// The part that is done, 0 to 1.
    public var fraction: Double
    /// Steps made.
    public var step: Int
    /// Steps of the whole training; nil where a time decides.
    public var totalSteps: Int?
    /// Mean loss of the latest steps; nil before the first.
    public var loss: Double?
    /// Loss on the validation images; nil before the first validation.
    public var validation: Double?
    /// What losses are measured in.
    public var unit: String
    /// Images a second of late; nil while nothing is known.
    public var imagesPerSecond: Double?
    /// Time to the end; nil while nothing is known.
    public var remaining: Duration?

    /// The state of a training; what is not given is unknown.
    public init(
        fraction: Double,
        step: Int,
        totalSteps: Int? = nil,
        loss: Double? = nil,
        validation: Double? = nil,
        unit: String,
        imagesPerSecond: Double? = nil,
        remaining: Duration? = nil
    ) {
        self.fraction = fraction
        self.step = step
        self.totalSteps = totalSteps
        self.loss = loss
        self.validation = validation
        self.unit = unit
        self.imagesPerSecond = imagesPerSecond
        self.remaining = remaining
    }

    /// The line, such as `42 %  step 1,234/2,900  1.234 bits/dim  validation 1.251  312 img/s  ETA 12:30`.
    ///
    /// In no more than `width` columns, where given.
    public func text(width: Int? = nil) -> String {
        let steps = totalSteps.map { "\(HumanText.count(step))/\(HumanText.count($0))" } ?? HumanText.count(step)
        var pieces = [
            "\(Int(fraction * 100)) %", "step \(steps)", "\(HumanText.fixed(loss, decimals: 3)) \(unit)",
        ]
        if let validation { pieces.append("validation \(HumanText.fixed(validation, decimals: 3))") }
        pieces.append("\(imagesPerSecond.map(HumanText.rate) ?? HumanText.absent) img/s")
        pieces.append("ETA \(remaining.map(HumanText.duration) ?? HumanText.absent)")
        let text = pieces.joined(separator: "  ")
        return width.map { DisplayWidth.shorten(text, to: $0) } ?? text
    }
}
