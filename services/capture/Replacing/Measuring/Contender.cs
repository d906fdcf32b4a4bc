using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Capture.Replacing.Measuring;

/// <summary>A network that is run beside its original, and how it does.</summary>
internal sealed class Contender(string name, NetworkModel model) : IDisposable
{
    private readonly NetworkSession _session = new(model);
    private readonly PerformanceMeter _meter = new(model.Output.Width);

    /// <summary>Runs a batch and compares it with what the original computes.</summary>
    /// <returns>Valid until the next batch.</returns>
    public ReadOnlyMemory<float> Add(
        ReadOnlyMemory<float> rows, int count, ReadOnlySpan<float> original, ReadOnlySpan<int> labels,
        CancellationToken cancellationToken)
    {
        var outputs = _session.Run(rows, count, cancellationToken).Output;
        _meter.Add(original, outputs.Span, labels);
        return outputs;
    }

    public Performance Performance(Planning.Measure measure) => _meter.ToMessage(measure);

    public Baseline ToBaseline(Planning.Measure measure) =>
        new() { Name = name, Performance = Performance(measure), Costs = Costs };

    /// <summary>Its parameters and operations.</summary>
    public Costs Costs { get; } = new() { Parameters = model.Parameters, Operations = OperationCount.Of(model) };

    public void Dispose() => _session.Dispose();
}
