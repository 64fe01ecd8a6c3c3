// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How 8-bit pixels v become numbers x, and those become a model's input.
public enum PixelScale: Hashable, Sendable, CaseIterable {
    /// x = v/256 on [0, 1); the input is x − 0.5 + u/256 with u uniform on [0, 1).
    ///
    /// Flows (Kingma and Dhariwal, "Glow", 2018).
    case dequantised
    /// x = v/255 on [0, 1]; the input is (x − 0.5)·2, without noise.
    ///
    /// PixelCNN++ (Salimans, Karpathy, Chen and Kingma, 2017).
    case symmetric
}
