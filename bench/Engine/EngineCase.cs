using System.Diagnostics;
using System.Runtime.InteropServices;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Bench.Engine;

/// <summary>One problem: what is fitted, with what, and the products and factorisations that a fit cannot do without.</summary>
/// <param name="Title">As it stands in the table.</param>
/// <param name="Fit">The whole fit.</param>
/// <param name="Bare">Its BLAS-3 calls alone, or null.</param>
/// <param name="Baseline">A line for <see cref="ReferenceProcess"/>.</param>
internal sealed record EngineCase(string Title, Action Fit, Action? Bare, string Baseline)
{
    public static double Time(Action action)
    {
        // What an earlier measurement left behind is collected before the clock starts.
        GC.Collect();
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    public static void Write(string path, Matrix matrix)
    {
        using var file = File.Create(path);
        for (var j = 0; j < matrix.Columns; j++)
        {
            file.Write(MemoryMarshal.AsBytes(matrix.Column(j)));
        }
    }

    public static DmdEstimator Exact(int rank, Numerics.Spectra.BasisMethod basis, double holdOut = 0) => new()
    {
        RankRule = new Numerics.Fitting.RankRule.Fixed(rank),
        Basis = basis,
        HoldOut = holdOut,
    };
}
