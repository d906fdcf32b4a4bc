using KoopmanMesh.Experiments.Dynamics;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One experiment on training as the command line asks for it.</summary>
internal sealed record ReproduceDynamicsSettings
{
    /// <summary>More tell no experiment anything.</summary>
    public const int MostSeeds = 1_000;

    public required IExperiment Experiment { get; init; }

    public required int Seeds { get; init; }

    public required string Output { get; init; }

    /// <summary>MNIST's folder; null where it is not read.</summary>
    public string? Mnist { get; init; }

    /// <summary>As the report quotes it.</summary>
    public required string CommandLine { get; init; }
}
