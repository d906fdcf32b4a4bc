using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>What every block of a forecast is asked for.</summary>
/// <param name="Rules">How to fit.</param>
/// <param name="Steps">Horizons, each at least 1.</param>
/// <param name="Rounding">Half the spacing of the snapshots' numbers, relative.</param>
internal sealed record ForecastTask(FitRules Rules, IReadOnlyList<long> Steps, double Rounding)
{
    public const double DoubleRounding = 1.1102230246251565e-16;
    public const double SingleRounding = 5.9604644775390625e-8;

    /// <summary>Changes that each horizon sums up, beyond the first step's.</summary>
    public IReadOnlyList<long> Counts { get; } = [.. Steps.Select(step => step - 1)];

    /// <summary>Rounding of one number, by their root mean square.</summary>
    public double Noise(Matrix states) =>
        Rounding * TensorPrimitives.Norm<double>(states.AsSpan()) / Math.Sqrt(states.AsSpan().Length);

    /// <summary>The largest singular value that rounding alone gives rows × columns numbers, delays included.</summary>
    public double Floor(double noise, long rows, int columns) =>
        noise * (Math.Sqrt(rows * Rules.Delays) + Math.Sqrt(columns));
}

/// <summary>What became of a block.</summary>
internal sealed record BlockOutcome
{
    public int Rank { get; init; }

    public double LargestModulus { get; init; }

    public int Clipped { get; init; }

    public bool IsHeld { get; init; }

    public long Constant { get; init; }

    public (double Error, double Change) Squares { get; init; }

    public TimeSpan Fit { get; init; }

    public TimeSpan Predict { get; init; }
}

/// <summary>A fit, and how its reduced states become weights.</summary>
internal interface IPrediction
{
    ReducedFit Fit { get; }

    /// <summary>The weights of z_0 + S, r × horizons.</summary>
    Matrix Weights(Matrix reduced, ForecastTask task, ILinearAlgebra la);
}
