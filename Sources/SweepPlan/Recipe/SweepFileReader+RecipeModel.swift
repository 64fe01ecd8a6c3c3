// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    private static let inputKeys = ["height", "width", "channels"]

    /// Reads `model`: the family and its sizes.
    mutating func readRecipeModel(_ node: SourceNode) -> RecipeModel? {
        guard let family = readFamily(node),
            let fields = fields(node, of: "model", known: ["family"] + Self.keys(of: family) + Self.inputKeys)
        else { return nil }
        let network: RecipeModel.Network =
            switch family {
            case .glow: .glow(readGlow(fields))
            case .pixelcnn: .pixelcnn(readPixelCNN(fields))
            case .resnet: .resnet(classes: integer("classes", in: fields, 2...48, or: 10))
            }
        var model = RecipeModel(network)
        model.height = integer("height", in: fields, 1...256, or: model.height)
        model.width = integer("width", in: fields, 1...256, or: model.width)
        model.channels = integer("channels", in: fields, 1...3, or: model.channels)
        return model
    }

    /// The family, which decides what else the mapping may hold.
    private mutating func readFamily(_ node: SourceNode) -> ModelFacts.Family? {
        guard case .mapping(let entries) = node.content else {
            report("model must be a mapping, not \(node.kind)", at: node.position)
            return nil
        }
        guard let entry = entries.first(where: { $0.key == "family" }) else {
            report("model needs 'family'", at: node.position)
            return nil
        }
        let families = ModelFacts.Family.allCases
        return code(entry.value, of: "family", in: .choice(families.map(\.rawValue))).map { families[Int($0)] }
    }

    private static func keys(of family: ModelFacts.Family) -> [String] {
        switch family {
        case .glow: ["levels", "steps", "hidden-channels", "coupling", "classes", "learned-top"]
        case .pixelcnn: ["filters", "blocks", "mixtures", "dropout"]
        case .resnet: ["classes"]
        }
    }

    private mutating func readGlow(_ fields: Fields) -> RecipeModel.Glow {
        var glow = RecipeModel.Glow()
        glow.levels = integer("levels", in: fields, 1...8, or: glow.levels)
        glow.steps = integer("steps", in: fields, 1...1024, or: glow.steps)
        glow.hiddenChannels = integer("hidden-channels", in: fields, 1...2048, or: glow.hiddenChannels)
        glow.coupling = word("coupling", in: fields, or: glow.coupling)
        glow.classes = integer("classes", in: fields, 0...65536, or: glow.classes)
        if let field = fields["learned-top"], let code = code(field.value, of: "learned-top", in: .flag) {
            glow.learnedTop = code == 1
        }
        return glow
    }

    private mutating func readPixelCNN(_ fields: Fields) -> RecipeModel.PixelCNN {
        var pixelcnn = RecipeModel.PixelCNN()
        pixelcnn.filters = integer("filters", in: fields, 1...1024, or: pixelcnn.filters)
        pixelcnn.blocks = integer("blocks", in: fields, 1...64, or: pixelcnn.blocks)
        pixelcnn.mixtures = integer("mixtures", in: fields, 1...256, or: pixelcnn.mixtures)
        pixelcnn.dropout = real("dropout", in: fields, 0...0.99, or: pixelcnn.dropout)
        let parts = pixelcnn.dropout * 256
        if let field = fields["dropout"], parts != parts.rounded() {
            let nearest = ParameterDomain.real(0...1).text(ParameterDomain.code(parts.rounded() / 256))
            report("dropout must be a multiple of 1/256; the nearest is \(nearest)", at: field.value.position)
        }
        return pixelcnn
    }
}
