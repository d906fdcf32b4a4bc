using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Lowering;

/// <summary>A linear map A between flat vectors, many columns at a time. Immutable.</summary>
public abstract class LinearMap
{
    private readonly Lazy<LinearMap> _absolute;

    private protected LinearMap(int inputs, int outputs)
    {
        (Inputs, Outputs) = (inputs, outputs);
        _absolute = new Lazy<LinearMap>(MakeAbsolute);
    }

    /// <summary>Length of the vectors it takes.</summary>
    public int Inputs { get; }

    /// <summary>Length of the vectors it gives.</summary>
    public int Outputs { get; }

    /// <summary>Most coefficients that one output is a sum over.</summary>
    public abstract int MostTerms { get; }

    /// <summary>Whether every output is one of the inputs, or zero: nothing is rounded then.</summary>
    public abstract bool IsSelection { get; }

    /// <summary>|A|, element by element; made once.</summary>
    public LinearMap Absolute => _absolute.Value;

    /// <summary>A x, for each column of <paramref name="x"/> (inputs × m). O(coefficients · m).</summary>
    public abstract Matrix Apply(Matrix x, ILinearAlgebra la);

    /// <summary>A' y, for each column of <paramref name="y"/> (outputs × m). O(coefficients · m).</summary>
    public abstract Matrix ApplyTransposed(Matrix y, ILinearAlgebra la);

    /// <summary>Whether the two hold the same coefficients.</summary>
    public abstract bool SameAs(LinearMap other);

    /// <summary>c A.</summary>
    public abstract LinearMap Scaled(double factor);

    /// <summary>A x of one vector.</summary>
    public double[] Apply(ReadOnlySpan<double> x, ILinearAlgebra la) =>
        Apply(new Matrix(x.Length, 1, x.ToArray()), la).AsSpan().ToArray();

    private protected abstract LinearMap MakeAbsolute();

    private protected static void Require(Matrix x, int rows, string what)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rows != rows)
        {
            throw new ArgumentException($"{what} has {x.Rows} rows, expected {rows}", nameof(x));
        }
    }

    /// <summary>The same body over blocks of columns, side by side where it pays; block borders never move.</summary>
    private protected static void ByColumns(int columns, long operations, Action<int, int> body)
    {
        const int Block = 128;
        const long Worthwhile = 4_000_000;
        if (columns <= Block || operations < Worthwhile)
        {
            body(0, columns);
            return;
        }

        Parallel.For(0, (columns + Block - 1) / Block,
            block => body(block * Block, Math.Min(Block, columns - (block * Block))));
    }
}
