using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Planted;

/// <summary>Chains whose credits are known.</summary>
internal static class Chains
{
    /// <summary>Straight from Jacobians, on inputs of covariance I: what data with these maps would give.</summary>
    public static ChainLink[] OfJacobians(ILinearAlgebra la, params Matrix[] jacobians) =>
        OfNoisyJacobians(la, 0, jacobians);

    /// <summary>The same where every output feature also has independent noise, which no Jacobian explains.</summary>
    public static ChainLink[] OfNoisyJacobians(ILinearAlgebra la, double variance, params Matrix[] jacobians)
    {
        var links = new ChainLink[jacobians.Length];
        var covariance = Matrix.Identity(jacobians[0].Columns);
        for (var i = 0; i < links.Length; i++)
        {
            var cross = la.Multiply(jacobians[i], covariance);
            var after = la.Multiply(cross, jacobians[i], transposeB: true);
            for (var j = 0; j < after.Rows; j++)
            {
                after[j, j] += variance;
            }

            links[i] = new ChainLink
            {
                ReducedSlope = jacobians[i],
                Basis = Matrix.Identity(jacobians[i].Columns),
                Moments = Moments(covariance, cross, after),
            };
            covariance = after;
        }

        return links;
    }

    /// <summary>
    /// Sends the columns of <paramref name="input"/> through the maps, takes moments before and after each, and fits
    /// them.
    /// </summary>
    public static ChainLink[] OfData(ILinearAlgebra la, Matrix input, params Func<Matrix, Matrix>[] maps) =>
        OfData(la, input, blocks: 0, maps);

    /// <summary>The same with interleaved row blocks for the bootstrap.</summary>
    public static ChainLink[] OfData(ILinearAlgebra la, Matrix input, int blocks, params Func<Matrix, Matrix>[] maps)
    {
        var links = new ChainLink[maps.Length];
        var before = input;
        for (var i = 0; i < maps.Length; i++)
        {
            var after = maps[i](before);
            links[i] = OfPairs(la, before, after, blocks);
            before = after;
        }

        return links;
    }

    /// <summary>Moments with unit count from covariance blocks.</summary>
    public static PairMoments Moments(Matrix before, Matrix cross, Matrix after)
    {
        var (n, p) = (before.Rows, after.Rows);
        var scatter = new Matrix(n + p, n + p);
        for (var i = 0; i < n + p; i++)
        {
            for (var j = 0; j < n + p; j++)
            {
                scatter[i, j] = (i < n, j < n) switch
                {
                    (true, true) => before[i, j],
                    (false, true) => cross[i - n, j],
                    (true, false) => cross[j - n, i],
                    (false, false) => after[i - n, j - n],
                };
            }
        }

        return new PairMoments(n, p, 1, new double[n + p], scatter);
    }

    private static ChainLink OfPairs(ILinearAlgebra la, Matrix before, Matrix after, int blocks)
    {
        var accumulator = blocks == 0 ? null : Blocked.Accumulate(before, after, blocks, la);
        var moments = accumulator?.ToMoments() ?? Snapshots.Moments(before, after, la);
        var fit = AffineFitter.Fit(moments, new AffineFitOptions(), la);
        return new ChainLink
        {
            ReducedSlope = fit.ReducedSlope,
            Basis = fit.Basis,
            Moments = moments.Project(fit.Basis, la),
            Blocks = accumulator?.ToBlockMoments().Project(fit.Basis, la, TestContext.Current.CancellationToken),
        };
    }
}
