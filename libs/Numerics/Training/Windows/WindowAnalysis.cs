using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Verdicts;

namespace KoopmanMesh.Numerics.Training.Windows;

/// <summary>
/// Koopman mode decomposition of a window of training (Manojlović et al. 2020, arXiv 2006.11765; methods P1.3): the
/// snapshots' triangular factor stands for them, refined DMD (A4) runs on it, and only its trusted pairs are kept.
/// </summary>
public static class WindowAnalysis
{
    /// <summary>
    /// Decomposes one window. With G = Q R the snapshots are R in the coordinates of Q, which neither delays nor
    /// distances change: q columns of R are stacked, newest first, and the constant, as large as a typical snapshot,
    /// below them. One pass over the values, O(p W^2), memory that does not grow with p; then O(W^3).
    /// </summary>
    /// <param name="window">Length + Delays snapshots.</param>
    /// <param name="options">How.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="layer">A layer to look at alone; null for everything.</param>
    /// <param name="cancellationToken">Looked at between slabs.</param>
    /// <exception cref="ShapeMismatchException">There are more or fewer snapshots.</exception>
    /// <exception cref="ArgumentException">Neither constant nor delays, or there is no such layer.</exception>
    /// <exception cref="NonFiniteDataException">A value is not finite, or overflows when squared.</exception>
    public static TrainingWindow Analyze(
        ITrajectory window, WindowOptions options, ILinearAlgebra la, string? layer = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        options.Validate();
        if (window.Snapshots.Count != options.Snapshots)
        {
            throw new ShapeMismatchException(
                "the window",
                $"{options.Snapshots} snapshots long ({options.Length} pairs of {options.Delays} stacked)",
                $"{window.Snapshots.Count}");
        }

        var seen = layer is null ? window : new LayerTrajectory(window, layer);
        var factor = TrajectorySlabs.Factor(seen, options.SlabRows, la, cancellationToken);
        Guard.Finite([factor.Energy()], "the window");
        return Describe(WindowModes.Of(factor, options, options.ToleranceFor(window.IsSingle), la), factor, la) with
        {
            Layer = layer ?? "",
            FirstStep = window.Snapshots[0].Step,
            LastStep = window.Snapshots[^1].Step,
            FirstLoss = LossSlope.Loss(window.Snapshots, 0),
            LastLoss = LossSlope.Loss(window.Snapshots, window.Snapshots.Count - 1),
            LossSlope = LossSlope.Of(window.Snapshots),
        };
    }

    private static TrainingWindow Describe(WindowModes found, Matrix factor, ILinearAlgebra la)
    {
        var limit = found.LimitCoefficients();
        var last = factor.Column(factor.Columns - 1);
        return new TrainingWindow
        {
            Options = found.Options,
            Rank = found.Rank,
            Modes = [.. found.Modes],
            Untrusted = found.Rank - found.Modes.Length,
            Statistics = ConvergenceStatistics.Of(found.Modes, found.Options.Length, found.Options.Nearness),
            StateNorm = Norm(last),
            Movement = Distance(last, factor.Column(0)),
            Unexplained = found.Unexplained,
            LimitCoefficients = limit,
            LimitDistance = limit is null ? double.PositiveInfinity : Distance(la.Multiply(factor, limit), last),
            Coefficients = found.Coefficients,
        };
    }

    private static double Norm(ReadOnlySpan<double> x) => TensorPrimitives.Norm(x);

    private static double Distance(ReadOnlySpan<double> x, ReadOnlySpan<double> y) =>
        TensorPrimitives.Distance(x, y);
}
