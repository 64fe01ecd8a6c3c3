// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

extension LogisticMixture {
    private typealias Eight = PortableMath.Eight

    /// The loss −Σ ln p(x) over the pixels, and `weight` times its gradient by the logits.
    ///
    /// Of a component's log-scale below −7, for which −7 stands, the gradient is zero; see
    /// ``logLikelihood(_:_:row:)`` for the branches. Eight pixels at a time.
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
        var terms = [LogisticCells.Term](repeating: LogisticCells.Term(), count: components)
        var loss = 0.0
        for first in stride(from: 0, to: x.rows, by: 8) {
            let rows = first..<min(first + 8, x.rows)
            let logLikelihoods = backward(gradient, logits, Self.read(x, rows, 0), rows, weight: weight, &terms)
            for lane in 0..<rows.count { loss += -logLikelihoods[lane] }
        }
        return loss
    }

    /// The same for up to eight pixels; returns ln p of each.
    private func backward(
        _ gradient: RowView,
        _ logits: RowView,
        _ x: Eight,
        _ rows: Range<Int>,
        weight: Double,
        _ terms: inout [LogisticCells.Term]
    ) -> Eight {
        var (prior, joint) = (LogSums(), LogSums())
        for component in 0..<components {
            let logWeight = Self.read(logits, rows, component)
            let logScale = Self.read(logits, rows, 2 * components + component)
            let clamped = logScale.replacing(with: -7, where: logScale .< -7)
            let cells = LogisticCells(mean: Self.read(logits, rows, components + component), clamped, center: x)
            terms[component] = cells.term(x)
            prior.add(logWeight)
            joint.add(logWeight + terms[component].value)
        }
        let (priors, joints) = (prior.value, joint.value)
        for component in 0..<components {
            let (logWeight, term) = (Self.read(logits, rows, component), terms[component])
            let share = PortableMath.exp(logWeight - priors)
            let responsibility = PortableMath.exp(logWeight + term.value - joints)
            let isClamped = Self.read(logits, rows, 2 * components + component) .< -7
            let slope = term.byLogScale.replacing(with: 0, where: isClamped)
            Self.write(weight * (share - responsibility), gradient, rows, component)
            Self.write(-weight * responsibility * term.byMean, gradient, rows, components + component)
            Self.write(-weight * responsibility * slope, gradient, rows, 2 * components + component)
        }
        return joints - priors
    }

    /// A channel of up to eight rows; the last one's again in the lanes that are left.
    @inline(__always)
    private static func read(_ view: RowView, _ rows: Range<Int>, _ channel: Int) -> Eight {
        let first = view.buffer.pointer + view.offset + channel
        var values = Eight.zero
        for lane in 0..<8 {
            values[lane] = Double(first[min(rows.lowerBound + lane, rows.upperBound - 1) * view.stride])
        }
        withExtendedLifetime(view) {}
        return values
    }

    @inline(__always)
    private static func write(_ values: Eight, _ view: RowView, _ rows: Range<Int>, _ channel: Int) {
        let first = view.buffer.pointer + view.offset + channel
        for (lane, row) in rows.enumerated() { first[row * view.stride] = Float(values[lane]) }
        withExtendedLifetime(view) {}
    }
}

/// Eight logistic distributions, each with a cell of width 2/255; see ``LogisticCell``.
private struct LogisticCells {
    typealias Eight = PortableMath.Eight

    /// A logarithm with its derivatives by the distribution's mean and log-scale.
    struct Term {
        var value = Eight.zero
        var byMean = Eight.zero
        var byLogScale = Eight.zero

        /// Takes over the lanes of another.
        @inline(__always)
        mutating func replace(with other: Term, where mask: SIMDMask<SIMD8<Int64>>) {
            value.replace(with: other.value, where: mask)
            byMean.replace(with: other.byMean, where: mask)
            byLogScale.replace(with: other.byLogScale, where: mask)
        }
    }

    /// The cells' edges and centres, standardised.
    private let (upper, lower, middle): (Eight, Eight, Eight)
    private let logScale: Eight
    private let inverse: Eight

    @inline(__always)
    init(mean: Eight, _ logScale: Eight, center: Eight) {
        inverse = PortableMath.exp(-logScale)
        self.logScale = logScale
        let distance = center - mean
        middle = inverse * distance
        upper = inverse * (distance + 1 / 255)
        lower = inverse * (distance - 1 / 255)
    }

    /// The term of ``LogisticMixture/logLikelihood(_:_:row:)`` and its derivatives; branches that no lane takes are not
    /// computed.
    @inline(__always)
    func term(_ x: Eight) -> Term {
        let (isLeast, isLargest) = (x .< -0.999, x .> 0.999)
        let below = below
        if all(isLeast) { return below }
        let above = above
        if all(isLargest) { return above }
        var term = inside(below, above)
        // Written so that NaN takes the same branch as it takes in the loss.
        let isNarrow = .!(term.value .> LogisticMixture.leastLogMass)
        if any(isNarrow) { term.replace(with: density, where: isNarrow) }
        term.replace(with: below, where: isLeast)
        term.replace(with: above, where: isLargest)
        return term
    }

    /// ln F(upper).
    private var below: Term {
        let slope = Self.sigmoid(-upper)
        return Term(value: -Self.softplus(-upper), byMean: -inverse * slope, byLogScale: -upper * slope)
    }

    /// ln(1 − F(lower)).
    private var above: Term {
        let slope = Self.sigmoid(lower)
        return Term(value: -Self.softplus(lower), byMean: inverse * slope, byLogScale: lower * slope)
    }

    /// The logarithm of the mass between the edges.
    ///
    /// σ'/σ is σ of the opposite, and the width w adds −w/(e^w − 1) to the slope by log-scale.
    @inline(__always)
    private func inside(_ below: Term, _ above: Term) -> Term {
        let (slopes, width) = ((Self.sigmoid(-upper), Self.sigmoid(lower)), upper - lower)
        let isNarrow = width .< 1e-5
        let mass = (1 - PortableMath.exp(-width)).replacing(with: width * (1 - width / 2), where: isNarrow)
        let rest = (width / (PortableMath.exp(width) - 1)).replacing(with: 1 - width / 2, where: isNarrow)
        return Term(
            value: below.value + above.value + PortableMath.log(mass),
            byMean: inverse * (slopes.1 - slopes.0),
            byLogScale: lower * slopes.1 - upper * slopes.0 - rest
        )
    }

    /// The logarithm of the cell's width times the density at its centre.
    private var density: Term {
        let slope = 1 - 2 * Self.sigmoid(middle)
        let value = middle - logScale - 2 * Self.softplus(middle)
        return Term(
            value: value - LogisticMixture.log127,
            byMean: -inverse * slope,
            byLogScale: -middle * slope - 1
        )
    }

    @inline(never)
    private static func softplus(_ x: Eight) -> Eight {
        let magnitude = x.replacing(with: -x, where: x .< 0)
        return x.replacing(with: 0, where: x .<= 0) + PortableMath.log(1 + PortableMath.exp(-magnitude))
    }

    @inline(never)
    private static func sigmoid(_ x: Eight) -> Eight { 1 / (1 + PortableMath.exp(-x)) }
}

/// ln Σ e^x, term by term, of every lane; see ``LogSum``.
private struct LogSums {
    private var largest = PortableMath.Eight(repeating: -.infinity)
    private var sum = PortableMath.Eight.zero

    /// ln Σ of the terms so far; −∞ without any.
    var value: PortableMath.Eight { largest + PortableMath.log(sum) }

    @inline(__always)
    mutating func add(_ x: PortableMath.Eight) {
        let isNone = x .== -Double.infinity
        // NaN counts as larger.
        let isLarger = .!(x .<= largest)
        let gap = (x - largest).replacing(with: largest - x, where: isLarger)
        let factor = PortableMath.exp(gap)
        let next = (sum + factor).replacing(with: sum * factor + 1, where: isLarger)
        sum = next.replacing(with: sum, where: isNone)
        largest = largest.replacing(with: x, where: isLarger .& .!isNone)
    }
}
