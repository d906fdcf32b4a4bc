using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;

namespace KoopmanMesh.Experiments.Dynamics;

/// <summary>Classified rows in float32: those trained on, those that choose, and those that judge.</summary>
internal sealed class ClassifierSplit
{
    // Which rows of the training set validate does not depend on the seed of a run.
    private const uint SplitSeed = 7;

    private readonly ILinearAlgebra _algebra;

    /// <summary>Takes some training rows, drawn at random but always the same, away for validation.</summary>
    public ClassifierSplit(LabelledData training, LabelledData test, int validationRows, ILinearAlgebra algebra)
    {
        var order = Enumerable.Range(0, training.Rows).ToArray();
        new RandomState(SplitSeed).Shuffle(order);
        (Training, Validation) = (Rows(training, order[validationRows..]), Rows(training, order[..validationRows]));
        (Test, _algebra) = (TrainingSet.OfClasses<float>(test), algebra);
    }

    public TrainingSet<float> Training { get; }

    public TrainingSet<float> Validation { get; }

    public TrainingSet<float> Test { get; }

    /// <summary>MNIST, normalised, from its folder.</summary>
    public static ClassifierSplit Mnist(ExperimentContext context, int validationRows)
    {
        var data = MnistData.Read(context.Mnist
            ?? throw new ArgumentException("the experiment needs the folder of MNIST", nameof(context)));
        return new ClassifierSplit(data.Training, data.CorrectedTest, validationRows, context.Algebra);
    }

    /// <summary>Mean cross-entropy.</summary>
    public double Loss(DenseNetwork<float> network, TrainingSet<float> rows)
    {
        var outputs = new float[rows.Rows * network.Widths[^1]];
        network.Predict(_algebra, rows.Values, outputs);
        return new SoftmaxCrossEntropy().Evaluate(new LossBatch<float>
        {
            Rows = [],
            Outputs = outputs,
            Gradient = new float[outputs.Length],
            Labels = rows.Labels.Span,
        });
    }

    /// <summary>The fraction classified rightly.</summary>
    public double Accuracy(DenseNetwork<float> network, TrainingSet<float> rows) => network.Accuracy(_algebra, rows);

    private static TrainingSet<float> Rows(LabelledData data, int[] rows)
    {
        var values = new float[checked(rows.Length * data.Width)];
        for (var i = 0; i < rows.Length; i++)
        {
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(
                data.Values.Span.Slice(rows[i] * data.Width, data.Width), values.AsSpan(i * data.Width));
        }

        return TrainingSet.OfClasses(values, data.Width, [.. rows.Select(row => data.Labels.Span[row])]);
    }
}
