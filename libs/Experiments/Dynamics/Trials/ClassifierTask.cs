using System.Numerics.Tensors;
using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;

namespace KoopmanMesh.Experiments.Dynamics.Trials;

/// <summary>Classified rows in float32, for networks of one shape: MNIST, or a stand-in of a test.</summary>
internal sealed class ClassifierTask
{
    private readonly ILinearAlgebra _algebra;
    private readonly TrainingSet<float> _test;
    private readonly DenseNetwork<float> _scratch;

    public ClassifierTask(LabelledData training, LabelledData test, IReadOnlyList<int> widths, ILinearAlgebra algebra)
        : this(TrainingSet.OfClasses<float>(training), TrainingSet.OfClasses<float>(test), widths, algebra)
    {
    }

    private ClassifierTask(
        TrainingSet<float> training, TrainingSet<float> test, IReadOnlyList<int> widths, ILinearAlgebra algebra)
    {
        (Training, _test, Widths, _algebra) = (training, test, widths, algebra);
        _scratch = new DenseNetwork<float>(widths, seed: 0);
    }

    /// <summary>What networks are trained on.</summary>
    public TrainingSet<float> Training { get; }

    /// <summary>Of every network.</summary>
    public IReadOnlyList<int> Widths { get; }

    /// <summary>MNIST, normalised, from its folder.</summary>
    public static ClassifierTask Mnist(ExperimentContext context, IReadOnlyList<int> widths)
    {
        var data = MnistData.Read(context.Mnist
            ?? throw new ArgumentException("the experiment needs the folder of MNIST", nameof(context)));
        return new ClassifierTask(data.Training, data.CorrectedTest, widths, context.Algebra);
    }

    /// <summary>The same rows for networks of other widths.</summary>
    public ClassifierTask With(IReadOnlyList<int> widths) => new(Training, _test, widths, _algebra);

    /// <summary>A network with ReLUs, its weights and biases uniform on ±1 / sqrt(inputs).</summary>
    public DenseNetwork<float> Network(uint seed)
    {
        var network = new DenseNetwork<float>(Widths, seed: 0);
        var values = UniformInitialisation.Of(DenseCheckpoint.Layout(network), new RandomState(seed));
        TensorPrimitives.ConvertTruncating(values, network.Parameters.Span);
        return network;
    }

    /// <summary>Mean cross-entropy over the first rows of the training set; all where there are fewer.</summary>
    public double Loss(ReadOnlySpan<double> parameters, int rows = int.MaxValue)
    {
        TensorPrimitives.ConvertTruncating(parameters, _scratch.Parameters.Span);
        var count = Math.Min(rows, Training.Rows);
        var outputs = new float[count * Widths[^1]];
        _scratch.Predict(_algebra, Training.Values[..(count * Training.Width)], outputs);
        return new SoftmaxCrossEntropy().Evaluate(new LossBatch<float>
        {
            Rows = [],
            Outputs = outputs,
            Gradient = new float[outputs.Length],
            Labels = Training.Labels.Span[..count],
        });
    }

    /// <summary>Fraction of test rows that are classified rightly.</summary>
    public double Accuracy(ReadOnlySpan<double> parameters)
    {
        TensorPrimitives.ConvertTruncating(parameters, _scratch.Parameters.Span);
        return _scratch.Accuracy(_algebra, _test);
    }
}
