using System.Runtime.CompilerServices;
using Grpc.Core;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Capture.Probing;

/// <summary>Loss and accuracy of a network on a probe batch, for each set of weights that a client sends.</summary>
internal sealed class WeightProbe(IArtifactStore artifacts)
{
    private const int FewestClasses = 2;

    public async IAsyncEnumerable<EvaluateWeightsResponse> EvaluateAsync(
        IAsyncStreamReader<EvaluateWeightsRequest> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sets = new WeightSets(stream);
        var header = await sets.ReadHeaderAsync(cancellationToken);
        var exchange = await OpenAsync(header, cancellationToken);
        (ProbeRows Rows, int[] Labels)? batch = null;
        await foreach (var set in sets.ReadAsync(exchange, cancellationToken))
        {
            var model = await Task.Run(() => exchange.With(set), cancellationToken);

            // Opened with the first set: weights change neither the shape of the input nor the number of classes.
            batch ??= OpenBatch(header, model);
            var (rows, labels) = batch.Value;
            yield return await Task.Run(() => Evaluate(model, rows, labels, cancellationToken), cancellationToken);
        }
    }

    private async Task<WeightExchange> OpenAsync(ProbeHeader header, CancellationToken cancellationToken)
    {
        if (header.Loss is not (ProbeLoss.Unspecified or ProbeLoss.CrossEntropy))
        {
            throw new InvalidRequestException(
                "PROBE_LOSS_UNKNOWN", $"loss is {(int)header.Loss}, expected CROSS_ENTROPY (1)", "header.loss");
        }

        if (header.Model is null)
        {
            throw new InvalidRequestException("MODEL_MISSING", "the request names no model", "header.model");
        }

        var bytes = await artifacts.ReadAllBytesAsync(header.Model.Digest, cancellationToken);
        var name = header.Model.Name.Length > 0 ? header.Model.Name : header.Model.Digest;
        return await Task.Run(() => WeightExchange.Open(bytes, name), cancellationToken);
    }

    private (ProbeRows Rows, int[] Labels) OpenBatch(ProbeHeader header, NetworkModel model)
    {
        var classes = model.Output.Width;
        if (classes < FewestClasses)
        {
            throw new InvalidRequestException(
                "NO_CLASSES", $"'{model.Name}' has {classes} output, and cross-entropy needs at least {FewestClasses}",
                "header.loss");
        }

        var options = ProbeRows.Limit(header.DataOptions, header.Rows);
        var rows = ProbeRows.Open(header.Data, options, model, artifacts);
        var labels = RunInputs.ReadLabels(header.Labels, rows.Data, classes, options.Limit, artifacts);
        return (rows, labels ?? throw new InvalidRequestException(
            "LABELS_MISSING",
            $"cross-entropy needs labels, and the request names neither a file of them nor their column in "
            + $"'{rows.Data.Name}'",
            "header.labels"));
    }

    private static EvaluateWeightsResponse Evaluate(
        NetworkModel model, ProbeRows rows, int[] labels, CancellationToken cancellationToken)
    {
        var meter = new CrossEntropyMeter(OutputReading.Of(model), labels);
        using var session = new NetworkSession(model);
        using var feed = rows.OpenFeed();
        while (feed.Read())
        {
            var outputs = session.Run(feed.Rows, feed.Count, cancellationToken).Output;
            meter.Add(outputs.Span, feed.FirstRow, feed.Count);
        }

        return meter.ToMessage();
    }
}
