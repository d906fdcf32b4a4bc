using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Runs;

/// <summary>What capture holds of one run: immutable, made again from the artifacts wherever it is missing.</summary>
/// <param name="Spec">What was asked, options resolved.</param>
/// <param name="Chain">The network, cut.</param>
/// <param name="Data">The rows.</param>
/// <param name="Order">How a data row becomes a network input.</param>
/// <param name="Labels">Class of each row; null without labels.</param>
/// <param name="Cuts">Each boundary of the chain, input first.</param>
internal sealed record Workspace(
    RunSpec Spec, ComponentChain Chain, DataSet Data, RowOrder Order, int[]? Labels, IReadOnlyList<Cut> Cuts)
{
    public AnalysisOptions Options => Spec.Options;

    /// <summary>Opens a pass over a range of rows, every <paramref name="stride"/>-th of them.</summary>
    public RowFeed OpenFeed(long firstRow, long rows, int batchRows, long stride = 1) =>
        new(Data, Order, firstRow, rows, batchRows, stride);

    /// <summary>Rows of a batch that keeps the activations at all cuts together near 32 MiB.</summary>
    public int BatchRows
    {
        get
        {
            const long elements = 8 << 20;
            const int most = 1024;
            var perRow = Cuts.Sum(cut => (long)cut.Layout.Width);
            return (int)Math.Clamp(elements / perRow, 1, most);
        }
    }
}
