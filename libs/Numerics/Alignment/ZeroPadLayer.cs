using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Alignment;

/// <summary>
/// E = [I; 0]: align by appending zeros, restore by truncating. Exact to the last bit; the choice for black boxes.
/// </summary>
public sealed class ZeroPadLayer : AuxiliaryLayer
{
    /// <summary>From <paramref name="narrow"/> into <paramref name="wide"/> dimensions.</summary>
    /// <exception cref="ShapeMismatchException">The narrow side is the wider one.</exception>
    public ZeroPadLayer(int narrow, int wide)
        : base(narrow, wide)
    {
    }

    /// <inheritdoc/>
    public override Matrix ToMatrix()
    {
        var e = new Matrix(Wide, Narrow);
        for (var i = 0; i < Narrow; i++)
        {
            e[i, i] = 1;
        }

        return e;
    }

    private protected override Matrix Embed(Matrix v, ILinearAlgebra la)
    {
        var padded = new Matrix(Wide, v.Columns);
        for (var j = 0; j < v.Columns; j++)
        {
            v.Column(j).CopyTo(padded.Column(j));
        }

        return padded;
    }

    private protected override Matrix Project(Matrix w, ILinearAlgebra la) => w.SelectRows(0, Narrow);
}
