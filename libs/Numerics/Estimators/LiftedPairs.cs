using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Pairs in the coordinates of a dictionary, X = [psi(h_k)] and Y = [psi(h_(k+1))], N × m, with the inputs u_k (c × m)
/// of methods with control. The columns may stand for many more pairs than there are: every estimator of pairs is
/// invariant under an orthogonal mixing of them, so a triangular factor is as good as what it was made of. Summed
/// products are as good too, and methods that need no more ask for <c>Products</c>; columns with the same products are
/// made of them for the others, when they ask.
/// </summary>
public sealed record LiftedPairs
{
    private readonly long? _count;
    private readonly Lazy<(SnapshotPairs Pairs, Matrix? Inputs)> _columns;

    /// <summary>Columns.</summary>
    /// <param name="pairs">X, Y and their weights.</param>
    /// <param name="inputs">c × m, or null.</param>
    public LiftedPairs(SnapshotPairs pairs, Matrix? inputs) => _columns = new((pairs, inputs));

    /// <summary>Products, and columns that have them in case they are asked for.</summary>
    internal LiftedPairs(ISecondMoments products, Func<LiftedPairs> columns)
    {
        _columns = new(() => columns() is var made ? (made.Pairs, made.Inputs) : default);
        (Products, Squared, _count) = (products, true, products.Count);
    }

    /// <summary>X, Y and their weights.</summary>
    public SnapshotPairs Pairs
    {
        get => _columns.Value.Pairs;
        init => (_columns, Products) = (new((value, Inputs)), null);
    }

    /// <summary>c × m, or null.</summary>
    public Matrix? Inputs
    {
        get => _columns.Value.Inputs;
        init => (_columns, Products) = (new((Pairs, value)), null);
    }

    /// <summary>What the pairs are known by where that is no columns, and there are no inputs; else null.</summary>
    internal ISecondMoments? Products { get; private init; }

    /// <summary>Pairs that were seen; the number of columns unless the columns summarise them.</summary>
    public long Count
    {
        get => _count ?? Pairs.X.Columns;
        init => _count = value;
    }

    /// <summary>
    /// True when the columns come from summed products, which squares the condition number: singular values below
    /// sqrt(N eps) s_1 are round-off.
    /// </summary>
    public bool Squared { get; init; }
}
