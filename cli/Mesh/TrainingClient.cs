using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>Training runs seen from outside: streams snapshots in, and windows, forecasts and masks out.</summary>
internal sealed class TrainingClient(CallInvoker calls)
{
    private readonly TrainingService.TrainingServiceClient _trainings = new(calls);

    /// <summary>Streams a run and takes what comes back meanwhile; returns the report at its end.</summary>
    /// <param name="requests">Made while they are sent; an exception among them ends the call and is thrown.</param>
    /// <param name="told">What comes before the report.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<TrainingReport> WatchAsync(
        IEnumerable<WatchTrainingRequest> requests, Action<WatchTrainingResponse> told,
        CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = _trainings.WatchTraining(cancellationToken: either.Token);
        var sending = Task.Run(() => SendAsync(call.RequestStream, requests, either), CancellationToken.None);
        var report = new TrainingReport();
        try
        {
            await foreach (var response in call.ResponseStream.ReadAllAsync(either.Token))
            {
                if (response.PartCase == WatchTrainingResponse.PartOneofCase.Report)
                {
                    report.MergeFrom(response.Report);
                }
                else
                {
                    told(response);
                }
            }
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Should the requests have failed, that is why, and what is thrown here.
            await either.CancelAsync();
            await sending;
            throw;
        }

        await sending;
        return report;
    }

    /// <summary>Forgets a run; one that isn't there is forgotten already.</summary>
    public async Task DeleteAsync(string trainingId, CancellationToken cancellationToken)
    {
        try
        {
            await _trainings.DeleteTrainingAsync(
                new DeleteTrainingRequest { TrainingId = trainingId }, cancellationToken: cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            // As it should be.
        }
    }

    /// <summary>The weights ahead, each tensor handed over when it is complete.</summary>
    public async Task<ForecastReport> ForecastAsync(
        ForecastRequest request, Action<NamedTensor> tensor, CancellationToken cancellationToken)
    {
        using var call = _trainings.Forecast(request, cancellationToken: cancellationToken);
        return await CollectAsync(
            call.ResponseStream, part => (part.Report, part.Tensor), tensor, cancellationToken)
            ?? new ForecastReport();
    }

    /// <summary>The masks, each tensor handed over when it is complete.</summary>
    public async Task<PruneReport> PruneAsync(
        PruneRequest request, Action<NamedTensor> tensor, CancellationToken cancellationToken)
    {
        using var call = _trainings.Prune(request, cancellationToken: cancellationToken);
        return await CollectAsync(
            call.ResponseStream, part => (part.Report, part.Tensor), tensor, cancellationToken)
            ?? new PruneReport();
    }

    public async Task<CompareTrainingsResponse> CompareAsync(
        CompareTrainingsRequest request, CancellationToken cancellationToken) =>
        await _trainings.CompareTrainingsAsync(request, cancellationToken: cancellationToken);

    /// <summary>Streams "inputs" and "outputs" as they come, and waits for the advice.</summary>
    public async Task<AdviseDepthResponse> AdviseDepthAsync(
        DepthHeader header, IAsyncEnumerable<TensorFrame> pairs, CancellationToken cancellationToken)
    {
        using var call = _trainings.AdviseDepth(cancellationToken: cancellationToken);
        var open = await RequestStream.TryWriteAsync(
            call.RequestStream, new AdviseDepthRequest { Header = header }, cancellationToken);
        await foreach (var frame in pairs.WithCancellation(cancellationToken))
        {
            // Where the server ended the call its status, which the response carries, says why.
            open = open && await RequestStream.TryWriteAsync(
                call.RequestStream, new AdviseDepthRequest { Tensor = frame }, cancellationToken);
            if (!open)
            {
                break;
            }
        }

        await RequestStream.CompleteAsync(call.RequestStream);
        return await call.ResponseAsync;
    }

    private static async Task SendAsync(
        IClientStreamWriter<WatchTrainingRequest> stream, IEnumerable<WatchTrainingRequest> requests,
        CancellationTokenSource either)
    {
        try
        {
            await RequestStream.WriteAllAsync(stream, requests, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // Whoever cancelled says why.
        }
        catch
        {
            await either.CancelAsync();
            throw;
        }
    }

    /// <summary>The report that leads a stream of tensors; null where none came.</summary>
    private static async Task<TReport?> CollectAsync<TPart, TReport>(
        IAsyncStreamReader<TPart> parts, Func<TPart, (TReport? Report, TensorFrame? Frame)> read,
        Action<NamedTensor> take, CancellationToken cancellationToken)
        where TPart : class, ILendable, IMessage<TPart>, new()
        where TReport : class
    {
        var (report, tensors) = ((TReport?)null, new TensorAssembler());
        await foreach (var part in parts.ReadLentAsync(cancellationToken))
        {
            var (told, frame) = read(part);
            report = told ?? report;
            Take(tensors, frame, take);
        }

        tensors.Complete();
        return report;
    }

    private static void Take(TensorAssembler tensors, TensorFrame? frame, Action<NamedTensor> take)
    {
        if (frame is not null && tensors.Accept(frame) is { } tensor)
        {
            take(tensor);
        }
    }
}
