// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

extension LogisticMixture {
    /// The loss −Σ ln p(x) over the pixels, and `weight` times its gradient by the logits.
    ///
    /// Of a component's log-scale below −7, for which −7 stands, the gradient is zero; see
    /// ``logLikelihood(_:_:row:)`` for the branches.
    ///
    /// - Parameters:
    ///   - gradient: Overwritten; may be the view `logits`.
    ///   - logits: (pixels, ``logitCount``).
    ///   - x: (pixels, 1).
    ///   - weight: What the gradient is multiplied by.
    /// - Returns: The loss, summed in the order of the pixels.
    public func backward(_ gradient: RowView, _ logits: RowView, _ x: RowView, weight: Double) -> Double {
        precondition(logits.rows == x.rows && gradient.rows == x.rows, "pixels, logits and gradient differ in number")
        precondition(logits.channels == logitCount && gradient.channels == logitCount, "another number of logits")
        var terms = [LogisticCell.Term](repeating: LogisticCell.Term(), count: components)
        var loss = 0.0
        for row in 0..<x.rows {
            let source = logits.buffer.pointer + logits.offset + row * logits.stride
            let target = gradient.buffer.pointer + gradient.offset + row * gradient.stride
            let pixel = Double(x.buffer[x.offset + row * x.stride])
            loss += backward(target, UnsafePointer(source), pixel, weight: weight, &terms)
        }
        withExtendedLifetime((gradient, logits)) {}
        return loss
    }

    /// The same for one pixel.
    private func backward(
        _ gradient: UnsafeMutablePointer<Float>,
        _ logits: UnsafePointer<Float>,
        _ x: Double,
        weight: Double,
        _ terms: inout [LogisticCell.Term]
    ) -> Double {
        var (prior, joint) = (LogSum(), LogSum())
        for component in 0..<components {
            let logScale = Self.clamped(logits[2 * components + component])
            let mean = Double(logits[components + component])
            terms[component] = Self.term(LogisticCell(mean: mean, logScale: logScale, center: x), x)
            prior.add(Double(logits[component]))
            joint.add(Double(logits[component]) + terms[component].value)
        }
        let logLikelihood = joint.value - prior.value
        for component in 0..<components {
            let logWeight = Double(logits[component])
            let share = PortableMath.exp(logWeight - prior.value)
            let responsibility = PortableMath.exp(logWeight + terms[component].value - joint.value)
            let isClamped = logits[2 * components + component] < -7
            gradient[component] = Float(weight * (share - responsibility))
            gradient[components + component] = Float(-weight * responsibility * terms[component].byMean)
            let slope = isClamped ? 0 : terms[component].byLogScale
            gradient[2 * components + component] = Float(-weight * responsibility * slope)
        }
        return -logLikelihood
    }

    /// The term of ``logLikelihood(_:_:row:)`` and its derivatives.
    private static func term(_ cell: LogisticCell, _ x: Double) -> LogisticCell.Term {
        if x < -0.999 { return cell.termBelow }
        if x > 0.999 { return cell.termAbove }
        var term = cell.termInside
        // Written so that NaN takes the same branch as it takes in the loss.
        guard term.value > leastLogMass else {
            term = cell.termOfDensity
            term.value -= log127
            return term
        }
        return term
    }
}
