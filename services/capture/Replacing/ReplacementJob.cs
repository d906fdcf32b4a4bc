using KoopmanMesh.Capture.Boxes;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Capture.Replacing.Rows;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Networks;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Replacing;

/// <summary>What is worked on: one replacement run, opened.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Inputs">Model, rows and labels.</param>
/// <param name="Split">What each row is used for.</param>
/// <param name="Regions">What may be replaced.</param>
/// <param name="Box">For sound bounds and unstable ReLUs.</param>
/// <param name="Operations">Of one row of the original.</param>
/// <param name="Warnings">Grows with the work: one sentence each.</param>
internal sealed record ReplacementJob(
    string RunId, RunInputs Inputs, RowSplit Split, IReadOnlyList<Region> Regions, FeatureBox Box, long Operations,
    List<string> Warnings)
{
    private const long BatchElements = 8 << 20;
    private const int MostBatchRows = 1024;

    public ReplacementOptions Options => Inputs.Spec.Replacement;

    public NetworkModel Model => Inputs.Chain.Model;

    /// <summary>Whether the user named the regions.</summary>
    public bool Named => Options.Regions.Count > 0;

    public Measure Measure => Measures.Of(Inputs.Labels is not null, Model.Output.Width);

    /// <summary>Rows of a batch that keeps the activations at all cuts together near 32 MiB.</summary>
    public int BatchRows => (int)Math.Clamp(
        BatchElements / Inputs.Chain.Boundaries.Sum(cut => (long)cut.Width), 1, MostBatchRows);

    /// <summary>Opens a pass over the rows of some parts.</summary>
    public PartFeed OpenFeed(RowParts parts) => new(Inputs, Split, parts, BatchRows);
}
