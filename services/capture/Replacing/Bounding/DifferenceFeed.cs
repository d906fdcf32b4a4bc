using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Capture.Replacing.Rows;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;

namespace KoopmanMesh.Capture.Replacing.Bounding;

/// <summary>
/// What original and hybrid differ by, row by row: in the outputs, and in each replaced region on the hybrid's own
/// input there.
/// </summary>
internal sealed class DifferenceFeed : IDisposable
{
    private readonly ReplacementJob _job;
    private readonly IReadOnlyList<Region> _regions;
    private readonly NetworkSession _original;
    private readonly NetworkSession _hybrid;
    private readonly List<NetworkSession> _parts = [];

    public DifferenceFeed(ReplacementJob job, HybridPlan plan, NetworkModel hybrid)
    {
        (_job, _regions) = (job, [.. plan.Offers.Select(offer => offer.Region)]);
        string[] probes = [.. _regions.SelectMany(region => (string[])[region.From.Name, region.To.Name])];
        _original = new NetworkSession(job.Model);
        _hybrid = new NetworkSession(hybrid, new NetworkSessionOptions { Probes = probes });
        _parts.AddRange(_regions.Select(region => new NetworkSession(
            GraphSurgery.Extract(job.Model, region.From.Name, region.To.Name))));
    }

    /// <summary>The calibration rows, then the test rows.</summary>
    public IEnumerable<DifferenceChunk> Read(CancellationToken cancellationToken) =>
        Read(RowParts.Calibrate, RowUse.Calibration, cancellationToken)
            .Concat(Read(RowParts.Test, RowUse.Test, cancellationToken));

    public void Dispose()
    {
        _original.Dispose();
        _hybrid.Dispose();
        _parts.ForEach(part => part.Dispose());
    }

    private IEnumerable<DifferenceChunk> Read(RowParts part, RowUse use, CancellationToken cancellationToken)
    {
        using var feed = _job.OpenFeed(part);
        while (feed.Read(cancellationToken))
        {
            yield return Compare(feed, use, cancellationToken);
        }
    }

    private DifferenceChunk Compare(PartFeed feed, RowUse use, CancellationToken cancellationToken)
    {
        var rows = feed.Count;
        var expected = _original.Run(feed.Rows, rows, cancellationToken).Output;
        var batch = _hybrid.Run(feed.Rows, rows, cancellationToken);
        var regions = new float[rows * _regions.Count];
        for (var r = 0; r < _regions.Count; r++)
        {
            var (from, to) = (batch[_regions[r].From.Name], batch[_regions[r].To.Name]);
            var own = _parts[r].Run(from, rows, cancellationToken).Output;
            for (var row = 0; row < rows; row++)
            {
                regions[(row * _regions.Count) + r] = RowDifference.Of(own.Span, to.Span, row, rows).Largest;
            }
        }

        var (outputs, norms) = (new float[rows], new float[rows]);
        var flips = new byte[expected.Length > rows ? rows : 0];
        for (var row = 0; row < rows; row++)
        {
            var difference = RowDifference.Of(expected.Span, batch.Output.Span, row, rows);
            (outputs[row], norms[row]) = (difference.Largest, difference.Norm);
            if (flips.Length > 0)
            {
                flips[row] = difference.Flips ? (byte)1 : (byte)0;
            }
        }

        return new DifferenceChunk
        {
            Use = use,
            Rows = rows,
            Regions = TensorCodec.Bytes<float>(regions),
            Output = TensorCodec.Bytes<float>(outputs),
            OutputNorm = TensorCodec.Bytes<float>(norms),
            Flips = Google.Protobuf.ByteString.CopyFrom(flips),
        };
    }
}
