namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>What the shape and the options of a summary say about its memory.</summary>
internal static class SummaryLayout
{
    public static void Check(int observables, int inputs, SummaryOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(observables, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(inputs);
        ArgumentNullException.ThrowIfNull(options);
        if (!Enum.IsDefined(options.Kind))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Kind, "the kind of a summary is Gram, Qr or Sketch");
        }

        if ((2L * observables) + inputs > MostRows(options))
        {
            throw new ArgumentOutOfRangeException(
                nameof(observables), observables,
                $"2 N + c is at most {MostRows(options)} in a {options.Kind} summary; a narrow Sketch holds more");
        }
    }

    /// <summary>Rows w that a kind takes: two factors, or two sketches, have to fit into one array.</summary>
    public static int MostRows(SummaryOptions options) =>
        options.Kind == SummaryKind.Sketch ? Array.MaxLength / 2 / options.SketchColumns : 32_000;

    public static long BlockBytes(long width, SummaryOptions options) => sizeof(double) * (
        options.Kind == SummaryKind.Sketch ? width * options.SketchColumns : width * (width + 1));

    public static int Blocks(int observables, int inputs, SummaryOptions options)
    {
        var bytes = BlockBytes((2L * observables) + inputs, options);
        return (int)Math.Min(options.Blocks, Math.Max(2, options.BudgetBytes / bytes));
    }

    // Enough pairs at once that products run at the speed of BLAS 3, and that a factorisation is mostly of new rows,
    // on all cores.
    public static int Capacity(int width, SummaryOptions options) => options.Kind switch
    {
        SummaryKind.Gram => 512,
        SummaryKind.Qr => Math.Clamp(4 * width, 2048, Math.Max(4096, width)),
        _ => options.SketchColumns,
    };
}
