using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Networks.Execution;

namespace KoopmanMesh.Capture.Interventions;

/// <summary>Some rows of the audit with their intact activations.</summary>
/// <param name="Number">0-based batch.</param>
/// <param name="Activations">What the intact network computed; valid until its next run.</param>
/// <param name="Input">The rows.</param>
/// <param name="Labels">Class of each row; null without labels.</param>
/// <param name="Divergence">Measures the effect.</param>
internal sealed record AuditBatch(
    int Number, NetworkBatch Activations, ReadOnlyMemory<float> Input, int[]? Labels, OutputDivergence Divergence)
{
    public int Rows => Activations.Count;

    public ReadOnlyMemory<float> Output => Activations.Output;

    /// <summary>Activations at a cut, [rows, width] row-major.</summary>
    public ReadOnlyMemory<float> At(string tensor) => Activations[tensor];

    /// <summary>Rows that these outputs classify rightly; 0 without labels.</summary>
    public int CountCorrect(ReadOnlySpan<float> outputs)
    {
        var correct = 0;
        var classes = outputs.Length / Rows;
        for (var row = 0; Labels is not null && row < Rows; row++)
        {
            correct += AccuracyCounter.IsCorrect(outputs.Slice(row * classes, classes), Labels[row]) ? 1 : 0;
        }

        return correct;
    }
}
