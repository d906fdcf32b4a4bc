using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.Training.Forecasting;

namespace KoopmanMesh.Experiments.Dynamics.MnistForecast;

/// <summary>How E3.2 is run; the defaults are those of the third-party re-implementation (methods P3.6).</summary>
internal sealed record MnistForecastOptions
{
    /// <summary>Inputs, hidden widths, classes.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [784, 20, 20, 20, 10];

    /// <summary>Rows of a step.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Epochs before the window.</summary>
    public int BurnIn { get; init; } = 2;

    /// <summary>Epochs of the window.</summary>
    public int Fitted { get; init; } = 3;

    /// <summary>Steps ahead, ascending; the last is the headline.</summary>
    public IReadOnlyList<int> Horizons { get; init; } = [1, 7, 67, 134, 469, 938];

    /// <summary>What is made of the window's snapshots before the fit.</summary>
    public IReadOnlyList<SnapshotData> Data { get; init; } =
    [
        new("every step, 3 epochs", 2_814, 1, false), new("every step, 1 epoch", 938, 1, false),
        new("every 7th step", 2_814, 7, false), new("every 67th step", 2_814, 67, false),
        new("means of 67 steps", 2_814, 67, true),
    ];

    /// <summary>The partitions into small blocks, for all snapshots.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = ["node", "patch:8", "weight"];

    /// <summary>Those with blocks of thousands of weights, which are fitted in the space of the snapshots.</summary>
    public IReadOnlyList<string> LargePartitions { get; init; } = ["quasi-layer:5", "layer", "full"];

    /// <summary>Snapshots up to which large partitions are tried: their fit is quadratic in them.</summary>
    public int MostOfLarge { get; init; } = 1_000;

    /// <summary>Every predictor that is tried on so many snapshots.</summary>
    public IEnumerable<Predictor> Predictors(int snapshots) =>
    [
        Predictor.Standing, Predictor.Mean, Predictor.Line, .. Partitions.SelectMany(Koopman),
        .. snapshots <= MostOfLarge ? LargePartitions.SelectMany(Koopman) : [],
    ];

    // The published operator and ours.
    private static IEnumerable<Predictor> Koopman(string partition)
    {
        yield return Predictor.Koopman($"{partition}, as published", new ForecastOptions
        {
            Partition = Partition.Parse(partition),
            HasConstant = false,
            Clip = double.PositiveInfinity,
            RelativeTolerance = 6e-13,
        });
        yield return Predictor.Koopman(
            $"{partition}, affine, clipped", new ForecastOptions { Partition = Partition.Parse(partition) });
    }
}

/// <summary>Snapshots made of those of every step.</summary>
/// <param name="Name">As tables show it.</param>
/// <param name="Steps">Of training, the last ones of the window.</param>
/// <param name="Stride">Steps from one to the next.</param>
/// <param name="IsMean">Each the mean of the steps since the one before, rather than the last of them.</param>
internal sealed record SnapshotData(string Name, int Steps, int Stride, bool IsMean);
