// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The mixture of discretised logistic distributions that PixelCNN++ ends in (section 2.2), for images of one channel.
///
/// A pixel's logits are M weights, M means, M logarithms of scales, of which −7 is the least. Pixels are 8-bit levels v
/// as x = (v/255 − ½)·2; every level is a cell of width 2/255, those of 0 and 255 open to the outside. Double precision
/// throughout.
public struct LogisticMixture: Sendable {
    /// M.
    public let components: Int

    /// A mixture of that many distributions.
    public init(components: Int) { self.components = components }

    /// Logits of one pixel.
    public var logitCount: Int { 3 * components }

    /// The model's input for an 8-bit level.
    public static func input(level: Int) -> Float { (Float(level) / 255 - 0.5) * 2 }

    /// The level whose cell holds x; nil where x is NaN.
    public static func level(of x: Float) -> Int? {
        x.isNaN ? nil : Int(min(max(((Double(x) + 1) * 127.5).rounded(), 0), 255))
    }

    /// ln p(x), x not rounded to levels, as the published loss has it.
    ///
    /// Per component: below −0.999 the mass up to x + 1/255, above 0.999 that from x − 1/255 on, in between that of the
    /// cell of width 2/255 around x; where a cell's mass is 10⁻⁵ or less, its width times the density at x.
    public func logLikelihood(_ x: Float, _ logits: RowView, row: Int) -> Double {
        let x = Double(x)
        return mixed(logits, row) { mean, logScale in
            let cell = LogisticCell(mean: mean, logScale: logScale, center: x)
            if x < -0.999 { return cell.logMassBelow }
            if x > 0.999 { return cell.logMassAbove }
            let mass = cell.logMass
            return mass > Self.leastLogMass ? mass : cell.logDensity - Self.log127
        }
    }

    /// The logarithm of the exact mass of a level's cell.
    public func logMass(level: Int, _ logits: RowView, row: Int) -> Double {
        let center = Double(level) / 127.5 - 1
        return mixed(logits, row) { mean, logScale in
            let cell = LogisticCell(mean: mean, logScale: logScale, center: center)
            return level == 0 ? cell.logMassBelow : level == 255 ? cell.logMassAbove : cell.logMass
        }
    }

    /// A pixel drawn from the mixture: M + 1 uniform numbers in [0, 1) choose the component and the place in it.
    ///
    /// The component is the one of the largest logit plus Gumbel noise; the value, mean + e^s·ln(u/(1 − u)), is cut to
    /// −1 ... 1 and not rounded to a level.
    public func draw(_ logits: RowView, row: Int, uniforms: ArraySlice<Float>) -> Float {
        func uniform(_ index: Int) -> Double { 1e-5 + Double(uniforms[uniforms.startIndex + index]) * (1 - 2e-5) }
        let start = logits.offset + row * logits.stride
        var (chosen, best) = (0, -Double.infinity)
        for component in 0..<components {
            let noise = -PortableMath.log(-PortableMath.log(uniform(component)))
            let score = Double(logits.buffer[start + component]) + noise
            if score > best { (chosen, best) = (component, score) }
        }
        let place = uniform(components)
        let mean = Double(logits.buffer[start + components + chosen])
        let scale = PortableMath.exp(Self.clamped(logits.buffer[start + 2 * components + chosen]))
        let value = mean + scale * (PortableMath.log(place) - PortableMath.log(1 - place))
        return Float(min(max(value, -1), 1))
    }

    /// ln Σ π·e^term over the components, π the softmax of their weights.
    @inline(__always)
    private func mixed(_ logits: RowView, _ row: Int, _ term: (Double, Double) -> Double) -> Double {
        let start = logits.offset + row * logits.stride
        var (weights, terms) = (LogSum(), LogSum())
        for component in 0..<components {
            let weight = Double(logits.buffer[start + component])
            let mean = Double(logits.buffer[start + components + component])
            let logScale = Self.clamped(logits.buffer[start + 2 * components + component])
            weights.add(weight)
            terms.add(weight + term(mean, logScale))
        }
        return terms.value - weights.value
    }

    /// NaN is kept.
    static func clamped(_ logScale: Float) -> Double { logScale < -7 ? -7 : Double(logScale) }

    static let leastLogMass = PortableMath.log(1e-5)
    static let log127 = PortableMath.log(127.5)
}
