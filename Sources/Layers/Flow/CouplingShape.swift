// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// How a ``Coupling`` divides the channels of z: the first half is kept, the second moved by what a network puts out.
struct CouplingShape: Sendable {
    let kind: Coupling.Kind
    /// Of z.
    let channels: Int

    private var half: Int { channels / 2 }

    /// Channels of the network's output: the shift, and then the scale of an affine coupling.
    var outputs: Int { kind == .affine ? 2 * half : half }

    /// The network's channels.
    func network(hiddenChannels: Int) -> CouplingNetworkShape {
        CouplingNetworkShape(inputs: half, hiddenChannels: hiddenChannels, outputs: outputs)
    }

    /// The half of z, (images, H, W, C), that the network reads.
    func kept(_ z: RowView) -> RowView { z.channels(0..<half) }

    /// The other half.
    func moved(_ z: RowView) -> RowView { z.channels(half..<2 * half) }

    /// What an affine coupling's network puts out, (images, H, W, C), by its halves.
    func split(_ output: RowView) -> (shift: RowView, scale: RowView) {
        (output.channels(0..<half), output.channels(half..<2 * half))
    }
}
