using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Running;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One reproduction as the command line asks for it.</summary>
internal sealed record ReproduceSettings
{
    public required ReproductionRecipe Recipe { get; init; }

    public required ReproductionOptions Options { get; init; }

    public required string Output { get; init; }

    /// <summary>MNIST's folder; null where the data is sampled.</summary>
    public string? Data { get; init; }

    /// <summary>As the report quotes it.</summary>
    public required string CommandLine { get; init; }
}
