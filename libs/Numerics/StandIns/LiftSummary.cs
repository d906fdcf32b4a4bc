using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.StandIns;

/// <summary>Moments of lifted pairs [psi; y], with their factor where none was squared.</summary>
internal sealed class LiftSummary(PairMoments moments, PairFactor? factor)
{
    public PairMoments Moments => moments;

    public double Count => moments.Count;

    /// <summary>
    /// 1 / standard deviation of each observable, 0 where it does not vary: standardised, a monomial of small numbers
    /// is cut no sooner by the rank rule than one of large numbers.
    /// </summary>
    public double[] Standardisation()
    {
        var scales = new double[moments.BeforeWidth];
        for (var i = 0; i < scales.Length; i++)
        {
            var deviation = Math.Sqrt(Math.Max(0, moments.Scatter[i, i]) / moments.Count);
            scales[i] = deviation > 1e-12 * Math.Abs(moments.Mean[i]) ? 1 / deviation : 0;
        }

        return scales;
    }

    /// <summary>Scales the observables in place; returns itself.</summary>
    public LiftSummary Scale(double[] scales)
    {
        var all = new double[moments.Mean.Length];
        Array.Fill(all, 1);
        scales.CopyTo(all, 0);
        moments.Scatter.ScaleRows(all).ScaleColumns(all);
        System.Numerics.Tensors.TensorPrimitives.Multiply(moments.Mean, all, moments.Mean);
        if (factor is not null)
        {
            factor.Factor.ScaleColumns(all);
            System.Numerics.Tensors.TensorPrimitives.Multiply(factor.Mean, all, factor.Mean);
        }

        return this;
    }

    public AffineFit Fit(double tolerance, ILinearAlgebra la)
    {
        var options = new AffineFitOptions { RankRule = new RankRule.RelTol(tolerance) };
        return factor is null ? AffineFitter.Fit(moments, options, la) : AffineFitter.Fit(factor, options, la);
    }

    /// <summary>||y - prediction|| / ||y - mean||; 0 where y does not vary and is predicted to its digits.</summary>
    public double Error(AffineFit fit, ILinearAlgebra la)
    {
        var relative = (factor is null
            ? AffineFitter.Evaluate(fit, moments, la)
            : AffineFitter.Evaluate(fit, factor, la)).RelativeError;
        var energy = MomentBlocks.AfterEnergy(moments);
        var mean = System.Numerics.Tensors.TensorPrimitives.Norm(moments.AfterMean);
        var raw = energy + (moments.Count * mean * mean);
        return energy > 0 ? relative * Math.Sqrt(raw / energy) : relative > 1e-6 ? 1 : 0;
    }
}
