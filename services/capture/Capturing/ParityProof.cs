using KoopmanMesh.Networks.Execution;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>Proof, on the first rows of a shard, that what is captured is what runs.</summary>
internal sealed class ParityProof(ProbedNetwork network, long wantedRows)
{
    /// <summary>Relative difference above which a run fails.</summary>
    private const double Limit = 1e-5;

    private readonly double[] _replay = new double[network.Chain.Components.Count];

    public long Rows { get; private set; }

    public double Difference { get; private set; }

    public bool Bitwise { get; private set; } = true;

    public IReadOnlyList<double> ReplayDifferences => _replay;

    /// <summary>
    /// Compares a batch if more rows are wanted. The capture of the batch is no longer valid afterwards.
    /// </summary>
    /// <exception cref="ParityViolationException">Probed or replayed outputs differ by more than 1e-5
    /// relative.</exception>
    public void Check(ReadOnlyMemory<float> rows, int count, CancellationToken cancellationToken)
    {
        if (Rows >= wantedRows)
        {
            return;
        }

        var parity = network.Parity(rows, count, cancellationToken);
        Rows += count;
        Difference = Math.Max(Difference, parity.MaximumRelative);
        Bitwise &= parity.Identical;
        Require("the network with probes", Difference);
        foreach (var replay in network.Replay(rows, count, cancellationToken))
        {
            var i = replay.Component.Index;
            _replay[i] = Math.Max(_replay[i], replay.Difference.MaximumRelative);
            Require($"component {replay.Component.Name} replayed by itself", _replay[i]);
        }
    }

    private static void Require(string what, double difference)
    {
        if (!(difference <= Limit))
        {
            throw new ParityViolationException(what, difference, Limit);
        }
    }
}
