using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// Step-delay embedding, newest first: h_k = [z_k; z_(k-1); …; z_(k-q+1)], pairs (h_k, h_(k+1)) within one trajectory
/// and never across two. A state with a NaN or infinite element was not taken: no pair touches it. With q ≥ 2 the
/// operator of the pairs never predicts z_1 from z_0 alone: it is right for spectra, while Jacobians and replacement
/// need q = 1.
/// </summary>
public static class DelayEmbedding
{
    /// <summary>From trajectories, each n × T_t with columns in time order. O(q n · pairs).</summary>
    /// <exception cref="NoSnapshotPairsException">No two successive states are finite.</exception>
    public static SnapshotPairs FromTrajectories(IReadOnlyList<Matrix> trajectories, DelayEmbeddingOptions options) =>
        Embed(Trajectories.Each(trajectories), options);

    /// <summary>
    /// From batches: steps[k] is n × M, its column j the state of sample j after k steps. O(q n · pairs).
    /// </summary>
    /// <exception cref="NoSnapshotPairsException">No two successive states are finite.</exception>
    public static SnapshotPairs FromSteps(IReadOnlyList<Matrix> steps, DelayEmbeddingOptions options) =>
        Embed(Trajectories.Steps(steps), options);

    private static SnapshotPairs Embed(Trajectories source, DelayEmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Delays, 1, nameof(options));
        if (!(options.StepDecay > 0 && options.StepDecay <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.StepDecay, "the decay of step weights lies in (0, 1]");
        }

        var runs = FiniteRuns(source, out var finite, out var dropped);
        var delays = options.Delays;
        var starts = Starts(runs, delays);
        while (starts.Count == 0 && delays > 1)
        {
            delays--;
            starts = Starts(runs, delays);
        }

        if (starts.Count == 0)
        {
            throw new NoSnapshotPairsException(source.Count, finite);
        }

        return Fill(source, starts, delays, options.StepDecay) with { DroppedStates = dropped };
    }

    private static SnapshotPairs Fill(
        Trajectories source, List<(int Trajectory, int State)> starts, int delays, double decay)
    {
        var n = source.Width;
        var x = new Matrix(checked(n * delays), starts.Count);
        var y = new Matrix(n * delays, starts.Count);
        var weights = new double[starts.Count];
        ParallelProducts.Columns(starts.Count, x.AsMemory().Length, (start, count) =>
        {
            for (var j = start; j < start + count; j++)
            {
                var (t, k) = starts[j];
                for (var block = 0; block < delays; block++)
                {
                    var newest = k + delays - 1 - block;
                    source.State(t, newest).CopyTo(x.Column(j)[(block * n)..]);
                    source.State(t, newest + 1).CopyTo(y.Column(j)[(block * n)..]);
                }

                weights[j] = Math.Pow(decay, k);
            }
        });
        return new SnapshotPairs(x, y, weights) { Delays = delays };
    }

    /// <summary>For every state, how many finite states follow in a row, itself included.</summary>
    private static int[][] FiniteRuns(Trajectories source, out int finite, out int dropped)
    {
        var runs = new int[source.Count][];
        (finite, dropped) = (0, 0);
        for (var t = 0; t < runs.Length; t++)
        {
            runs[t] = new int[source.Length(t)];
            for (var k = runs[t].Length - 1; k >= 0; k--)
            {
                if (double.IsFinite(Guard.LargestMagnitude(source.State(t, k))))
                {
                    runs[t][k] = 1 + (k + 1 < runs[t].Length ? runs[t][k + 1] : 0);
                    finite++;
                }
                else
                {
                    dropped++;
                }
            }
        }

        return runs;
    }

    /// <summary>Oldest states of the pairs: q + 1 finite states in a row from each.</summary>
    private static List<(int Trajectory, int State)> Starts(int[][] runs, int delays)
    {
        var starts = new List<(int, int)>();
        for (var t = 0; t < runs.Length; t++)
        {
            for (var k = 0; k < runs[t].Length; k++)
            {
                if (runs[t][k] > delays)
                {
                    starts.Add((t, k));
                }
            }
        }

        return starts;
    }
}
