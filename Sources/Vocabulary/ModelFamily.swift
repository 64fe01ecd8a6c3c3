// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension ModelFacts {
    /// The kind of network, as checkpoints spell it, with all that is true of every model of the kind.
    ///
    /// Whatever depends on the family alone is asked here; nobody else compares families.
    public enum Family: String, Hashable, Sendable, CaseIterable {
        /// A flow (Kingma and Dhariwal, "Glow", 2018).
        case glow
        /// An autoregressive model (Salimans, Karpathy, Chen and Kingma, "PixelCNN++", 2017).
        case pixelcnn
        /// A classifier (He, Zhang, Ren and Sun, "Deep residual learning", 2016).
        case resnet
        /// Any model whose likelihoods a scorer gives; this program knows nothing of its network.
        case external

        /// The kinds that this program computes and trains: those that checkpoints, recipes and sweep files may name.
        public static let allCases: [Family] = [.glow, .pixelcnn, .resnet]
    }

    /// What a model's training makes small, and what its evaluation is the mean of.
    public enum Loss: Hashable, Sendable {
        /// −log₂ p(x) / D of an image x of D numbers.
        case bitsPerDimension
        /// −ln p(y|x) of an image x of class y.
        case crossEntropy
    }
}

extension ModelFacts.Family {
    /// Whether it tells an image's class instead of its likelihood: it draws no images, and has no conditioning.
    public var isClassifier: Bool {
        switch self {
        case .glow, .pixelcnn, .external: false
        case .resnet: true
        }
    }

    /// Whether it has levels of latents, which zero-latents needs.
    public var hasLatents: Bool {
        switch self {
        case .glow: true
        case .pixelcnn, .resnet, .external: false
        }
    }

    /// What its training makes small.
    public var loss: ModelFacts.Loss { isClassifier ? .crossEntropy : .bitsPerDimension }

    /// The numbers that it wants for 8-bit pixels.
    public var pixelScale: PixelScale {
        switch self {
        case .glow: .dequantised
        case .pixelcnn, .resnet, .external: .symmetric
        }
    }

    /// Rows and columns of its input where a recipe names none: those of the paper's models.
    public var standardSide: Int {
        switch self {
        case .glow, .resnet, .external: 32
        case .pixelcnn: 28
        }
    }

    /// The paper's way from 28×28 images to that input.
    public var standardPreprocessing: ModelFacts.Preprocessing {
        switch self {
        case .glow, .resnet, .external: .resize
        case .pixelcnn: .none
        }
    }

    /// Images of a training step in the paper (Tables 2 and 3), or, for the classifier, in its own (§4.2).
    public var standardBatch: Int {
        switch self {
        case .glow, .external: 64
        case .pixelcnn: 50
        case .resnet: 128
        }
    }
}

extension ModelFacts.Loss {
    /// The column of a result table that holds it.
    public var column: String {
        switch self {
        case .bitsPerDimension: "bpd"
        case .crossEntropy: "crossentropy"
        }
    }

    /// Its unit, as it stands behind a number.
    public var unit: String {
        switch self {
        case .bitsPerDimension: "bits/dim"
        case .crossEntropy: "nats"
        }
    }

    /// What it is called in full, with its unit: the title of an axis.
    public var title: String {
        switch self {
        case .bitsPerDimension: "bits per dimension"
        case .crossEntropy: "cross-entropy, nats"
        }
    }
}
