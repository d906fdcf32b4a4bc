using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Training.Pruning;

/// <summary>
/// Pruning by Koopman modes (the idea of Manojlović et al. 2020, arXiv 2006.11765; the score is a reconstruction,
/// methods P1.6 [R]): s_i = |w_inf,i| + alpha t_i, small where a parameter ends near zero and no longer moves. alpha =
/// 0 is Koopman magnitude pruning (Redman et al. 2022, methods S2).
/// </summary>
public static class KoopmanPruning
{
    /// <summary>The default of alpha.</summary>
    public const double DefaultAlpha = 1;

    /// <summary>Parameters whose transient is at most this fraction of the largest can stop being trained.</summary>
    public const double FrozenBelow = 1e-4;

    /// <summary>Scores every parameter. One pass over the window in slabs, O(p W r); 8 bytes a parameter.</summary>
    /// <param name="snapshots">The snapshots that <paramref name="window"/> was made of.</param>
    /// <param name="window">Their modes.</param>
    /// <param name="alpha">Weight of the transient, finite and ≥ 0.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="cancellationToken">Looked at between slabs.</param>
    /// <exception cref="NoLimitException">No trusted mode is near one.</exception>
    /// <exception cref="ShapeMismatchException">These are not the window's snapshots.</exception>
    public static PruningScores Score(
        ITrajectory snapshots, TrainingWindow window, double alpha, ILinearAlgebra la,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(la);
        if (!(alpha >= 0 && double.IsFinite(alpha)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(alpha), alpha, "the weight of the transient is finite and not negative");
        }

        var seen = window.Check(snapshots);
        var limit = (window.LimitCoefficients ?? throw new NoLimitException(window)).ToArray();
        var (re, im) = window.TransientCoefficients();
        var count = checked((int)seen.Layout.Count);
        var (scores, transients) = (new float[count], new float[count]);
        TrajectorySlabs.ForEach(seen, window.Options.SlabRows, (first, slab) =>
        {
            var (w, t) = (new double[slab.Rows], new double[slab.Rows]);
            TrainingWindow.Combine(slab, limit, w);
            TrainingWindow.AddMagnitudes(slab, re, im, t, la);
            TensorPrimitives.ConvertTruncating<double, float>(t, transients.AsSpan((int)first, slab.Rows));
            TensorPrimitives.Abs<double>(w, w);
            TensorPrimitives.MultiplyAdd<double>(t, alpha, w, w);
            TensorPrimitives.ConvertTruncating<double, float>(w, scores.AsSpan((int)first, slab.Rows));
        }, cancellationToken);
        return new PruningScores(seen.Layout, alpha, scores, transients);
    }

    /// <summary>|w_i| of one snapshot: the scores of magnitude pruning, to compare with. O(p).</summary>
    public static PruningScores Magnitudes(ITrajectory trajectory, int index)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        var scores = new float[checked((int)trajectory.Layout.Count)];
        var piece = new double[Math.Min(TrajectorySlabs.DefaultRows, scores.Length)];
        for (var first = 0; first < scores.Length; first += piece.Length)
        {
            var values = piece.AsSpan(0, Math.Min(piece.Length, scores.Length - first));
            trajectory.Read(index, first, values);
            TensorPrimitives.Abs<double>(values, values);
            TensorPrimitives.ConvertTruncating<double, float>(values, scores.AsSpan(first, values.Length));
        }

        return new PruningScores(trajectory.Layout, 0, scores, default);
    }

    /// <summary>
    /// Prunes exactly floor(fraction · prunable) parameters, those of the smallest scores, of equal ones those that
    /// come first. O(p).
    /// </summary>
    /// <param name="scores">The scores.</param>
    /// <param name="fraction">In [0, 1).</param>
    /// <param name="perTensor">Prune this fraction of every tensor instead of all together.</param>
    /// <param name="biases">Prune tensors of fewer than two extents too.</param>
    /// <exception cref="ArgumentException">Nothing may be pruned.</exception>
    public static PruningMask Mask(PruningScores scores, double fraction, bool perTensor = false, bool biases = false)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (!(fraction is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "the fraction to prune lies in [0, 1)");
        }

        var ranges = Prunable(scores.Layout, biases);
        var keep = new byte[scores.Scores.Length];
        keep.AsSpan().Fill(1);
        var (pruned, threshold) = (0L, 0f);
        foreach (var group in perTensor ? ranges.Select(range => new[] { range }) : [ranges])
        {
            var (count, largest) = Prune(scores.Scores.Span, group, fraction, keep);
            (pruned, threshold) = (pruned + count, Math.Max(threshold, largest));
        }

        var fractions = Enumerable.Range(0, scores.Layout.Tensors.Length).Select(tensor =>
        {
            var (start, count) = Range(scores.Layout, tensor);
            return (double)keep.AsSpan(start, count).Count((byte)0) / count;
        });
        return new PruningMask(keep, ranges.Sum(range => (long)range.Count), pruned, threshold, [.. fractions]);
    }

    /// <summary>
    /// 1 for parameters that can stop being trained, t_i ≤ 1e-4 of the largest, 0 for the others; p long (methods
    /// P1.6). Without any trusted transient nothing is known to settle sooner than the rest, and nothing is frozen.
    /// </summary>
    /// <exception cref="ArgumentException">The scores are magnitudes, which know nothing of transients.</exception>
    public static byte[] Frozen(PruningScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Transients.IsEmpty)
        {
            throw new ArgumentException("scores by Koopman modes are needed, got magnitudes", nameof(scores));
        }

        var transients = scores.Transients.Span;
        var bound = FrozenBelow * TensorPrimitives.Max(transients);
        var frozen = new byte[transients.Length];
        for (var i = 0; bound > 0 && i < frozen.Length; i++)
        {
            frozen[i] = transients[i] <= bound ? (byte)1 : (byte)0;
        }

        return frozen;
    }

    private static (long Count, float Threshold) Prune(
        ReadOnlySpan<float> scores, IReadOnlyList<(int Start, int Count)> ranges, double fraction, byte[] keep)
    {
        // 0.7 · 10 is 7, whatever the bits say.
        var count = (long)Math.Floor((fraction * ranges.Sum(range => (long)range.Count)) + 1e-6);
        if (count == 0)
        {
            return (0, 0);
        }

        var (threshold, ties) = SmallestScores.Select(scores, ranges, count);
        foreach (var (start, length) in ranges)
        {
            for (var i = start; i < start + length; i++)
            {
                if (scores[i] < threshold || (scores[i] == threshold && ties-- > 0))
                {
                    keep[i] = 0;
                }
            }
        }

        return (count, threshold);
    }

    private static (int Start, int Count)[] Prunable(ParameterLayout layout, bool biases)
    {
        var ranges = Enumerable.Range(0, layout.Tensors.Length)
            .Where(tensor => biases || layout.Tensors[tensor].Shape.Length >= 2)
            .Select(tensor => Range(layout, tensor)).ToArray();
        return ranges.Length > 0 ? ranges : throw new ArgumentException(
            $"at least one tensor of two extents was expected, got {layout.Tensors[0]}"
            + (layout.Tensors.Length > 1 ? $" and {layout.Tensors.Length - 1} like it" : "")
            + "; tensors of fewer are pruned only when biases are");
    }

    private static (int Start, int Count) Range(ParameterLayout layout, int tensor) =>
        (checked((int)layout.Start(tensor)), checked((int)layout.Tensors[tensor].Count));
}
