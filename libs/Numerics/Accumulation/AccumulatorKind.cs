namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>How snapshot pairs are summed up.</summary>
public enum AccumulatorKind
{
    /// <summary>
    /// Products (centred scatter): a third of the work of <see cref="Qr"/>; a fit from it sees the squared condition
    /// number, so of the 16 digits of a double it keeps 16 - 2 log10(cond).
    /// </summary>
    Gram = 0,

    /// <summary>
    /// Stacked triangular factors: a fit keeps 16 - log10(cond) digits, as if it had all the data at once.
    /// </summary>
    Qr = 1,
}
