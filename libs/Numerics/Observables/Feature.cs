using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// One block of observables, f: R^n → R^count, with every parameter fixed. Immutable; the same states give the same
/// values, whatever else is lifted beside them. A feature of one's own needs only the members that are abstract here;
/// it works with every estimator but cannot be stored.
/// </summary>
public abstract class Feature
{
    /// <summary>What it is, as <c>--dictionary</c> spells it, e.g. "poly:3".</summary>
    public abstract string Name { get; }

    /// <summary>Rows of f.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// Writes f of each column of <paramref name="states"/> (n × m) into rows <paramref name="row"/> to row + count - 1
    /// of <paramref name="lifted"/> (N × m). The two do not overlap.
    /// </summary>
    public abstract void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la);

    /// <summary>Numbers it was given or drew: what a file of it holds.</summary>
    internal virtual long Parameters => 0;

    /// <summary>The name under which <see cref="StoredFeatures"/> reads it back; null when it cannot.</summary>
    internal virtual string? StoredKind => null;

    /// <summary>Adds the parameters as tensors whose names begin with <paramref name="prefix"/>.</summary>
    internal virtual void Store(TensorArchive archive, string prefix)
    {
    }
}
