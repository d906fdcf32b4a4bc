using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Jumps;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>How a run is made to jump.</summary>
internal sealed record JumpSettings
{
    /// <summary>As tables show it.</summary>
    public required string Name { get; init; }

    /// <summary>Steps from one snapshot to the next.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Whether a snapshot is the mean of the steps since the one before, not the last of them.</summary>
    public bool IsMean { get; init; }

    /// <summary>How far, and after how many snapshots: these are what is fitted.</summary>
    public required JumpOptions Jump { get; init; }

    /// <summary>How the weights are predicted; null proposes the mean of the snapshots, by no operator.</summary>
    public ForecastOptions? Forecast { get; init; } = new();

    /// <summary>A window of snapshots, a first horizon as long, and ten windows at most.</summary>
    public static JumpSettings Of(int window, int stride, bool isMean, string partition, double clip = 1) => new()
    {
        Name = $"{partition}, {window} snapshots of {stride} steps{(isMean ? ", means" : "")}"
            + (double.IsInfinity(clip) ? ", not clipped" : ""),
        Stride = stride,
        IsMean = isMean,
        Jump = new JumpOptions { Horizon = window, LongestHorizon = 10 * window, Rest = window },
        Forecast = new ForecastOptions { Partition = Partition.Parse(partition), Clip = clip },
    };
}
