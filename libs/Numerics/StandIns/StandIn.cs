using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.StandIns;

/// <summary>
/// What stands in for a part f: R^n → R^p of a network: y = L R' psi(x) + c, a linear operator on observables psi: R^n
/// → R^N (2409.01308, methods P2; psi(x) = x is the affine least squares that every other lift is held against). R is N
/// × r, L is p × r. Immutable.
/// </summary>
public sealed partial class StandIn
{
    /// <summary>From its parts.</summary>
    /// <param name="observables">psi; the state is one of its blocks.</param>
    /// <param name="right">R, N × r.</param>
    /// <param name="left">L, p × r.</param>
    /// <param name="offset">c, p long.</param>
    /// <exception cref="ShapeMismatchException">The parts do not fit each other.</exception>
    public StandIn(Dictionary observables, Matrix right, Matrix left, ReadOnlySpan<double> offset)
    {
        ArgumentNullException.ThrowIfNull(observables);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(left);
        Guard.Shape(right, observables.Count, right.Columns, "the right factor");
        Guard.Shape(left, offset.Length, right.Columns, "the left factor");
        Guard.Finite(right, "the right factor");
        Guard.Finite(left, "the left factor");
        Guard.Finite(offset, "the offset");
        (Observables, Right, Left, Offset) = (observables, right, left, offset.ToArray());
    }

    /// <summary>psi.</summary>
    public Dictionary Observables { get; }

    /// <summary>R, N × r. Not to be written to.</summary>
    public Matrix Right { get; }

    /// <summary>L, p × r. Not to be written to.</summary>
    public Matrix Left { get; }

    /// <summary>c.</summary>
    public ReadOnlyMemory<double> Offset { get; }

    /// <summary>n.</summary>
    public int BeforeWidth => Observables.Width;

    /// <summary>p.</summary>
    public int AfterWidth => Left.Rows;

    /// <summary>r; the rank of the coefficients is at most this.</summary>
    public int Rank => Right.Columns;

    /// <summary>Whether two thin products cost less than one with L R' formed: r (N + p) &lt; N p.</summary>
    public bool IsFactored => (long)Rank * (Observables.Count + AfterWidth) < (long)Observables.Count * AfterWidth;

    /// <summary>Numbers it takes: of the coefficients as they are cheaper, the offset and the observables.</summary>
    public long Parameters =>
        (IsFactored ? (long)Rank * (Observables.Count + AfterWidth) : (long)Observables.Count * AfterWidth)
        + AfterWidth + Observables.Features.Sum(feature => feature.Parameters);

    /// <summary>L R', p × N. O(p N r).</summary>
    public Matrix Coefficients(ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        return la.Multiply(Left, Right, transposeB: true);
    }

    /// <summary>y of each column of <paramref name="states"/> (n × m); p × m.</summary>
    public Matrix Apply(Matrix states, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(la);
        var lifted = Observables.Lift(states, la);
        var y = la.Multiply(Left, la.Multiply(Right, lifted, transposeA: true));
        for (var j = 0; j < y.Columns; j++)
        {
            TensorPrimitives.Add(y.Column(j), Offset.Span, y.Column(j));
        }

        return y;
    }
}
