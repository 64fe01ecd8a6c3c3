// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Networks
import Testing
import Vocabulary

@Suite struct Pclucas14ImporterTests {
    static let configuration = PixelCNNConfiguration(
        height: 8,
        width: 12,
        filters: 4,
        blocks: 2,
        mixtures: 5,
        upsamplingNorm: .input
    )

    /// The other project's tensors for the checkpoint's, name by name.
    private func layout(_ checkpoint: Checkpoint) -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for (name, tensor) in checkpoint.parameters.tensors {
            let parts = name.split(separator: ".").map(String.init)
            let kind = ["v": "weight_v", "g": "weight_g", "bias": "bias"][parts[parts.count - 1]] ?? "?"
            let (source, isProduct) = module(Array(parts.dropLast()))
            let rank = isProduct ? 2 : 4
            let ones = [Int](repeating: 1, count: rank - 1)
            let shape =
                switch kind {
                case "weight_v": Array(tensor.shape.prefix(rank))
                case "weight_g": tensor.shape + ones
                default: tensor.shape
                }
            tensors["\(source).\(kind)"] = tensor.reshaped(shape)
        }
        return tensors
    }

    private func module(_ parts: [String]) -> (name: String, isProduct: Bool) {
        func before(_ index: Int) -> Int { (Int(parts[index]) ?? 0) - 1 }
        switch parts[0] {
        case "last": return ("nin_out.lin_a", true)
        case "first": return (parts[1] == "u" ? "u_init.conv" : "ul_init.\(parts[2] == "left" ? 1 : 0).conv", false)
        case "downsample": return ("downsize_\(parts[2])_stream.\(before(1)).conv", false)
        case "upsample": return ("upsize_\(parts[2])_stream.\(before(1)).deconv", false)
        default:
            let block = "\(parts[0])_layers.\(before(1)).\(parts[2])_stream.\(before(3))"
            let part = ["input": "conv_input.conv", "output": "conv_out.conv", "skip": "nin_skip.lin_a"][parts[4]]
            return ("\(block).\(part ?? "?")", parts[4] == "skip")
        }
    }

    private func imported(_ tensors: [String: Tensor]) throws -> Checkpoint {
        var writer = SafetensorsWriter()
        for (name, tensor) in tensors { writer.add(name, tensor) }
        return try Importer.read(
            SafetensorsFile(bytes: writer.encoded(), name: "p"),
            layout: .pclucas14,
            options: .init(height: 8, width: 12, preprocessing: ModelFacts.Preprocessing.none, provenance: "random")
        ).checkpoint
    }

    @Test("weights laid out as pclucas14 has them come back with every size and every bit")
    func roundTrip() throws {
        let original = try RandomPixelCNN.checkpoint(Self.configuration)
        let back = try imported(layout(original))
        #expect(back.metadata == original.metadata)
        #expect(back.digest == original.digest)
    }

    private func message(_ change: (inout [String: Tensor]) -> Void) throws -> String? {
        var tensors = layout(try RandomPixelCNN.checkpoint(Self.configuration))
        change(&tensors)
        return #expect(throws: CheckpointError.self) { try imported(tensors) }?.description
    }

    @Test("a missing tensor, another shape, an unknown tensor and colour are named as the file names them")
    func errors() throws {
        #expect(
            try message { $0["u_init.conv.weight_v"] = nil }
                == "p: tensor 'u_init.conv.weight_v': missing; is this the pclucas14 layout?"
        )
        #expect(
            try message { $0["upsize_ul_stream.1.deconv.bias"] = nil }
                == "p: tensor 'upsize_ul_stream.1.deconv.bias': missing"
        )
        #expect(
            try message { $0["nin_out.lin_a.bias"] = Tensor(shape: [2], values: [0, 0]) }
                == "p: tensor 'nin_out.lin_a.bias': shape [2]; the metadata ask for [15]"
        )
        #expect(
            try message { $0["up_layers.0.u_stream.2.x"] = Tensor(shape: [1], values: [0]) }
                == "p: tensor 'up_layers.0.u_stream.2.x': not part of the pclucas14 layout as inferred from the other "
                + "tensors"
        )
        #expect(
            try message {
                $0["u_init.conv.weight_v"] = Tensor(shape: [4, 4, 2, 3], values: [Float](repeating: 0, count: 96))
            } == "p: tensor 'u_init.conv.weight_v': 4 inputs; 2, a grey pixel and a one, can be imported"
        )
    }
}
