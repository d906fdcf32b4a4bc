namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// A fixed-size, mergeable summary of snapshot pairs: x before a component (n features), y after it (p features).
/// Values come in float32, sums are kept in float64. Memory does not depend on the number of snapshots. Not
/// thread-safe: one writer each, merged afterwards.
/// </summary>
public interface IPairAccumulator
{
    /// <summary>n, features before.</summary>
    int BeforeWidth { get; }

    /// <summary>p, features after.</summary>
    int AfterWidth { get; }

    /// <summary>Snapshots seen.</summary>
    long Count { get; }

    /// <summary>
    /// Adds <paramref name="rows"/> pairs, one after the other as a network leaves them: <paramref name="before"/>
    /// holds <c>rows * n</c> values, <paramref name="after"/> <c>rows * p</c>. Both are checked whole before anything
    /// is added. Splitting the same rows over more or fewer calls changes no bit of the result.
    /// </summary>
    /// <exception cref="SnapshotShapeException">A span is not as long as its shape says.</exception>
    /// <exception cref="NonFiniteSnapshotException">A value is NaN or infinite.</exception>
    void Add(ReadOnlySpan<float> before, ReadOnlySpan<float> after, int rows);

    /// <summary>
    /// Adds all that <paramref name="other"/> has seen; its value stays what it was. Order and tree agree to about
    /// 1e-12.
    /// </summary>
    /// <exception cref="ArgumentException">It is of another kind or of other widths.</exception>
    void Merge(IPairAccumulator other);

    /// <summary>Count, mean and centred scatter of what was seen.</summary>
    PairMoments ToMoments();
}
