// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension ConvolutionPlan {
    /// Room for weights and bias, zeros at first.
    public func makePackedWeights() -> PackedWeights {
        let panelCount = (weightColumns + 15) / 16
        return PackedWeights(
            rows: weightRows,
            columns: weightColumns,
            panels: AlignedBuffer(count: panelCount * weightRows * 16)
        )
    }

    /// Overwrites weights that this plan packed by others: those that begin at `offset` of `weights`, and a bias
    /// likewise.
    ///
    /// No pass may be using them. Without a bias the old one stays.
    public func repack(
        _ packed: PackedWeights,
        _ weights: AlignedBuffer,
        at offset: Int = 0,
        bias: AlignedBuffer? = nil,
        biasAt biasOffset: Int = 0
    ) {
        precondition(packed.rows == weightRows && packed.columns == weightColumns, "weights of another plan")
        precondition(offset >= 0 && offset + shape.weightCount <= weights.count, "too few weights for \(shape)")
        pack(packed, weights.pointer + offset)
        if let bias {
            precondition(biasOffset + shape.outputChannels <= bias.count, "too few biases for \(shape)")
            packed.bias.pointer.update(from: bias.pointer + biasOffset, count: shape.outputChannels)
        }
        withExtendedLifetime((packed, weights, bias)) {}
    }

    /// Overwrites packed weights by those at `weights`.
    func pack(_ packed: PackedWeights, _ weights: UnsafePointer<Float>) {
        switch route {
        case .direct: packDirect(packed, weights)
        case .byTaps: packByTaps(packed, weights)
        case .winograd(let tiling): tiling.pack(weights, into: packed.panels)
        }
    }

    /// Panels of sixteen outputs, each [tap][input channel][16].
    private func packDirect(_ packed: PackedWeights, _ weights: UnsafePointer<Float>) {
        let (inputs, outputs) = (shape.inputChannels, shape.outputChannels)
        var target = packed.panels.pointer
        for column in stride(from: 0, to: outputs, by: 16) {
            let count = min(16, outputs - column)
            for tap in taps {
                var source = weights + tap * inputs * outputs + column
                for _ in 0..<inputs {
                    for lane in 0..<count { target[lane] = source[lane] }
                    target += 16
                    source += outputs
                }
            }
        }
    }

    /// Panels of sixteen columns, [tap][output], each [input channel][16].
    private func packByTaps(_ packed: PackedWeights, _ weights: UnsafePointer<Float>) {
        let (inputs, outputs) = (shape.inputChannels, shape.outputChannels)
        for column in 0..<taps.count * outputs {
            let target = packed.panels.pointer + column / 16 * inputs * 16 + column % 16
            let source = weights + taps[column / outputs] * inputs * outputs + column % outputs
            for input in 0..<inputs { target[input * 16] = source[input * outputs] }
        }
    }
}
