// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

extension ActNorm {
    /// Sets the `bias` and `logs` of an actnorm so that it gives channels of these statistics mean 0 and standard
    /// deviation 1 (Glow, §3.1).
    ///
    /// A constant channel is enlarged a millionfold at most, as in OpenAI's code.
    static func initialise(
        _ parameters: AlignedBuffer,
        bias: Range<Int>,
        logs: Range<Int>,
        _ statistics: BatchStatistics
    ) {
        for (place, mean) in zip(bias, statistics.mean) { parameters[place] = Float(-mean) }
        for (place, variance) in zip(logs, statistics.variance) {
            parameters[place] = Float(-PortableMath.log(variance.squareRoot() + 1e-6))
        }
    }
}
