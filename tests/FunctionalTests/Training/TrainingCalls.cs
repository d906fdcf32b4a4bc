using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary>TrainingService over a real socket, and T13: a run that is known in closed form.</summary>
internal sealed class TrainingCalls(Uri address) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(address);

    public TrainingService.TrainingServiceClient Client => new(_channel);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _channel.Dispose();

    public static TrainingHeader Header(string id, bool resume = false) => new()
    {
        TrainingId = id,
        Resume = resume,
        ElementType = ElementType.Float64,
        Tensors = { new ParameterTensor { Name = "net.weight", Shape = { 2 } } },
    };

    /// <summary>Gradient descent on a quadratic: eigenvalues 1, 0.9 and 0.6, limit (2, -1).</summary>
    public static double[] T13(int k) => [2 - (2 * Math.Pow(0.9, k)), -1 + (1.5 * Math.Pow(0.6, k))];

    public static IEnumerable<WatchTrainingRequest> T13(int from, int to) => Enumerable.Range(from, to - from)
        .SelectMany(k => Snapshot(k, T13(k), 1 + Math.Pow(0.81, k)));

    public static IEnumerable<WatchTrainingRequest> Snapshot(long step, double[] values, double? loss = null)
    {
        var scalars = new SnapshotScalars();
        if (loss is { } known)
        {
            scalars.Loss = known;
        }

        yield return new WatchTrainingRequest { Snapshot = new SnapshotHeader { Step = step, Scalars = scalars } };
        yield return new WatchTrainingRequest { Data = TensorCodec.Bytes<double>(values) };
    }

    /// <summary>Streams everything and closes; what came back.</summary>
    public async Task<List<WatchTrainingResponse>> WatchAsync(
        TrainingHeader header, params IEnumerable<WatchTrainingRequest> messages)
    {
        using var call = Client.WatchTraining(cancellationToken: Token);
        var sending = SendAsync(call.RequestStream, [new WatchTrainingRequest { Header = header }, .. messages]);
        var answers = new List<WatchTrainingResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(Token))
        {
            answers.Add(answer);
        }

        await sending;
        return answers;
    }

    /// <summary>
    /// Streams and goes away in the middle of a snapshot, when the last one before it is acknowledged.
    /// </summary>
    public async Task WatchAndLeaveAsync(TrainingHeader header, int snapshots)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var call = Client.WatchTraining(cancellationToken: leaving.Token);
        await call.RequestStream.WriteAsync(new WatchTrainingRequest { Header = header }, Token);
        foreach (var message in T13(0, snapshots).Concat(Snapshot(snapshots, [7])))
        {
            await call.RequestStream.WriteAsync(message, Token);
        }

        while (await call.ResponseStream.MoveNext(Token))
        {
            if (call.ResponseStream.Current.Stored is { } stored && stored.Snapshots == snapshots)
            {
                break;
            }
        }

        await leaving.CancelAsync();
    }

    public async Task<TrainingReport> ReportAsync(string id)
    {
        using var call = Client.GetTraining(new GetTrainingRequest { TrainingId = id }, cancellationToken: Token);
        var report = new TrainingReport();
        await foreach (var piece in call.ResponseStream.ReadAllAsync(Token))
        {
            report.MergeFrom(piece.Report);
        }

        return report;
    }

    public static TrainingReport ReportOf(IEnumerable<WatchTrainingResponse> answers)
    {
        var report = new TrainingReport();
        foreach (var answer in answers.Where(answer => answer.Report is not null))
        {
            report.MergeFrom(answer.Report);
        }

        return report;
    }

    private static async Task SendAsync(
        IClientStreamWriter<WatchTrainingRequest> requests, IEnumerable<WatchTrainingRequest> messages)
    {
        try
        {
            foreach (var message in messages)
            {
                await requests.WriteAsync(message, Token);
            }

            await requests.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The service answered before it had read everything; the answer says why.
        }
    }
}
