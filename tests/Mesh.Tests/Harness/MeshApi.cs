using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>
/// A client as it should be where any process may die: whatever fails for want of a replica is asked again.
/// </summary>
internal sealed class MeshApi : IDisposable
{
    private const int UploadChunk = 64 * 1024;

    private readonly GrpcChannel[] _channels;
    private readonly RunService.RunServiceClient[] _clients;
    private int _next;

    public MeshApi(Uri[] endpoints)
    {
        _channels = [.. endpoints.Select(GrpcChannel.ForAddress)];
        _clients = [.. _channels.Select(static c => new RunService.RunServiceClient(c))];
    }

    public Task<ArtifactRef> UploadAsync(string name, byte[] content, CancellationToken ct) => AskAsync(
        async client =>
        {
            using var call = client.UploadArtifact(cancellationToken: ct);
            await call.RequestStream.WriteAsync(
                new UploadArtifactRequest { Header = new ArtifactHeader { Name = name } }, ct);
            for (var at = 0; at < content.Length; at += UploadChunk)
            {
                var piece = ByteString.CopyFrom(content, at, Math.Min(UploadChunk, content.Length - at));
                await call.RequestStream.WriteAsync(new UploadArtifactRequest { Data = piece }, ct);
            }

            await call.RequestStream.CompleteAsync();
            return new ArtifactRef { Digest = (await call.ResponseAsync).Digest, Name = name };
        },
        ct);

    /// <summary>Submits under a key, so that asking again makes no second run.</summary>
    public async Task<string> SubmitAsync(RunSpec spec, string key, CancellationToken ct)
    {
        var request = new SubmitRunRequest { Spec = spec, IdempotencyKey = key };
        return (await AskAsync(client => client.SubmitRunAsync(request, cancellationToken: ct).ResponseAsync, ct))
            .Status.RunId;
    }

    public async Task<RunStatus> GetAsync(string runId, CancellationToken ct)
    {
        var request = new GetRunRequest { RunId = runId };
        return (await AskAsync(client => client.GetRunAsync(request, cancellationToken: ct).ResponseAsync, ct)).Status;
    }

    /// <summary>The run once it has ended.</summary>
    public async Task<RunStatus> EndAsync(string runId, CancellationToken ct)
    {
        while (true)
        {
            var status = await GetAsync(runId, ct);
            if (status.State is RunState.Succeeded or RunState.Failed or RunState.Cancelled)
            {
                return status;
            }

            await Task.Delay(20, ct);
        }
    }

    public async Task<IReadOnlyList<WorkPiece>> WorkAsync(string runId, CancellationToken ct)
    {
        var request = new GetRunWorkRequest { RunId = runId };
        return (await AskAsync(client => client.GetRunWorkAsync(request, cancellationToken: ct).ResponseAsync, ct))
            .Work;
    }

    /// <summary>The spans that the mesh kept of the run.</summary>
    public Task<IReadOnlyList<Span>> TraceAsync(string runId, CancellationToken ct) => AskAsync<IReadOnlyList<Span>>(
        async client =>
        {
            var spans = new List<Span>();
            using var call = client.GetTrace(new GetTraceRequest { RunId = runId }, cancellationToken: ct);
            await foreach (var response in call.ResponseStream.ReadAllAsync(ct))
            {
                spans.AddRange(response.Spans);
            }

            return spans;
        },
        ct);

    public async Task<Report> ReportAsync(string runId, CancellationToken ct)
    {
        var request = new GetReportRequest { RunId = runId };
        return (await AskAsync(client => client.GetReportAsync(request, cancellationToken: ct).ResponseAsync, ct))
            .Report;
    }

    public void Dispose() => Array.ForEach(_channels, static c => c.Dispose());

    private async Task<T> AskAsync<T>(Func<RunService.RunServiceClient, Task<T>> ask, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await ask(_clients[_next % _clients.Length]);
            }
            catch (RpcException e) when (MayPass(e) && !ct.IsCancellationRequested)
            {
                _next++;
                await Task.Delay(50, ct);
            }
        }
    }

    // A connection that broke in the middle of a call may come as any of these.
    private static bool MayPass(RpcException e) =>
        e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
        || (e.StatusCode is StatusCode.Internal or StatusCode.Cancelled && e.Status.DebugException is not null);
}
