// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `model`: the family and its sizes.
struct RecipeModelReader {
    private static let inputKeys = ["height", "width", "channels"]

    let document: DocumentReader

    func read(_ node: SourceNode) -> RecipeModel? {
        let family = family(node)
        // Without a family every family's keys are known, and the input's size is judged nevertheless.
        let families = family.map { [$0] } ?? Array(ModelFacts.Family.allCases)
        let known = ["family"] + families.flatMap(Self.keys) + Self.inputKeys
        guard case .mapping = node.content, let fields = document.fields(node, of: "model", known: known) else {
            return nil
        }
        guard let family else {
            _ = input(fields, of: RecipeModel(.glow(RecipeModel.GlowSizes())))
            return nil
        }
        let network: RecipeModel.Network =
            switch family {
            case .glow: .glow(glow(fields))
            case .pixelcnn: .pixelcnn(pixelcnn(fields))
            case .resnet: .resnet(classes: fields.integer("classes", in: 2...48) ?? 10)
            case .external: preconditionFailure("a recipe names one of the families that can be trained")
            }
        return input(fields, of: RecipeModel(network))
    }

    private func input(_ fields: Fields, of model: RecipeModel) -> RecipeModel {
        var model = model
        model.height = fields.integer("height", in: 1...256) ?? model.height
        model.width = fields.integer("width", in: 1...256) ?? model.width
        model.channels = fields.integer("channels", in: 1...3) ?? model.channels
        return model
    }

    /// The family, which decides what else the mapping may hold.
    private func family(_ node: SourceNode) -> ModelFacts.Family? {
        guard case .mapping(let entries) = node.content else {
            document.report("model must be a mapping, not \(node.kind)", at: node.position)
            return nil
        }
        guard let entry = entries.first(where: { $0.key == "family" }) else {
            document.report("model needs 'family'", at: node.position)
            return nil
        }
        return document.word(entry.value, of: "family")
    }

    private static func keys(of family: ModelFacts.Family) -> [String] {
        switch family {
        case .glow: ["levels", "steps", "hidden-channels", "coupling", "classes", "learned-top"]
        case .pixelcnn: ["filters", "blocks", "mixtures", "dropout"]
        case .resnet: ["classes"]
        case .external: []
        }
    }

    private func glow(_ fields: Fields) -> RecipeModel.GlowSizes {
        var glow = RecipeModel.GlowSizes()
        glow.levels = fields.integer("levels", in: 1...8) ?? glow.levels
        glow.steps = fields.integer("steps", in: 1...1024) ?? glow.steps
        glow.hiddenChannels = fields.integer("hidden-channels", in: 1...2048) ?? glow.hiddenChannels
        glow.coupling = fields.word("coupling") ?? glow.coupling
        glow.classes = fields.integer("classes", in: 0...65536) ?? glow.classes
        glow.learnedTop = fields.flag("learned-top") ?? glow.learnedTop
        return glow
    }

    private func pixelcnn(_ fields: Fields) -> RecipeModel.PixelCNNSizes {
        var pixelcnn = RecipeModel.PixelCNNSizes()
        pixelcnn.filters = fields.integer("filters", in: 1...1024) ?? pixelcnn.filters
        pixelcnn.blocks = fields.integer("blocks", in: 1...64) ?? pixelcnn.blocks
        pixelcnn.mixtures = fields.integer("mixtures", in: 1...256) ?? pixelcnn.mixtures
        pixelcnn.dropout = fields.real("dropout", in: 0...0.99) ?? pixelcnn.dropout
        let parts = pixelcnn.dropout * 256
        if let node = fields["dropout"], parts != parts.rounded() {
            let nearest = ParameterDomain.real(0...1).text(ParameterDomain.code(parts.rounded() / 256))
            document.report("dropout must be a multiple of 1/256; the nearest is \(nearest)", at: node.position)
        }
        return pixelcnn
    }
}
