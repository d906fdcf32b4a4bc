using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Runs;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>Takes the self-iterated trajectories of one component and shard.</summary>
internal sealed class TrajectoryIntake(TrajectoryStore store, RunCancellations cancellations)
{
    /// <summary>Most numbers of all trajectories together: 1 GiB in float32.</summary>
    private const long MaxElements = 1L << 28;

    private const int MaxStates = 65;

    public async Task<StreamTrajectoriesResponse> TakeAsync(
        IAsyncStreamReader<StreamTrajectoriesRequest> stream, CancellationToken cancellationToken)
    {
        var header = await ReadHeaderAsync(stream, cancellationToken);
        using var linked = cancellations.Link(header.Key.RunId, cancellationToken);
        var states = new List<float>();
        var size = header.States * header.Width;
        while (await stream.MoveNext(linked.Token))
        {
            if (stream.Current.PartCase != StreamTrajectoriesRequest.PartOneofCase.Chunk)
            {
                throw new InvalidRequestException(
                    "TRAJECTORIES_PART_INVALID",
                    $"after its header a stream of trajectories has chunks only, got {stream.Current.PartCase}",
                    "part");
            }

            var chunk = stream.Current.Chunk;
            if (chunk.Trajectories < 1 || states.Count + ((long)chunk.Trajectories * size) > MaxElements)
            {
                throw new InvalidRequestException(
                    "TRAJECTORIES_TOO_MANY",
                    $"a chunk has {chunk.Trajectories} trajectories of {size} numbers after {states.Count} numbers, "
                    + $"expected at least one and at most {MaxElements} numbers in all",
                    "chunk.trajectories");
            }

            states.AddRange(TensorCodec.View<float>(chunk.States, (long)chunk.Trajectories * size, "chunk.states"));
        }

        var trajectories = new SelfIterations(ByStep(states, header.States, header.Width), header.StepSource);
        var digest = await store.SaveAsync(trajectories, linked.Token);
        return new StreamTrajectoriesResponse { Trajectories = trajectories.Count, Digest = digest };
    }

    private static async Task<TrajectoriesHeader> ReadHeaderAsync(
        IAsyncStreamReader<StreamTrajectoriesRequest> stream, CancellationToken cancellationToken)
    {
        if (!await stream.MoveNext(cancellationToken)
            || stream.Current.PartCase != StreamTrajectoriesRequest.PartOneofCase.Header)
        {
            throw new InvalidRequestException(
                "TRAJECTORIES_HEADER_MISSING", "a stream of trajectories starts with a header message, got none",
                "header");
        }

        var header = stream.Current.Header;
        StreamKeys.Require(header.Key);
        StreamKeys.RequireWidth(header.Width, "header.width");
        return header.States is >= 2 and <= MaxStates
            ? header
            : throw new InvalidRequestException(
                "TRAJECTORIES_STATES_INVALID",
                $"header.states is {header.States}, expected 2 to {MaxStates} states of each trajectory",
                "header.states");
    }

    /// <summary>From trajectory-major to one matrix a step, width × trajectories.</summary>
    private static Matrix[] ByStep(List<float> states, int steps, int width)
    {
        var count = states.Count / (steps * width);
        var matrices = new Matrix[steps];
        for (var k = 0; k < steps; k++)
        {
            matrices[k] = new Matrix(width, count);
            for (var t = 0; t < count; t++)
            {
                var column = matrices[k].Column(t);
                var start = ((t * steps) + k) * width;
                for (var i = 0; i < width; i++)
                {
                    column[i] = states[start + i];
                }
            }
        }

        return matrices;
    }
}
