// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A model in memory, of whichever family its checkpoint is.
public enum LoadedModel: Sendable {
    /// A flow.
    case glow(Glow)
    /// An autoregressive model.
    case pixelcnn(PixelCNN)
    /// A classifier.
    case resnet(ResNet)

    /// The model of `checkpoint`.
    ///
    /// - Parameters:
    ///   - checkpoint: Weights and their metadata.
    ///   - imageSize: Rows and columns of the images; the checkpoint's by default.
    ///   - kernels: What computes.
    ///   - pool: What the work is spread over.
    /// - Throws: ``CheckpointError`` when a weight is one that no such model has, or it cannot take images of that size.
    public init(
        _ checkpoint: Checkpoint,
        imageSize: ImageSize? = nil,
        kernels: KernelSet,
        pool: WorkPool
    ) throws(CheckpointError) {
        self =
            switch checkpoint.metadata.architecture {
            case .glow: .glow(try Glow(checkpoint, imageSize: imageSize, kernels: kernels, pool: pool))
            case .pixelcnn: .pixelcnn(try PixelCNN(checkpoint, imageSize: imageSize, kernels: kernels, pool: pool))
            case .resnet: .resnet(try ResNet(checkpoint, imageSize: imageSize, kernels: kernels, pool: pool))
            }
    }
}
