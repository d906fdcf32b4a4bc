using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.StandIns;

/// <summary>Pairs of a known map, in float32 as a network leaves them.</summary>
internal sealed record Pairs(Matrix X, Matrix Y)
{
    public float[] Before => Singles(X);

    public float[] After => Singles(Y);

    /// <summary>Inputs to float32 first, so that the map is exact on what the fit sees.</summary>
    public static Pairs Of(Matrix x, Func<Matrix, Matrix> map)
    {
        var rounded = new Matrix(x.Rows, x.Columns, Array.ConvertAll(x.AsSpan().ToArray(), v => (double)(float)v));
        return new Pairs(rounded, map(rounded));
    }

    public static Pairs Gaussian(int width, int rows, int seed, Func<Matrix, Matrix> map) =>
        Of(Matrices.Gaussian(width, rows, seed), map);

    public StandInFitter Into(string lift, StandInOptions options, ILinearAlgebra la, int chunk = int.MaxValue)
    {
        var fitter = new StandInFitter(X.Rows, Y.Rows, [Lift.Parse(lift, X.Rows)], options, la);
        AddTo(fitter, chunk);
        return fitter;
    }

    public void AddTo(StandInFitter fitter, int chunk = int.MaxValue)
    {
        var (before, after) = (Before, After);
        for (var start = 0; start < X.Columns; start += Math.Min(chunk, X.Columns))
        {
            var rows = Math.Min(chunk, X.Columns - start);
            fitter.Add(
                before.AsSpan(start * X.Rows, rows * X.Rows), after.AsSpan(start * Y.Rows, rows * Y.Rows), rows);
        }
    }

    public StandInFit Fit(string lift, ILinearAlgebra la, int rank = 0, StandInOptions? options = null) =>
        Into(lift, options ?? new StandInOptions(), la).Fit(0, [rank], TestContext.Current.CancellationToken)[0];

    private static float[] Singles(Matrix matrix) => Array.ConvertAll(matrix.AsSpan().ToArray(), v => (float)v);
}
