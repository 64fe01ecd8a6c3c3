// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Networks
import Testing
import Vocabulary

@Suite struct Y0astImporterTests {
    static let configurations = [
        GlowConfiguration(height: 8, width: 8, levels: 2, steps: 3, hiddenChannels: 5, coupling: .affine, classes: 3),
        GlowConfiguration(
            height: 4,
            width: 8,
            channels: 3,
            levels: 1,
            steps: 1,
            hiddenChannels: 2,
            coupling: .additive,
            classes: 0,
            learnedTop: false
        ),
        GlowConfiguration(
            height: 16,
            width: 8,
            levels: 3,
            steps: 1,
            hiddenChannels: 4,
            coupling: .additive,
            classes: 0,
            learnedTop: true
        ),
    ]

    private func imported(_ layout: Y0astLayout, height: Int, width: Int) throws -> Checkpoint {
        try Importer.read(
            SafetensorsFile(bytes: layout.encoded(), name: "y"),
            layout: .y0ast,
            options: .init(
                height: height,
                width: width,
                preprocessing: ModelFacts.Preprocessing.none,
                provenance: "random"
            )
        ).checkpoint
    }

    @Test("weights laid out as y0ast has them come back with every size and every bit", arguments: configurations)
    func roundTrip(configuration: GlowConfiguration) throws {
        let original = try RandomGlow.checkpoint(configuration)
        let layout = Y0astLayout(original.parameters, configuration)
        let back = try imported(layout, height: configuration.height, width: configuration.width)
        #expect(back.metadata == original.metadata)
        #expect(back.digest == original.digest)
    }

    private func message(_ change: (inout Y0astLayout) -> Void) throws -> String? {
        let configuration = Self.configurations[0]
        var layout = Y0astLayout(try RandomGlow.checkpoint(configuration).parameters, configuration)
        change(&layout)
        return #expect(throws: CheckpointError.self) { try imported(layout, height: 8, width: 8) }?.description
    }

    @Test("a missing tensor, another shape, an unknown tensor are named as the file names them")
    func errors() throws {
        #expect(
            try message { $0.tensors["flow.layers.2.actnorm.logs"] = nil }
                == "y: tensor 'flow.layers.2.actnorm.logs': missing"
        )
        #expect(
            try message { $0.tensors["flow.layers.1.actnorm.bias"] = nil }
                == "y: tensor 'flow.layers.1.actnorm.bias': missing; is this the y0ast layout?"
        )
        #expect(
            try message { $0.tensors["flow.layers.2.invconv.lower"] = Tensor(shape: [2], values: [0, 0]) }
                == "y: tensor 'flow.layers.2.invconv.lower': shape [2]; the metadata ask for [4, 4]"
        )
        #expect(
            try message { $0.tensors["flow.layers.2.invconv.p"] = Tensor(shape: [2, 2], values: [1, 0, 1, 0]) }
                == "y: tensor 'flow.layers.2.invconv.p': not a permutation matrix"
        )
        #expect(
            try message { $0.tensors["flow.layers.99.actnorm.bias"] = Tensor(shape: [1], values: [0]) }
                == "y: tensor 'flow.layers.99.actnorm.bias': not part of the y0ast layout as inferred from the other tensors"
        )
        #expect(
            try message { $0.tensors["flow.layers.1.invconv.weight"] = Tensor(shape: [1], values: [0]) }
                == "y: tensor 'flow.layers.1.invconv.weight': a plain 1×1 convolution; only LU-decomposed ones can be imported"
        )
        #expect(
            try message { $0.tensors["flow.layers.1.block.4.conv.weight"] = Tensor(shape: [1, 1, 1, 1], values: [0]) }
                == "y: tensor 'flow.layers.1.block.4.conv.weight': 1 outputs; a coupling needs 4 (affine) or 2 (additive)"
        )
    }

    @Test("a layer of an impossible number is unknown, however small or large", arguments: [Int.min, -1, .max])
    func layerNumber(number: Int) throws {
        let name = "flow.layers.\(number).conv.conv.weight"
        let message = try message { $0.tensors[name] = Tensor(shape: [1], values: [0]) }
        #expect(message == "y: tensor '\(name)': not part of the y0ast layout as inferred from the other tensors")
    }

    @Test("an image size that the levels cannot halve is refused")
    func size() throws {
        let configuration = Self.configurations[0]
        let layout = Y0astLayout(try RandomGlow.checkpoint(configuration).parameters, configuration)
        let error = #expect(throws: CheckpointError.self) { try imported(layout, height: 8, width: 6) }
        #expect(error?.description == "y: an image of 8×6 cannot be halved 2 times")
    }
}

/// Our parameters written in the y0ast layout: the importer's inverse, written from that layout's description.
struct Y0astLayout {
    var tensors: [String: Tensor] = [:]

    init(_ parameters: ParameterSet, _ configuration: GlowConfiguration) {
        var layer = 0
        for level in 1...configuration.levels {
            layer += 1
            for step in 1...configuration.steps {
                let scope = parameters.scope("level.\(level).step.\(step)")
                addStep("flow.layers.\(layer)", scope, isAffine: configuration.coupling == .affine)
                layer += 1
            }
            guard level < configuration.levels else { break }
            addZeroConvolution("flow.layers.\(layer).conv", parameters.scope("level.\(level).prior"), interleaves: true)
            layer += 1
        }
        addTop(parameters.scope("top"), configuration)
    }

    func encoded() -> [UInt8] {
        var writer = SafetensorsWriter()
        for (name, tensor) in tensors { writer.add(name, tensor) }
        return writer.encoded()
    }

    private mutating func addStep(_ name: String, _ scope: ParameterSet, isAffine: Bool) {
        addActNorm("\(name).actnorm", scope.scope("actnorm"))
        let mixing = scope.scope("invertible")
        let order = mixing["permutation"].values
        tensors["\(name).invconv.p"] = Tensor(
            shape: [order.count, order.count],
            values: order.flatMap { one in order.indices.map { Float($0) == one ? 1 : 0 } }
        )
        for (theirs, ours) in [("lower", "lower"), ("upper", "upper"), ("log_s", "log-s"), ("sign_s", "sign-s")] {
            tensors["\(name).invconv.\(theirs)"] = mixing[ours]
        }
        for (position, place) in [(0, "first"), (2, "second")] {
            let layer = scope.scope("coupling").scope(place)
            tensors["\(name).block.\(position).conv.weight"] = layer["weight"]
            addActNorm("\(name).block.\(position).actnorm", layer.scope("actnorm"))
        }
        addZeroConvolution("\(name).block.4", scope.scope("coupling").scope("last"), interleaves: isAffine)
    }

    private mutating func addActNorm(_ name: String, _ scope: ParameterSet) {
        for parameter in ["bias", "logs"] {
            let tensor = scope[parameter]
            tensors["\(name).\(parameter)"] = tensor.reshaped([1, tensor.values.count, 1, 1])
        }
    }

    private mutating func addZeroConvolution(_ name: String, _ scope: ParameterSet, interleaves: Bool) {
        let outputs = scope["bias"].values.count
        let order = (0..<outputs).map { interleaves ? $0 % 2 * (outputs / 2) + $0 / 2 : $0 }
        tensors["\(name).conv.weight"] = scope["weight"].selecting(order)
        tensors["\(name).conv.bias"] = scope["bias"].selecting(order)
        tensors["\(name).logs"] = scope["logs"].selecting(order).reshaped([outputs, 1, 1])
    }

    private mutating func addTop(_ top: ParameterSet, _ configuration: GlowConfiguration) {
        if configuration.learnedTop {
            let outputs = top["bias"].values.count
            tensors["learn_top_fn.conv.bias"] = top["bias"]
            tensors["learn_top_fn.logs"] = top["logs"].reshaped([outputs, 1, 1])
            tensors["learn_top_fn.conv.weight"] = Tensor(shape: [1], values: [3])
        }
        guard configuration.classes > 0 else { return }
        tensors["project_ycond.linear.weight"] = top["class.weight"]
        tensors["project_ycond.linear.bias"] = top["class.bias"]
        tensors["project_ycond.logs"] = top["class.logs"]
        tensors["project_class.logs"] = Tensor(shape: [1], values: [3])
    }
}
