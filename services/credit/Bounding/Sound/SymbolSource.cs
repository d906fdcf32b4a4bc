namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>Numbers the noise symbols of one analysis, and says how many a form may keep.</summary>
/// <param name="bytes">That all symbols may take at a time.</param>
internal sealed class SymbolSource(long bytes)
{
    // Values, differences and rounding errors of a step's inputs and output, in two networks, and one product's copy.
    private const int FormsAtATime = 16;

    private int _next;

    /// <summary>Symbols that were merged into independent noise so far, for want of memory.</summary>
    public long Merged { get; set; }

    public int Next() => _next++;

    /// <summary>Symbols a form of this width may keep.</summary>
    public int Limit(int width) =>
        (int)Math.Min(1 << 24, bytes / FormsAtATime / sizeof(double) / Math.Max(1, width));
}
