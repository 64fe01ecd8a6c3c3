// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// Which part of the images a pass computes, and on whose memory.
///
/// The network is a sequence of phases; a phase computes some activations at one resolution from those of earlier
/// phases.
enum PixelCNNScope {
    /// All pixels on one thread.
    case everything(Workspace)
    /// All pixels, the lines of each phase shared between the threads of a pool; a workspace for each.
    case bands([Workspace], WorkPool)
    /// What depends on the pixels above this line and no others, and is needed from it on.
    case line(Int, Workspace)
    /// The same for the pixels before this one.
    case pixel(row: Int, column: Int, Workspace)

    /// Runs `phase` for the pixels at `resolution`, of `size` there, that belong to the scope; once, many times or
    /// never.
    func perform(_ resolution: Int, _ size: ImageSize, _ phase: @Sendable (Range<Int>, Workspace) -> Void) {
        let step = 1 << resolution
        switch self {
        case .everything(let workspace):
            phase(0..<size.pixels, workspace)
        case .bands(let workspaces, let pool):
            let bands = min(pool.threads, size.height)
            pool.forEach(bands) { band, thread in
                let (first, end) = (band * size.height / bands, (band + 1) * size.height / bands)
                phase(first * size.width..<end * size.width, workspaces[thread])
            }
        case .line(let line, let workspace):
            guard line % step == 0 else { return }
            phase(line / step * size.width..<(line / step + 1) * size.width, workspace)
        case .pixel(let row, let column, let workspace):
            guard row % step == 0, column % step == 0 else { return }
            let pixel = row / step * size.width + column / step
            phase(pixel..<pixel + 1, workspace)
        }
    }
}
