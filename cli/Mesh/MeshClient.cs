using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>A mesh seen from outside: what any gRPC client does, in the order the commands need it.</summary>
internal sealed class MeshClient : IDisposable
{
    private const int UploadChunk = 64 * 1024;

    private readonly MeshChannel _channel;
    private readonly RunService.RunServiceClient _runs;

    public MeshClient(Uri endpoint)
        : this(new MeshEndpoint(endpoint))
    {
    }

    public MeshClient(MeshEndpoint endpoint)
    {
        _channel = new MeshChannel(endpoint);
        var calls = new LendingCallInvoker(_channel.Calls);
        _runs = new RunService.RunServiceClient(calls);
        Bounds = new BoundClient(calls);
        Operators = new OperatorClient(calls);
        Replacements = new ReplacementClient(calls);
        HandOffs = new HandOffClient(calls);
        Trainings = new TrainingClient(calls);
        Probes = new ProbeClient(calls);
    }

    /// <summary>Bounds on the difference of two networks.</summary>
    public BoundClient Bounds { get; }

    /// <summary>Fits and predictions of any Koopman method.</summary>
    public OperatorClient Operators { get; }

    /// <summary>Reports and files of replacement runs.</summary>
    public ReplacementClient Replacements { get; }

    /// <summary>What verifiers are given and give back.</summary>
    public HandOffClient HandOffs { get; }

    /// <summary>Training runs.</summary>
    public TrainingClient Trainings { get; }

    /// <summary>Networks that run for an analysis of training.</summary>
    public ProbeClient Probes { get; }

    /// <summary>Uploads a file and names it by its digest.</summary>
    public async Task<ArtifactRef> UploadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = OpenInput(path);
        var name = Path.GetFileName(path);
        using var call = _runs.UploadArtifact(cancellationToken: cancellationToken);
        try
        {
            await call.RequestStream.WriteAsync(
                new UploadArtifactRequest { Header = new ArtifactHeader { Name = name } }, cancellationToken);
            var buffer = new byte[UploadChunk];
            var part = new UploadArtifactRequest();
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
            {
                part.Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read));
                await call.RequestStream.WriteAsync(part, cancellationToken);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (InvalidOperationException)
        {
            // The server ended the call early; its status, which the response carries, says why.
        }

        var response = await call.ResponseAsync;
        return new ArtifactRef { Digest = response.Digest, Name = name };
    }

    public async Task<DescribeModelResponse> DescribeAsync(
        ArtifactRef model, Granularity granularity, CancellationToken cancellationToken) =>
        await _runs.DescribeModelAsync(
            new DescribeModelRequest { Model = model, Granularity = granularity },
            cancellationToken: cancellationToken);

    public async Task<EstimateRunResponse> EstimateAsync(RunSpec spec, CancellationToken cancellationToken) =>
        await _runs.EstimateRunAsync(new EstimateRunRequest { Spec = spec }, cancellationToken: cancellationToken);

    public async Task<RunStatus> SubmitAsync(RunSpec spec, CancellationToken cancellationToken) =>
        (await _runs.SubmitRunAsync(new SubmitRunRequest { Spec = spec }, cancellationToken: cancellationToken)).Status;

    /// <summary>Every status of the run until it has ended.</summary>
    public async IAsyncEnumerable<RunStatus> WatchAsync(
        string runId,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = _runs.WatchRun(new WatchRunRequest { RunId = runId }, cancellationToken: cancellationToken);
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            yield return response.Status;
        }
    }

    public async Task CancelAsync(string runId, CancellationToken cancellationToken) =>
        await _runs.CancelRunAsync(new CancelRunRequest { RunId = runId }, cancellationToken: cancellationToken);

    /// <summary>A page of the runs, newest first.</summary>
    public async Task<ListRunsResponse> RunsAsync(ListRunsRequest request, CancellationToken cancellationToken) =>
        await _runs.ListRunsAsync(request, cancellationToken: cancellationToken);

    public async Task<RunStatus> StatusAsync(string runId, CancellationToken cancellationToken) =>
        (await _runs.GetRunAsync(new GetRunRequest { RunId = runId }, cancellationToken: cancellationToken)).Status;

    /// <summary>The spans of a run that the mesh kept, oldest first.</summary>
    public async Task<IReadOnlyList<Span>> TraceAsync(string runId, CancellationToken cancellationToken)
    {
        var spans = new List<Span>();
        using var call = _runs.GetTrace(new GetTraceRequest { RunId = runId }, cancellationToken: cancellationToken);
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            spans.AddRange(response.Spans);
        }

        return spans;
    }

    /// <summary>The pieces that the run's work was cut into.</summary>
    public async Task<IReadOnlyList<WorkPiece>> WorkAsync(string runId, CancellationToken cancellationToken) =>
        (await _runs.GetRunWorkAsync(
            new GetRunWorkRequest { RunId = runId }, cancellationToken: cancellationToken)).Work;

    public async Task<Report> ReportAsync(string runId, CancellationToken cancellationToken) =>
        (await _runs.GetReportAsync(
            new GetReportRequest { RunId = runId }, cancellationToken: cancellationToken)).Report;

    public void Dispose() => _channel.Dispose();

    private static FileStream OpenInput(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, UploadChunk, useAsync: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(ExitCodes.BadInput, $"there is no file '{path}'", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.BadInput, $"'{path}' can't be read: {e.Message}", e);
        }
    }
}
