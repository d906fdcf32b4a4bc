using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Sobolev;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.Sobolev;

/// <summary>Trains the same network on the same noisy signal under every loss.</summary>
internal sealed class SobolevSeed(SobolevOptions options, ILinearAlgebra algebra)
{
    public const string MeanSquare = "L2";
    public const string Mixture = "mix";

    /// <summary>The losses, in the order of the tables.</summary>
    public static IReadOnlyList<(string Name, Func<SpectralGrid, Loss> Make)> Losses { get; } =
    [
        (MeanSquare, _ => new MeanSquared()),
        ("H^-1/2", grid => new NegativeSobolev(grid, 0.5)),
        ("H^-1", grid => new NegativeSobolev(grid, 1)),
        (Mixture, grid => new SobolevMixture(grid)),
        ("annealed", grid => new AnnealedSobolev(grid)),
    ];

    public SobolevResult Run(int seed, double noise, CancellationToken cancellationToken)
    {
        var signal = new MultiScaleSignal(options, noise, seed);
        return new SobolevResult
        {
            Seed = seed,
            Noise = noise,
            Losses = Losses.ToDictionary(l => l.Name, l => Train(l.Make(signal.Grid), signal, seed, cancellationToken)),
            Filters = signal.Filters().ToDictionary(f => f.Name, f => f.Error),
        };
    }

    /// <summary>One loss.</summary>
    public SobolevOutcome Train(Loss loss, MultiScaleSignal signal, int seed, CancellationToken cancellationToken)
    {
        var network = new DenseNetwork<float>([1, .. options.Hidden, 1], (uint)seed, new DenseInitialisation
        {
            Hidden = Activation.Sine,
            FirstScale = options.FirstScale,
            BiasDeviation = 1,
        });
        var rows = signal.Rows();
        var watch = new ErrorCurve(signal, rows, options.Stride, algebra);
        new DenseTrainer(algebra).TrainWatched(
            network, rows,
            new TrainingOptions
            {
                Epochs = options.Epochs,
                BatchSize = rows.Rows,
                Seed = (uint)seed,
                Loss = loss,
                Optimizer = new AdamOptions { LearningRate = options.Rate },
            },
            watch, cancellationToken);
        var estimate = watch.Estimate(network);
        var (waves, rest) = signal.Parts(estimate);
        return new SobolevOutcome
        {
            Error = signal.Error(estimate),
            Curve = [.. watch.Errors],
            Waves = waves,
            Rest = rest,
        };
    }

    private sealed class ErrorCurve(
        MultiScaleSignal signal, TrainingSet<float> rows, int stride, ILinearAlgebra algebra) : ITrainingObserver<float>
    {
        private readonly float[] _outputs = new float[rows.Rows];

        public List<double> Errors { get; } = [];

        public double[] Estimate(DenseNetwork<float> network)
        {
            network.Predict(algebra, rows.Values, _outputs);
            return Array.ConvertAll(_outputs, y => (double)y);
        }

        public TrainingAction Observe(in TrainingMoment<float> moment)
        {
            if (moment.Step % stride == 0)
            {
                Errors.Add(signal.Error(Estimate(moment.Network)));
            }

            return TrainingAction.Continue;
        }
    }
}
