// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

/// A function applied to every element.
///
/// Own polynomials, never libm: the same bits on every machine, within a few units in the last place, correct at
/// infinities and NaN.
public enum ElementwiseFunction: Sendable, CaseIterable {
    /// `eˣ`.
    case exponential
    /// `ln x`.
    case logarithm
    /// `tanh x`.
    case hyperbolicTangent
    /// `1 / (1 + e⁻ˣ)`.
    case sigmoid
    /// `ln(1 / (1 + e⁻ˣ))`.
    case logSigmoid
    /// `ln(1 + eˣ)`.
    case softplus
    /// x where positive, `eˣ − 1` elsewhere.
    case exponentialLinear
}

extension KernelSet {
    /// Writes `function` of every element of `input` to `output`, which has the same shape and may be the same view.
    public func apply(_ function: ElementwiseFunction, to input: RowView, into output: RowView) {
        precondition(output.hasShape(of: input), "input and output differ in shape")
        let kernel = kernel(of: function)
        let (packed, rest) = input.isPacked && output.isPacked ? input.wholeVectors : (0, input)
        kernel(input.pointer, output.pointer, packed / 16)
        Strips.withBuffers { x, _, _, _ in
            var (reader, writer) = (RowCursor(rest), RowCursor(packed > 0 ? output.wholeVectors.rest : output))
            Strips.forEach(rest) { count, vectors in
                reader.read(count, into: x)
                kernel(x, x, vectors)
                writer.write(count, from: x)
            }
        }
        withExtendedLifetime((input, output)) {}
    }

    /// Writes sine and cosine of `turns` full turns, each element in 0...1.
    func sineAndCosine(turns: RowView, sine: RowView, cosine: RowView) {
        precondition(sine.hasShape(of: turns) && cosine.hasShape(of: turns), "the views differ in shape")
        Strips.withBuffers { t, s, c, _ in
            var (reader, sines, cosines) = (RowCursor(turns), RowCursor(sine), RowCursor(cosine))
            Strips.forEach(turns) { count, vectors in
                reader.read(count, into: t)
                entries.sineAndCosine(t, s, c, vectors)
                sines.write(count, from: s)
                cosines.write(count, from: c)
            }
        }
    }

    private func kernel(
        of function: ElementwiseFunction
    ) -> (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void {
        switch function {
        case .exponential: entries.exponential
        case .logarithm: entries.logarithm
        case .hyperbolicTangent: entries.hyperbolicTangent
        case .sigmoid: entries.sigmoid
        case .logSigmoid: entries.logSigmoid
        case .softplus: entries.softplus
        case .exponentialLinear: entries.exponentialLinear
        }
    }
}
