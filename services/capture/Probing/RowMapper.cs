using System.Runtime.CompilerServices;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Capture.Probing;

/// <summary>
/// What a network makes of rows, as the frames of two tensors. A pass for the inputs and one for the outputs: memory is
/// that of a batch.
/// </summary>
internal sealed class RowMapper(ModelDesk models, IArtifactStore artifacts)
{
    private const int ChunkElements = TensorCodec.ChunkBytes / sizeof(float);

    /// <summary>The frames; a chunk shares memory that the next one may overwrite.</summary>
    public async IAsyncEnumerable<TensorFrame> MapAsync(
        MapRowsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var model = await models.LoadAsync(request.Model, cancellationToken);
        var rows = ProbeRows.Open(request.Data, ProbeRows.Limit(request.DataOptions, request.Rows), model, artifacts);
        using var session = new NetworkSession(model);
        foreach (var frame in Frames("inputs", model.Input, rows, feed => feed.Rows))
        {
            yield return frame;
        }

        foreach (var frame in Frames("outputs", model.Output, rows, Outputs))
        {
            yield return frame;
        }

        ReadOnlyMemory<float> Outputs(RowFeed feed) =>
            Finite(session.Run(feed.Rows, feed.Count, cancellationToken).Output, model.Output, feed.FirstRow);
    }

    private static IEnumerable<TensorFrame> Frames(
        string name, TensorLayout layout, ProbeRows rows, Func<RowFeed, ReadOnlyMemory<float>> batch)
    {
        var header = new TensorHeader
        {
            Name = name,
            ElementType = ElementType.Float32,
            Shape = { rows.Data.Rows, layout.Width },
        };
        header.ByteLength = TensorCodec.ByteLength(header);
        yield return new TensorFrame { Header = header };
        using var feed = rows.OpenFeed();
        while (feed.Read())
        {
            var values = batch(feed);
            for (var i = 0; i < values.Length; i += ChunkElements)
            {
                var part = values.Slice(i, Math.Min(ChunkElements, values.Length - i));
                yield return new TensorFrame { Chunk = new TensorChunk { Data = TensorCodec.Bytes(part) } };
            }
        }
    }

    private static ReadOnlyMemory<float> Finite(ReadOnlyMemory<float> values, TensorLayout layout, long firstRow)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values.Span[i]))
            {
                throw new NonFiniteActivationException(
                    layout.Name, firstRow + (i / layout.Width), i % layout.Width, values.Span[i]);
            }
        }

        return values;
    }
}
