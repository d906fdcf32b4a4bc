using KoopmanMesh.Capture.Probing;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Capture.Tests.Probing;

public sealed class CrossEntropyMeterTests
{
    private static readonly int[] _labels = [2, 0];

    [Fact]
    public void Add_Logits_IsTheMeanOfLogSumsLessTheLabels()
    {
        // Outputs log 1, log 2, log 5 are odds 1 : 2 : 5; adding a constant to a row changes nothing.
        float[] outputs = [0, MathF.Log(2), MathF.Log(5), 1000, 1000 + MathF.Log(2), 1000 + MathF.Log(5)];

        var result = Evaluate(ProbeOutputs.Logits, outputs);

        Assert.Equal((Math.Log(8.0 / 5) + Math.Log(8)) / 2, result.Loss, 1e-4);
        Assert.Equal(0.5, result.Accuracy);
        Assert.Equal(2, result.Rows);
    }

    [Fact]
    public void Add_LargeLogits_KeepWhatTheyDifferBy()
    {
        // Two equal outputs are odds 1 : 1, however large they are.
        var result = Evaluate(ProbeOutputs.Logits, [0, 1e30f, 1e30f, 1e30f, 1e30f, 0]);

        Assert.Equal(Math.Log(2), result.Loss, 1e-12);
    }

    [Fact]
    public void Add_LogProbabilities_AreTheirOwnLogSoftmax()
    {
        float[] probabilities = [0.25f, 0.25f, 0.5f, 0.8f, 0.1f, 0.1f];
        var outputs = Array.ConvertAll(probabilities, MathF.Log);

        var result = Evaluate(ProbeOutputs.LogProbabilities, outputs);

        Assert.Equal((Math.Log(2) + Math.Log(1.25)) / 2, result.Loss, 1e-6);
        Assert.Equal(1, result.Accuracy);
    }

    [Fact]
    public void Add_ProbabilityZero_CountsAsTheSmallestNumber()
    {
        float[] outputs = [0.5f, 0.5f, 0, 1, 0, 0];

        var result = Evaluate(ProbeOutputs.Probabilities, outputs);

        Assert.Equal(-Math.Log(float.Epsilon) / 2, result.Loss, 1e-9);
    }

    [Fact]
    public void Add_OneOutputNotFinite_MakesTheRowWrongAndTheLossInfinite()
    {
        float[] outputs = [0, float.NaN, 9, 9, 0, 0];

        var result = Evaluate(ProbeOutputs.Logits, outputs);

        Assert.Equal(double.PositiveInfinity, result.Loss);
        Assert.Equal(0.5, result.Accuracy);
    }

    private static EvaluateWeightsResponse Evaluate(ProbeOutputs outputs, float[] batch)
    {
        var meter = new CrossEntropyMeter(outputs, _labels);
        meter.Add(batch.AsSpan(0, 3), 0, 1);
        meter.Add(batch.AsSpan(3, 3), 1, 1);
        return meter.ToMessage();
    }
}
