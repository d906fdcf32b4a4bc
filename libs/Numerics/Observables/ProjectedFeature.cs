using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// f(x) = g(W'x + b) for a scalar g: ridge functions along fixed directions. O(n D) a state, one product.
/// </summary>
public abstract class ProjectedFeature : Feature
{
    private readonly Matrix _directions;
    private readonly double[] _offsets;

    private protected ProjectedFeature(Matrix directions, ReadOnlySpan<double> offsets)
    {
        ArgumentNullException.ThrowIfNull(directions);
        Guard.Length(offsets.Length, directions.Columns, "the list of offsets");
        Guard.Finite(directions, "the matrix of directions");
        Guard.Finite(offsets, "the list of offsets");
        (_directions, _offsets) = (directions.Copy(), offsets.ToArray());
    }

    /// <inheritdoc/>
    public override int Count => _offsets.Length;

    /// <summary>W, n × D. Not to be written to.</summary>
    public Matrix Directions => _directions;

    /// <summary>b, D long.</summary>
    public ReadOnlyMemory<double> Offsets => _offsets;

    internal override long Parameters => _directions.AsMemory().Length + _offsets.Length;

    /// <inheritdoc/>
    public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(lifted);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(states, _directions.Rows, states.Columns, "the matrix of states to lift");
        TiledProducts.ForEach(_directions, states, null, la, (j, _, products) =>
        {
            TensorPrimitives.Add(products, _offsets, products);
            Apply(products, lifted.Column(j).Slice(row, products.Length));
        });
    }

    internal override void Store(TensorArchive archive, string prefix)
    {
        StoredFeatures.Add(archive, $"{prefix}directions", _directions);
        archive.Add($"{prefix}offsets", _offsets, _offsets.Length);
    }

    internal static (Matrix Directions, double[] Offsets) Load(TensorArchive archive, string prefix, int width)
    {
        var directions = StoredFeatures.Matrix(archive, $"{prefix}directions", width);
        return (directions, StoredFeatures.Vector(archive, $"{prefix}offsets", directions.Columns));
    }

    /// <summary>g, element by element.</summary>
    private protected abstract void Apply(ReadOnlySpan<double> arguments, Span<double> values);
}
