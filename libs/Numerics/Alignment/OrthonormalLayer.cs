using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Alignment;

/// <summary>
/// E with orthonormal columns, dense. A layer that were not orthonormal would add its own log-volume to every credit.
/// </summary>
public sealed class OrthonormalLayer : AuxiliaryLayer
{
    private readonly Matrix _e;

    private OrthonormalLayer(Matrix e)
        : base(e.Columns, e.Rows) => _e = e;

    /// <summary>
    /// The columns of the Q factor of a standard normal matrix: uniform over all isometries, from the seed alone.
    /// </summary>
    public static OrthonormalLayer Random(int narrow, int wide, int seed, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        ArgumentOutOfRangeException.ThrowIfNegative(narrow);
        ArgumentOutOfRangeException.ThrowIfLessThan(wide, narrow);
        if (narrow == 0)
        {
            return new OrthonormalLayer(new Matrix(wide, 0));
        }

        var (q, r) = la.ThinQr(SeededNormal.Matrix(wide, narrow, seed));

        // With R's diagonal made positive the factor is unique, so both providers give the same layer.
        var signs = new double[narrow];
        for (var i = 0; i < narrow; i++)
        {
            signs[i] = r[i, i] < 0 ? -1 : 1;
        }

        return new OrthonormalLayer(q.ScaleColumns(signs));
    }

    /// <summary>
    /// The leading <paramref name="narrow"/> principal directions of data with the given scatter (or covariance), wide
    /// × wide. O(wide^3).
    /// </summary>
    public static OrthonormalLayer Pca(Matrix scatter, int narrow, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(scatter);
        ArgumentNullException.ThrowIfNull(la);
        ArgumentOutOfRangeException.ThrowIfNegative(narrow);
        Guard.Shape(scatter, scatter.Rows, scatter.Rows, "the scatter to take directions from");
        Guard.Finite(scatter, "the scatter to take directions from");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(narrow, scatter.Rows);
        return new OrthonormalLayer(la.SymmetricEigen(scatter).Vectors.SelectColumns(0, narrow));
    }

    /// <inheritdoc/>
    public override Matrix ToMatrix() => _e.Copy();

    internal static OrthonormalLayer FromOrthonormal(Matrix e) => new(e);

    private protected override Matrix Embed(Matrix v, ILinearAlgebra la) => la.Multiply(_e, v);

    private protected override Matrix Project(Matrix w, ILinearAlgebra la) => la.Multiply(_e, w, transposeA: true);
}
