using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Pairs in the coordinates of a dictionary, X = [psi(h_k)] and Y = [psi(h_(k+1))], N × m, with the inputs u_k (c × m)
/// of methods with control. The columns may stand for many more pairs than there are: every estimator of pairs is
/// invariant under an orthogonal mixing of them, so a triangular factor is as good as what it was made of.
/// </summary>
/// <param name="Pairs">X, Y and their weights.</param>
/// <param name="Inputs">c × m, or null.</param>
public sealed record LiftedPairs(SnapshotPairs Pairs, Matrix? Inputs)
{
    private readonly long? _count;

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

    /// <summary>
    /// The trajectories whose delay pairs, all of them and unweighted, these are, so that their products can be had lag by
    /// lag; null for other pairs.
    /// </summary>
    internal IReadOnlyList<Matrix>? Trajectories { get; init; }
}
