using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Accumulates the triangular factor of the rows [1, x', y'], chunk by chunk. A fit from <see cref="ToFactor"/> keeps
/// 16 - log10(cond) digits where one from products keeps 16 - 2 log10(cond); <see cref="ToMoments"/> squares as well,
/// so its digits are those of <see cref="GramAccumulator"/>. Three times the work of it, and chunks of 4 (n + p) rows
/// (256 to 4096) in memory.
/// </summary>
public sealed class QrAccumulator : IPairAccumulator
{
    private readonly PairSink _sink;

    /// <summary>
    /// An empty accumulator for n = <paramref name="before"/> and p = <paramref name="after"/> features.
    /// </summary>
    public QrAccumulator(int before, int after, ILinearAlgebra algebra)
    {
        PairSink.CheckWidths(before, after);
        ArgumentNullException.ThrowIfNull(algebra);
        (BeforeWidth, AfterWidth) = (before, after);
        var rows = (int)Math.Clamp(4L * (before + after), 256, 4096);
        _sink = new PairSink(before, after, rows, new QrState(before + after), algebra);
    }

    /// <inheritdoc/>
    public int BeforeWidth { get; }

    /// <inheritdoc/>
    public int AfterWidth { get; }

    /// <inheritdoc/>
    public long Count => _sink.Count;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> before, ReadOnlySpan<float> after, int rows) => _sink.Add(before, after, rows);

    /// <inheritdoc/>
    public void Merge(IPairAccumulator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _sink.Merge(other is QrAccumulator qr ? qr._sink : throw new ArgumentException(
            $"a {other.GetType().Name} cannot be merged into a {nameof(QrAccumulator)}", nameof(other)));
    }

    /// <inheritdoc/>
    public PairMoments ToMoments() => _sink.ToMoments();

    /// <summary>
    /// R of the centred snapshots as rows: (n + p) × (n + p) upper triangular with a non-negative diagonal, R'R =
    /// scatter. Rows of zeros at the bottom when there were fewer snapshots than features.
    /// </summary>
    public Matrix TriangularFactor() => ToFactor().Factor;

    /// <summary>The factor with count and mean, for a fit that must not square.</summary>
    public PairFactor ToFactor()
    {
        _sink.Flush();
        return PairFactor.From(BeforeWidth, AfterWidth, Count, ((QrState)_sink.State).Factor);
    }
}
