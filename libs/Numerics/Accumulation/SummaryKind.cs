namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>How a <see cref="PairSummary"/> keeps its pairs.</summary>
public enum SummaryKind
{
    /// <summary>
    /// Compensated products: w² operations a pair (w = 2N + c), of q stacked states (2 q + 1) n² instead of 4 q² n²,
    /// the fastest; a fit keeps 16 - 2 log10(cond) digits.
    /// </summary>
    Gram = 0,

    /// <summary>
    /// Stacked triangular factors: 2 w² operations a pair or a little more; a fit keeps 16 - log10(cond).
    /// </summary>
    Qr = 1,

    /// <summary>
    /// The k strongest directions of the pairs: about 12 w k operations a pair and O(w k) memory, for more observables
    /// than w² numbers can be held of. What it loses is counted, see <see cref="PairSummary.Loss"/>.
    /// </summary>
    Sketch = 2,
}
