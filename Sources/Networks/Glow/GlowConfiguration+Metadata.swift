// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Vocabulary

extension GlowConfiguration: NetworkConfiguration {
    var family: ModelFacts.Family { .glow }

    var parameters: [ParameterSpec] { GlowLayout.parameters(self) }

    init(_ texts: MetadataTexts) throws(CheckpointError) {
        let sizes = 0...65536
        self.init(
            height: try texts.integer("height", in: sizes),
            width: try texts.integer("width", in: sizes),
            channels: try texts.integer("channels", in: sizes),
            levels: try texts.integer("levels", in: sizes),
            steps: try texts.integer("steps", in: sizes),
            hiddenChannels: try texts.integer("hidden-channels", in: sizes),
            coupling: try texts.choice("coupling", Coupling.Kind.self),
            classes: try texts.integer("classes", in: sizes),
            learnedTop: try texts.flag("learned-top")
        )
        if let problem { throw texts.error("family", "an impossible glow: \(problem)") }
        let permutation = try texts.text("permutation")
        guard permutation == "lu" else { throw texts.error("permutation", "unknown value '\(permutation)'; known: lu") }
    }

    /// The configuration as the metadata of a checkpoint.
    var texts: [String: String] {
        [
            "height": "\(height)", "width": "\(width)", "channels": "\(channels)",
            "levels": "\(levels)", "steps": "\(steps)", "hidden-channels": "\(hiddenChannels)",
            "coupling": coupling.rawValue, "classes": "\(classes)", "learned-top": "\(learnedTop)",
            "permutation": "lu",
        ]
    }
}
