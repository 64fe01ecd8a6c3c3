// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How an image's likelihood is taken from a model: what it is the likelihood of, and how a flow's pixels are dequantised.
///
/// `NUMBERS.md` defines each setting for each family; ``problem(of:)`` says which mean nothing to one.
public struct LikelihoodEstimate: Hashable, Sendable {
    /// What is likely or not.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The pixels as they are, whole levels or not.
        case density
        /// The 8-bit cells that contain the pixels: those of the nearest levels.
        case interval
        /// What the scorer of an external model takes for it; this program does not know.
        case external
        /// What a file of numbers made elsewhere says, of whatever images it was.
        case imported

        /// Those that a sweep file can ask a model for that this program computes.
        public static let asked: [Kind] = [.density, .interval]

        /// Whether the numbers are somebody else's: not this program's arithmetic, and not to be had again bit for bit.
        public var isForeign: Bool { self == .external || self == .imported }
    }

    /// Which point of an 8-bit cell stands for a pixel on a flow's input.
    public enum Dequantisation: String, Hashable, Sendable, CaseIterable {
        /// u uniform on [0, 1), drawn for each pixel.
        case uniform
        /// u = 0: the lower end.
        case zero
        /// u = 1/2: the middle.
        case centre
    }

    /// What is likely or not.
    public var kind: Kind
    /// How many draws of u a flow's likelihood is averaged over.
    public var draws: Int
    /// How a flow's pixels are dequantised.
    public var dequantisation: Dequantisation

    /// What a sweep file means where it says nothing.
    public static let standard = LikelihoodEstimate()
    /// How many draws can be asked for.
    public static let drawCounts = 1...1024

    /// An estimate; of the density, by one draw, unless said otherwise.
    public init(kind: Kind = .density, draws: Int = 1, dequantisation: Dequantisation = .uniform) {
        (self.kind, self.draws, self.dequantisation) = (kind, draws, dequantisation)
    }

    /// The settings that are not the standard ones, as sweep files spell them, in a fixed order.
    public var settings: [(key: String, value: String)] {
        var settings: [(key: String, value: String)] = []
        if kind != .density { settings.append((Self.kindKey, kind.rawValue)) }
        if draws != 1 { settings.append((Self.drawsKey, String(draws))) }
        if dequantisation != .uniform { settings.append((Self.dequantisationKey, dequantisation.rawValue)) }
        return settings
    }

    /// What is not standard, for people: `interval, 8 draws`; nil where everything is.
    public var caption: String? {
        let words =
            (kind == .density ? [] : [kind.rawValue]) + (draws == 1 ? [] : ["\(draws) draws"])
            + (dequantisation == .uniform ? [] : ["dequantisation \(dequantisation.rawValue)"])
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    /// A model's name with what is not standard: `glow-affine (interval, 8 draws)`.
    public func label(_ model: String) -> String { caption.map { "\(model) (\($0))" } ?? model }
}

extension LikelihoodEstimate {
    /// The key of ``kind`` in a sweep file's model.
    public static let kindKey = "likelihood"
    /// The key of ``draws``.
    public static let drawsKey = "draws"
    /// The key of ``dequantisation``.
    public static let dequantisationKey = "dequantisation"
    /// All of them.
    public static let keys = [kindKey, drawsKey, dequantisationKey]

    /// The text that keeps it where settings are kept as text: ``settings`` as `likelihood=interval draws=8`; empty for
    /// the standard one.
    public var text: String { settings.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }

    /// Reads ``text``; nil for one that no estimate has.
    public init?(text: some StringProtocol) {
        self = .standard
        for word in String(text).split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return nil }
            switch parts[0] {
            case Self.kindKey:
                guard let known = Kind(rawValue: parts[1]) else { return nil }
                kind = known
            case Self.drawsKey:
                guard let count = Int(parts[1]) else { return nil }
                draws = count
            case Self.dequantisationKey:
                guard let known = Dequantisation(rawValue: parts[1]) else { return nil }
                dequantisation = known
            default: return nil
            }
        }
        guard Self.drawCounts.contains(draws), self.text == String(text) else { return nil }
    }
}

extension LikelihoodEstimate {
    /// A setting that means nothing to a model, or not together with another one.
    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// The setting's key in a sweep file.
        public var key: String
        /// The setting and why it means nothing.
        public var description: String
    }

    /// What a model of `family` cannot be asked for; nil where it can give the estimate.
    public func problem(of family: ModelFacts.Family) -> Problem? {
        if let setting = settings.first, family.isClassifier {
            return problem(setting, "means nothing to a \(family.rawValue), which gives images no likelihood")
        }
        if (family == .external) != kind.isForeign {
            let reason =
                family == .external
                ? "means nothing to an external model: its scorer decides what its likelihood is of"
                : "is that of no \(family.rawValue)"
            return problem((Self.kindKey, kind.rawValue), reason)
        }
        if family == .external, let setting = settings.first(where: { $0.key != Self.kindKey }) {
            return problem(setting, "means nothing to an external model: its scorer decides how pixels are dequantised")
        }
        if family.pixelScale != .dequantised, let setting = settings.first(where: { $0.key != Self.kindKey }) {
            return problem(setting, "means nothing to a \(family.rawValue), whose pixels are not dequantised")
        }
        guard dequantisation != .uniform else { return nil }
        let fixed = "with dequantisation \(dequantisation.rawValue) every draw is the same"
        if draws > 1 { return Problem(key: Self.drawsKey, description: "draws \(draws) means nothing: \(fixed)") }
        guard kind == .interval else { return nil }
        let one = "dequantisation \(dequantisation.rawValue) takes one point of it"
        return Problem(key: Self.dequantisationKey, description: "likelihood interval is a cell's; \(one)")
    }

    private func problem(_ setting: (key: String, value: String), _ reason: String) -> Problem {
        Problem(key: setting.key, description: "\(setting.key) \(setting.value) \(reason)")
    }
}
