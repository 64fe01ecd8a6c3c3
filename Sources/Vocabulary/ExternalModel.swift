// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A model that this program does not compute: a program beside a worker, its scorer, gives the likelihoods.
///
/// It is known by what the sweep file says of it. Whoever changes what the scorer computes changes the version, or the
/// digest, or else gets old numbers for it.
public struct ExternalModel: Hashable, Sendable {
    /// What the scorer is given for an image.
    public struct Input: Hashable, Sendable {
        /// Rows of an image.
        public var height: Int
        /// Columns of an image.
        public var width: Int
        /// 1 or 3.
        public var channels: Int
        /// The number that stands for a black pixel, v = 0.
        public var black: Double
        /// The number that stands for a white pixel, v = 255; above `black`.
        public var white: Double
        /// How a data set's image gets that size.
        public var preprocessing: ModelFacts.Preprocessing

        /// Images of 8-bit values, resized, unless said otherwise.
        public init(
            height: Int,
            width: Int,
            channels: Int = 1,
            black: Double = 0,
            white: Double = 255,
            preprocessing: ModelFacts.Preprocessing = .resize
        ) {
            self.height = height
            self.width = width
            self.channels = channels
            self.black = black
            self.white = white
            self.preprocessing = preprocessing
        }

        /// Numbers of an image.
        public var dimensions: Int { height * width * channels }
    }

    /// The name under which workers offer the scorer.
    public var scorer: String
    /// The version that the scorer must say it is.
    public var version: String
    /// The digest that the scorer must say it has, of whatever decides its numbers; nil where any will do.
    public var declared: Digest?
    /// What the scorer is given.
    public var input: Input

    /// The model of that scorer.
    public init(scorer: String, version: String, declared: Digest? = nil, input: Input) {
        self.scorer = scorer
        self.version = version
        self.declared = declared
        self.input = input
    }

    /// How far two scorings of an image may differ where a sweep file says nothing, relative to the greater of both and 1.
    ///
    /// About a hundred units in the last place of single precision: what the sums of another machine's libraries, or of
    /// another batch's kernels, commonly differ by, and a thousandth of an effect that a test would call one.
    public static let standardTolerance = 1e-5

    /// Whether a name or version may be one: 1 to 64 visible ASCII characters, none of which is a space.
    public static func isUsable(_ text: String) -> Bool { ColumnName.isValid(text) }

    /// The text whose digest is the model's: one ingredient a line, in a fixed order.
    var canonicalText: String {
        """
        bitsweep external model 1
        scorer \(scorer)
        version \(version)
        declared \(declared.map { "\($0)" } ?? "-")
        input \(inputText)

        """
    }

    /// What stands for a checkpoint's SHA-256 wherever models are told apart by it.
    public var digest: Digest { Digest(of: canonicalText.utf8) }

    /// What planning must know of it.
    public var facts: ModelFacts {
        ModelFacts(
            family: .external,
            height: input.height,
            width: input.width,
            channels: input.channels,
            levels: 0,
            classes: 0,
            preprocessing: input.preprocessing,
            digest: digest
        )
    }

    /// What must be offered for it, and by what it is asked for, in words: `resnet-flow 2026-11`.
    public var caption: String {
        "\(scorer) \(version)" + (declared.map { " with digest \("\($0)".prefix(12))…" } ?? "")
    }
}

// The text that travels.
extension ExternalModel {
    private var inputText: String {
        "\(input.height)x\(input.width)x\(input.channels) \(input.preprocessing.rawValue) \(input.black) \(input.white)"
    }

    /// One line that says everything: `NAME VERSION DIGEST HxWxC PREPROCESSING BLACK WHITE`, `-` where there is no digest.
    var text: String { "\(scorer) \(version) \(declared.map { "\($0)" } ?? "-") \(inputText)" }

    /// Reads ``text``; nil for one that no model has.
    init?(text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 7, Self.isUsable(words[0]), Self.isUsable(words[1]) else { return nil }
        let digest = Digest(hexadecimal: words[2])
        let sizes = words[3].split(separator: "x").compactMap { Int($0) }
        guard words[2] == "-" || digest != nil, sizes.count == 3,
            let preprocessing = ModelFacts.Preprocessing(rawValue: words[4]),
            let black = DecimalText.real(words[5]), let white = DecimalText.real(words[6])
        else { return nil }
        let input = Input(
            height: sizes[0],
            width: sizes[1],
            channels: sizes[2],
            black: black,
            white: white,
            preprocessing: preprocessing
        )
        guard input.isPossible else { return nil }
        self.init(scorer: words[0], version: words[1], declared: digest, input: input)
    }
}

extension ExternalModel.Input {
    /// Rows and columns that an input may have.
    public static let sides = 1...256
    /// Values that black and white may have.
    public static let values = -1e6...1e6

    /// Whether every number is one that a sweep file may give.
    var isPossible: Bool {
        Self.sides.contains(height) && Self.sides.contains(width) && [1, 3].contains(channels)
            && Self.values.contains(black) && Self.values.contains(white) && black < white
    }
}
