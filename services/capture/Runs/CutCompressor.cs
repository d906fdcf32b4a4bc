using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Capture.Runs;

/// <summary>
/// Finds the principal directions in which wide cuts are told (methods P0.8), by a streaming PCA over an even sample of
/// the rows: the same rows, in the same order, whoever asks.
/// </summary>
internal sealed class CutCompressor(ILinearAlgebra algebra)
{
    /// <summary>Directions kept of a wide cut.</summary>
    public const int Rank = 512;

    /// <summary>Rows sampled: four for each direction.</summary>
    private const int SampleRows = 4 * Rank;

    private const int BatchRows = 256;

    /// <summary>Every boundary of the chain; wide ones with their directions.</summary>
    public IReadOnlyList<Cut> Compress(RunInputs inputs)
    {
        var boundaries = inputs.Chain.Boundaries;
        var wide = boundaries
            .Where(b => b.Width > inputs.Spec.Options.MaxWidth)
            .ToDictionary(
                b => b.Name,
                b => new IncrementalPca(b.Width, RunPlanner.WidthAt(b.Width, inputs.Spec.Options), algebra));
        if (wide.Count > 0)
        {
            using var network = new ProbedNetwork(inputs.Chain);
            var stride = Math.Max(1, inputs.Data.Rows / SampleRows);
            using var feed = new RowFeed(inputs.Data, inputs.Order, 0, inputs.Data.Rows, BatchRows, stride);
            while (feed.Read())
            {
                var batch = network.Capture(feed.Rows, feed.Count);
                foreach (var (tensor, pca) in wide)
                {
                    pca.Add(batch[tensor].Span, feed.Count);
                }
            }
        }

        return [.. boundaries.Select(b => new Cut(b, wide.GetValueOrDefault(b.Name)?.Finish()))];
    }
}
