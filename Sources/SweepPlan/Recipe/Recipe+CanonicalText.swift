// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

extension Recipe {
    /// Everything that decides the released weights, one ingredient a line, in a fixed order.
    ///
    /// The name is no part of it, nor how often is validated or saved. A checkpoint to start from is told by its
    /// digest, wherever it lies. A data set of one's own is `files`: its content
    /// is told by the data digest that stands beside a recipe's digest.
    public var canonicalText: String { stepText + "length \(length)\nprecision \(precision.rawValue)\n" }

    /// SHA-256 of `canonicalText`.
    public var digest: Digest { Digest(of: canonicalText.utf8) }

    /// SHA-256 of everything that decides what each step does.
    ///
    /// Trainings that agree in it go the same way for as long as both go on, so that one may be continued by the recipe
    /// of the other: with more epochs, say. The length is part of it where the learning rate depends on it.
    public var trajectoryDigest: Digest { Digest(of: trajectoryText.utf8) }

    /// Everything that decides what each step does, one ingredient a line.
    public var trajectoryText: String {
        stepText + (optimiser.decay.dependsOnLength ? "length \(length)\n" : "")
    }

    private var stepText: String {
        drawnText + (start.map { "start-from \($0.digest.map { "\($0)" } ?? "unread")\n" } ?? "")
    }

    /// What a recipe says that begins with weights of its own.
    private var drawnText: String {
        """
        bitsweep recipe 1
        model \(model)
        data \(data)
        optimiser \(optimiser)
        batch \(batch)
        seed \(seed)
        initialisation-images \(initialisationImages)

        """
    }
}

extension Recipe.Length: CustomStringConvertible {
    /// As in `epochs=100`.
    public var description: String {
        switch self {
        case .epochs(let count): "epochs=\(count)"
        case .steps(let count): "steps=\(count)"
        case .time(let duration): "seconds=\(text(duration / .seconds(1)))"
        }
    }
}

extension RecipeModel: CustomStringConvertible {
    /// As in `resnet classes=10 height=32 width=32 channels=1`.
    public var description: String {
        "\(family.rawValue) \(ownText) height=\(height) width=\(width) channels=\(channels)"
    }

    private var ownText: String {
        switch network {
        case .glow(let glow):
            "levels=\(glow.levels) steps=\(glow.steps) hidden-channels=\(glow.hiddenChannels) "
                + "coupling=\(glow.coupling.rawValue) classes=\(glow.classes) learned-top=\(glow.learnedTop)"
        case .pixelcnn(let pixelcnn):
            "filters=\(pixelcnn.filters) blocks=\(pixelcnn.blocks) mixtures=\(pixelcnn.mixtures) "
                + "dropout=\(text(pixelcnn.dropout))"
        case .resnet(let classes): "classes=\(classes)"
        }
    }
}

extension RecipeData: CustomStringConvertible {
    /// As in `mnist split=train preprocessing=resize validation-images=5000`.
    public var description: String {
        "\(name) split=\(Self.split) preprocessing=\(preprocessing.rawValue) validation-images=\(validationImages)"
    }
}

extension RecipeOptimiser: CustomStringConvertible {
    /// As in `adam beta1=0.9 beta2=0.999 learning-rate=0.0002 warm-up=0 decay=none clip-norm=off polyak=off`.
    public var description: String {
        "\(methodText) learning-rate=\(text(learningRate)) warm-up=\(warmUp) decay=\(decayText) "
            + "clip-norm=\(clipNorm.map(text) ?? "off") polyak=\(polyak.map(text) ?? "off")"
    }

    private var methodText: String {
        switch method {
        case .adam(let beta1, let beta2), .adamax(let beta1, let beta2):
            "\(method.name) beta1=\(text(beta1)) beta2=\(text(beta2))"
        case .sgd(let momentum, let weightDecay):
            "\(method.name) momentum=\(text(momentum)) weight-decay=\(text(weightDecay))"
        }
    }

    private var decayText: String {
        switch decay {
        case .none: "none"
        case .perStep(let factor): "per-step:\(text(factor))"
        case .milestones(let factor, let places):
            "factor:\(text(factor))@\(places.map(text).joined(separator: ","))"
        case .linear(let end, let after): "linear-to:\(text(end))\(after > 0 ? "@\(text(after))" : "")"
        }
    }
}

/// The shortest decimal that reads back to the same bits.
private func text(_ value: Double) -> String {
    ParameterDomain.real(-.greatestFiniteMagnitude ... .greatestFiniteMagnitude).text(ParameterDomain.code(value))
}
