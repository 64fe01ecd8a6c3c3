// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Vocabulary

extension PixelCNNConfiguration: NetworkConfiguration {
    var family: ModelFacts.Family { .pixelcnn }

    var parameters: [ParameterSpec] { PixelCNNLayout.parameters(self) }

    init(_ texts: MetadataTexts) throws(CheckpointError) {
        let sizes = 0...65536
        self.init(
            height: try texts.integer("height", in: sizes),
            width: try texts.integer("width", in: sizes),
            channels: try texts.integer("channels", in: sizes),
            filters: try texts.integer("filters", in: sizes),
            blocks: try texts.integer("blocks", in: sizes),
            mixtures: try texts.integer("mixtures", in: sizes),
            upsamplingNorm: try texts.choice("upsampling-norm", WeightNorm.Axis.self)
        )
        if let problem { throw texts.error("family", "an impossible pixelcnn: \(problem)") }
    }

    /// The configuration as the metadata of a checkpoint.
    var texts: [String: String] {
        [
            "height": "\(height)", "width": "\(width)", "channels": "\(channels)", "filters": "\(filters)",
            "blocks": "\(blocks)", "mixtures": "\(mixtures)", "upsampling-norm": upsamplingNorm.rawValue,
        ]
    }
}
