using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;

namespace KoopmanMesh.Training.Tests;

public sealed class LossTests
{
    [Fact]
    public void CrossEntropy_EqualLogits_IsTheLogarithmOfTheClasses()
    {
        var (value, gradient) = Evaluate(
            new SoftmaxCrossEntropy(), Enumerable.Repeat(3.0, 4 * 5).ToArray(), labels: [0, 1, 2, 2]);

        Assert.Equal(Math.Log(5), value, 1e-14);
        Assert.Equal((0.2 - 1) / 4, gradient[0], 1e-15);
        Assert.Equal(0.2 / 4, gradient[1], 1e-15);
        Assert.Equal(0, gradient.Sum(), 1e-15);
    }

    [Fact]
    public void CrossEntropy_HugeLogits_StaysFinite()
    {
        var (value, gradient) = Evaluate<float>(new SoftmaxCrossEntropy(), [1e30f, -1e30f], labels: [0]);

        Assert.Equal(0, value);
        Assert.Equal([0f, 0f], gradient);
    }

    [Fact]
    public void Huber_ByHand_IsASquareAndThenALine()
    {
        // Errors 0.5, -1, 3, -4: 0.125 + 0.5 + 2.5 + 3.5 over four entries.
        var (value, gradient) = Evaluate(new Huber(), [1.5, 0, 3, -5], targets: [1, 1, 0, -1]);

        Assert.Equal((0.125 + 0.5 + 2.5 + 3.5) / 4, value, 1e-15);
        Assert.Equal([0.125, -0.25, 0.25, -0.25], gradient);
    }

    [Fact]
    public void MeanSquared_ByHand_IsTheMeanOverAllEntries()
    {
        var (value, gradient) = Evaluate(new MeanSquared(), [1.0, 2, 3, 4], targets: [1, 0, 0, 0]);

        Assert.Equal(29.0 / 4, value, 1e-15);
        Assert.Equal([0, 1, 1.5, 2], gradient);
    }

    [Fact]
    public void Huber_ManyEntries_SumsAllTiles()
    {
        var (value, gradient) = Evaluate(
            new Huber(), Enumerable.Repeat(2f, 10_001).ToArray(), targets: new float[10_001]);

        Assert.Equal(1.5, value, 1e-7);
        Assert.All(gradient, g => Assert.Equal(1f / 10_001, g));
    }

    [Fact]
    public void Losses_NaN_IsNotHidden()
    {
        Assert.True(double.IsNaN(Evaluate(new Huber(), [1, double.NaN], targets: [0, 0]).Value));
        Assert.True(double.IsNaN(Evaluate(new MeanSquared(), [1, double.NaN], targets: [0, 0]).Value));
        Assert.True(double.IsNaN(Evaluate(new SoftmaxCrossEntropy(), [1, double.NaN], labels: [0]).Value));
    }

    [Fact]
    public void Check_DataTheLossCantUse_IsRefusedWithWhatItHas()
    {
        var classes = TrainingSet.OfClasses(new float[6], 2, [0, 1, 2]);
        var targets = TrainingSet.OfTargets(new float[6], 2, new float[9], 3);

        var labels = Assert.Throws<ArgumentException>(() => new SoftmaxCrossEntropy().Check(targets, 3));
        var label = Assert.Throws<ArgumentException>(() => new SoftmaxCrossEntropy().Check(classes, 2));
        var widths = Assert.Throws<ArgumentException>(() => new Huber().Check(targets, 4));
        var none = Assert.Throws<ArgumentException>(() => new MeanSquared().Check(classes, 3));

        Assert.StartsWith(
            "cross-entropy needs a label for each row, the data has 3 targets a row", labels.Message,
            StringComparison.Ordinal);
        Assert.StartsWith("label 2 in row 2 is not a class from 0 to 1", label.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "the loss compares 4 outputs with as many targets a row, the data has 3", widths.Message,
            StringComparison.Ordinal);
        Assert.EndsWith("the data has 0 (Parameter 'data')", none.Message, StringComparison.Ordinal);
        Assert.Contains(
            "delta is positive and finite",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Huber { Delta = 0 }).Message,
            StringComparison.Ordinal);
    }

    private static (double Value, T[] Gradient) Evaluate<T>(
        Loss loss, T[] outputs, T[]? targets = null, int[]? labels = null)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var gradient = new T[outputs.Length];
        var value = loss.Evaluate(new LossBatch<T>
        {
            Rows = new int[labels?.Length ?? outputs.Length],
            Outputs = outputs,
            Gradient = gradient,
            Labels = labels,
            Targets = targets,
        });
        return (value, gradient);
    }
}
