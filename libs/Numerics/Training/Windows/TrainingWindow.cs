using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Verdicts;

namespace KoopmanMesh.Numerics.Training.Windows;

/// <summary>What one window of training was found to be. Immutable; its matrix is not to be written to.</summary>
public sealed record TrainingWindow
{
    /// <summary>How it was decomposed.</summary>
    public required WindowOptions Options { get; init; }

    /// <summary>The layer looked at; empty for everything.</summary>
    public string Layer { get; init; } = "";

    /// <summary>Step of the first snapshot.</summary>
    public long FirstStep { get; init; }

    /// <summary>Step of the last snapshot.</summary>
    public long LastStep { get; init; }

    /// <summary>Directions kept.</summary>
    public required int Rank { get; init; }

    /// <summary>Trusted Ritz pairs, most important first, conjugates adjacent.</summary>
    public required ImmutableArray<TrainingMode> Modes { get; init; }

    /// <summary>Ritz pairs left out for their residual.</summary>
    public required int Untrusted { get; init; }

    /// <summary>What the trusted pairs say about the end of training.</summary>
    public required ConvergenceStatistics Statistics { get; init; }

    /// <summary>Norm of the last snapshot.</summary>
    public required double StateNorm { get; init; }

    /// <summary>Norm of the last snapshot less the first.</summary>
    public required double Movement { get; init; }

    /// <summary>
    /// Fraction of the snapshots' deviation from their mean that the trusted modes miss, in [0, …): near 1 says that
    /// the window is noise or nonlinear to them, and that the statistics are over little.
    /// </summary>
    public required double Unexplained { get; init; }

    /// <summary>||w_inf - w|| from the last snapshot; infinite without a limit.</summary>
    public required double LimitDistance { get; init; }

    /// <summary>Loss at the first snapshot, as <see cref="LossSlope"/> chooses it; null when unknown.</summary>
    public double? FirstLoss { get; init; }

    /// <summary>Loss at its last snapshot.</summary>
    public double? LastLoss { get; init; }

    /// <summary>Relative change of the loss a snapshot (<see cref="Verdicts.LossSlope"/>); null when unknown.</summary>
    public double? LossSlope { get; init; }

    /// <summary>a with w_inf = G a over the window's snapshots; null when no trusted mode is near one.</summary>
    public required IReadOnlyList<double>? LimitCoefficients { get; init; }

    /// <summary>
    /// Snapshots × modes: G a_j = b_j z_j, mode j with its amplitude at the first stacked snapshot (the window's first
    /// without delays).
    /// </summary>
    public required ComplexMatrix Coefficients { get; init; }

    /// <summary>True when a trusted mode is near one.</summary>
    public bool HasLimit => LimitCoefficients is not null;

    /// <summary>A trusted eigenvalue lies beyond <see cref="ConvergenceStatistics.UnstableBeyond"/>.</summary>
    public bool IsUnstable => Statistics.Instability > ConvergenceStatistics.UnstableBeyond;

    /// <summary>
    /// The window alone says that nothing of note will move: rho and tau / ||g|| as the options ask. Stopping itself
    /// asks for several such windows and a flat loss (<see cref="StopRule"/>).
    /// </summary>
    public bool IsSettled(StopOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Statistics.NearOneMass >= options.NearOneMass
            && Statistics.TransientMass <= options.TransientMass * StateNorm;
    }

    /// <summary>w_inf = sum over |lambda_j - 1| ≤ eps of b_j z_j (methods P1.4), p long. One pass, O(p W).</summary>
    /// <param name="window">The snapshots that were analysed (those of the layer, if it was one).</param>
    /// <param name="cancellationToken">Looked at between slabs.</param>
    /// <exception cref="NoLimitException">No trusted mode is near one.</exception>
    /// <exception cref="ShapeMismatchException">These are not as many snapshots.</exception>
    public double[] Limit(ITrajectory window, CancellationToken cancellationToken = default)
    {
        var seen = Check(window);
        var coefficients = (LimitCoefficients ?? throw new NoLimitException(this)).ToArray();
        var limit = new double[checked((int)seen.Layout.Count)];
        TrajectorySlabs.ForEach(seen, Options.SlabRows, (first, slab) =>
            Combine(slab, coefficients, limit.AsSpan((int)first, slab.Rows)), cancellationToken);
        return limit;
    }

    /// <summary>
    /// t_i = sum over the other modes with |lambda_j| ≤ 1 of |b_j z_ji| (methods P1.6): how much each parameter was
    /// still to move when the window began; p long. One pass, O(p W r).
    /// </summary>
    /// <param name="window">The snapshots that were analysed (those of the layer, if it was one).</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="cancellationToken">Looked at between slabs.</param>
    /// <exception cref="ShapeMismatchException">These are not as many snapshots.</exception>
    public double[] Transients(ITrajectory window, ILinearAlgebra la, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(la);
        var seen = Check(window);
        var transients = new double[checked((int)seen.Layout.Count)];
        var (re, im) = TransientCoefficients();
        TrajectorySlabs.ForEach(seen, Options.SlabRows, (first, slab) =>
            AddMagnitudes(slab, re, im, transients.AsSpan((int)first, slab.Rows), la), cancellationToken);
        return transients;
    }

    /// <summary>
    /// Re and Im of the transients' coefficients, snapshots × modes; one of each conjugate pair, doubled.
    /// </summary>
    internal (Matrix Re, Matrix Im) TransientCoefficients()
    {
        var kept = new List<(int Mode, int Count)>();
        for (var j = 0; j < Modes.Length; j++)
        {
            var lambda = Modes[j].Eigenvalue;
            var near = ConvergenceStatistics.IsNearOne(lambda, Options.Nearness);
            if (!near && Complex.Abs(lambda) <= 1 && lambda.Imaginary >= 0)
            {
                kept.Add((j, lambda.Imaginary > 0 ? 2 : 1));
            }
        }

        var (re, im) = (new Matrix(Coefficients.Rows, kept.Count), new Matrix(Coefficients.Rows, kept.Count));
        for (var j = 0; j < kept.Count; j++)
        {
            for (var k = 0; k < re.Rows; k++)
            {
                var value = kept[j].Count * Coefficients[k, kept[j].Mode];
                (re[k, j], im[k, j]) = (value.Real, value.Imaginary);
            }
        }

        return (re, im);
    }

    /// <summary>slab · coefficients.</summary>
    internal static void Combine(Matrix slab, ReadOnlySpan<double> coefficients, Span<double> sum)
    {
        sum.Clear();
        for (var k = 0; k < slab.Columns; k++)
        {
            TensorPrimitives.MultiplyAdd(slab.Column(k), coefficients[k], sum, sum);
        }
    }

    /// <summary>Adds sum over the columns of |slab · (re + i im)|.</summary>
    internal static void AddMagnitudes(Matrix slab, Matrix re, Matrix im, Span<double> sum, ILinearAlgebra la)
    {
        var (real, imaginary) = (la.Multiply(slab, re), la.Multiply(slab, im));
        for (var j = 0; j < re.Columns; j++)
        {
            TensorPrimitives.Hypot<double>(
                real.Column(j), imaginary.Column(j), real.Column(j));
            TensorPrimitives.Add(sum, real.Column(j), sum);
        }
    }

    /// <summary>The trajectory that the window was analysed on, the layer of it if it was one.</summary>
    internal ITrajectory Check(ITrajectory window)
    {
        ArgumentNullException.ThrowIfNull(window);
        Guard.Length(window.Snapshots.Count, Coefficients.Rows, "the window");
        return Layer.Length == 0 ? window : new LayerTrajectory(window, Layer);
    }
}
