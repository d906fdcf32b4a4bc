using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Networks.Execution;

namespace KoopmanMesh.Capture.Interventions;

/// <summary>What the network does on the audit's rows when nobody intervenes.</summary>
/// <param name="Rows">Rows of the audit.</param>
/// <param name="Accuracy">On these rows; null without labels.</param>
/// <param name="Statistics">Of each component's output, in chain order.</param>
/// <param name="Divergence">How far a changed output is from the intact one.</param>
internal sealed record IntactNetwork(
    long Rows, double? Accuracy, IReadOnlyList<CutStatistics> Statistics, OutputDivergence Divergence)
{
    private const float ProbabilityTolerance = 1e-4f;

    public static IntactNetwork Measure(
        Workspace workspace, ProbedNetwork network, long stride, CancellationToken cancellationToken)
    {
        var components = workspace.Chain.Components;
        var statistics = components.Select(c => new CutStatistics(c.Output.Width)).ToArray();
        var accuracy = workspace.Labels is null ? null : new AccuracyCounter(workspace.Labels);
        var (rows, correct, probabilities) = (0L, 0L, true);
        using var feed = workspace.OpenFeed(0, workspace.Data.Rows, workspace.BatchRows, stride);
        while (feed.Read())
        {
            var batch = network.Capture(feed.Rows, feed.Count, cancellationToken);
            foreach (var component in components)
            {
                statistics[component.Index].Add(batch[component.OutputTensor].Span);
            }

            rows += feed.Count;
            probabilities &= AreProbabilities(batch.Output.Span, feed.Count);
            correct += CountCorrect(batch.Output.Span, LabelsOf(workspace, feed));
        }

        // Labels, or outputs that are probabilities, make a classifier; anything else is compared as numbers.
        var classifier = accuracy is not null || probabilities;
        return new IntactNetwork(
            rows,
            accuracy is null ? null : (double)correct / rows,
            statistics,
            classifier ? OutputDivergence.Kl(probabilities) : OutputDivergence.RelativeMse(statistics[^1].Spread));
    }

    /// <summary>Class of each row of the feed's last batch; null without labels.</summary>
    public static int[]? LabelsOf(Workspace workspace, RowFeed feed) => workspace.Labels is { } labels
        ? [.. Enumerable.Range(0, feed.Count).Select(i => labels[feed.IndexOf(i)])]
        : null;

    private static int CountCorrect(ReadOnlySpan<float> outputs, int[]? labels)
    {
        var correct = 0;
        for (var row = 0; row < (labels?.Length ?? 0); row++)
        {
            var classes = outputs.Length / labels!.Length;
            correct += AccuracyCounter.IsCorrect(outputs.Slice(row * classes, classes), labels[row]) ? 1 : 0;
        }

        return correct;
    }

    private static bool AreProbabilities(ReadOnlySpan<float> outputs, int rows)
    {
        var classes = outputs.Length / rows;
        for (var row = 0; row < rows; row++)
        {
            var sum = 0f;
            foreach (var output in outputs.Slice(row * classes, classes))
            {
                if (output < 0)
                {
                    return false;
                }

                sum += output;
            }

            if (classes < 2 || Math.Abs(sum - 1) > ProbabilityTolerance)
            {
                return false;
            }
        }

        return true;
    }
}
