using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>
/// Self-iterates every component from the sampled starts and streams the trajectories to the koopman service.
/// </summary>
internal sealed class TrajectorySender(FitService.FitServiceClient fits, ILinearAlgebra algebra)
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>Returns the digest of what was stored of each component; null where the shard has no start.</summary>
    public async Task<IReadOnlyList<string?>> SendAsync(
        Workspace workspace, ShardPlanned shard, StartSampler sampler, CancellationToken cancellationToken)
    {
        using var activity = CaptureTelemetry.Source.StartActivity("capture.self-iterate");
        var digests = new List<string?>();
        foreach (var component in workspace.Chain.Components)
        {
            var starts = sampler.Starts(component.Index);
            digests.Add(starts.Columns == 0
                ? null
                : await SendAsync(
                    workspace, shard, component, Trace(workspace, component, starts, cancellationToken),
                    cancellationToken));
        }

        return digests;
    }

    private (StepSource Source, Matrix[] States) Trace(
        Workspace workspace, Component component, Matrix starts, CancellationToken cancellationToken)
    {
        var (model, options) = (workspace.Chain.Model, workspace.Options);
        return options.StepSource == StepSource.InnerLayers
            && LayerTrajectory.Run(model, component, starts, options.MaxWidth, cancellationToken) is { } layers
            ? (StepSource.InnerLayers, layers)
            : (StepSource.SelfIteration, Iterate(workspace, component, starts, cancellationToken));
    }

    private Matrix[] Iterate(
        Workspace workspace, Component component, Matrix starts, CancellationToken cancellationToken)
    {
        var (before, after) = (workspace.Cuts[component.Index], workspace.Cuts[component.Index + 1]);
        using var map = new ComponentMap(workspace.Chain, component, before, after, algebra);
        var self = SelfMap.Of(map, component, before, after, starts, workspace.Options, algebra);
        return SelfIterator.Run(self, starts, workspace.Options.Steps, cancellationToken);
    }

    private async Task<string> SendAsync(
        Workspace workspace, ShardPlanned shard, Component component, (StepSource Source, Matrix[] States) trajectories,
        CancellationToken cancellationToken)
    {
        var states = trajectories.States;
        var (width, count) = (states[0].Rows, states[0].Columns);
        using var call = fits.StreamTrajectories(cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(
            new StreamTrajectoriesRequest
            {
                Header = new TrajectoriesHeader
                {
                    Key = new ComponentKey { RunId = shard.RunId, Component = component.Index, Shard = shard.Shard },
                    Width = width,
                    States = states.Length,
                    StepSource = trajectories.Source,
                    Options = workspace.Options,
                },
            },
            cancellationToken);
        var step = Math.Max(1, ChunkBytes / (sizeof(float) * states.Length * width));
        var values = new float[Math.Min(step, count) * states.Length * width];
        var window = new LentWindow<float>(values);
        var request = new StreamTrajectoriesRequest { Chunk = new TrajectoriesChunk() };
        for (var first = 0; first < count; first += step)
        {
            var rows = Math.Min(step, count - first);
            Interleave(states, first, rows, values);
            request.Chunk.Trajectories = rows;
            request.Chunk.States = window.At(0, rows * states.Length * width);
            await call.RequestStream.WriteAsync(request, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        return (await call.ResponseAsync).Digest;
    }

    /// <summary>From one matrix a step to [trajectories, states, width] row-major.</summary>
    private static void Interleave(Matrix[] states, int first, int rows, Span<float> values)
    {
        var width = states[0].Rows;
        for (var t = 0; t < rows; t++)
        {
            for (var k = 0; k < states.Length; k++)
            {
                System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(
                    states[k].Column(first + t), values.Slice(((t * states.Length) + k) * width, width));
            }
        }
    }
}
