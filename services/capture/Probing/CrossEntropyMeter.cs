using System.Numerics.Tensors;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Capture.Probing;

/// <summary>
/// Mean over rows of -log softmax(outputs)[label], in double, and the fraction of rows whose largest output is their
/// label's. Log-probabilities are their own log-softmax; probabilities are read as they are.
/// </summary>
/// <param name="outputs">What the network's outputs are.</param>
/// <param name="labels">Class of each row of the data.</param>
internal sealed class CrossEntropyMeter(ProbeOutputs outputs, int[] labels)
{
    private double _loss;
    private long _correct;
    private long _rows;

    /// <summary>Adds a batch of outputs, [rows, classes] row-major.</summary>
    public void Add(ReadOnlySpan<float> batch, long firstRow, int rows)
    {
        var classes = batch.Length / rows;
        for (var i = 0; i < rows; i++)
        {
            var row = batch.Slice(i * classes, classes);
            var label = labels[firstRow + i];
            var finite = TensorPrimitives.IsFiniteAll(row);
            _loss += finite ? Loss(row, label) : double.PositiveInfinity;
            _correct += finite && AccuracyCounter.IsCorrect(row, label) ? 1 : 0;
        }

        _rows += rows;
    }

    public EvaluateWeightsResponse ToMessage() => new()
    {
        Loss = _loss / _rows,
        Accuracy = (double)_correct / _rows,
        Rows = _rows,
        Outputs = outputs,
    };

    private double Loss(ReadOnlySpan<float> row, int label)
    {
        if (outputs == ProbeOutputs.Probabilities)
        {
            return -Math.Log(Math.Max(row[label], float.Epsilon));
        }

        double largest = TensorPrimitives.Max(row);
        var sum = 0.0;
        foreach (var output in row)
        {
            sum += Math.Exp(output - largest);
        }

        return Math.Log(sum) + (largest - row[label]);
    }
}
