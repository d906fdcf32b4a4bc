namespace KoopmanMesh.Numerics.StandIns;

/// <summary>A stand-in and how good it is.</summary>
public sealed record StandInFit
{
    /// <summary>Fitted to all rows.</summary>
    public required StandIn StandIn { get; init; }

    /// <summary>The rank asked for; 0 for full.</summary>
    public required int AskedRank { get; init; }

    /// <summary>Rank of the coefficients, at most; 0 when the part is constant.</summary>
    public required int Rank { get; init; }

    /// <summary>Rows that came.</summary>
    public required long Rows { get; init; }

    /// <summary>
    /// ||y - prediction|| / ||y - mean||, Frobenius, over rows held out of a fit to the others; 0 where y is constant
    /// and so predicted. Without rows held out the fitted error, and a warning.
    /// </summary>
    public required double HeldOutError { get; init; }

    /// <summary>The same on the rows that the tested fit saw.</summary>
    public required double FittedError { get; init; }

    /// <summary>Largest over smallest kept singular value of the standardised observables.</summary>
    public required double ConditionNumber { get; init; }

    /// <summary>Decimal digits of the coefficients lost to it, of about 16.</summary>
    public required double DigitsLost { get; init; }

    /// <summary>One sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
