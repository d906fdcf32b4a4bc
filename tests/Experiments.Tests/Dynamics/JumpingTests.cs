using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Dynamics.Hamiltonian;
using KoopmanMesh.Experiments.Dynamics.Jumping;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Jumps;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class JumpingTests
{
    private static readonly ILinearAlgebra _la = LinearAlgebraProvider.Detect(null);

    private static readonly JumpSettings _settings = JumpSettings.Of(10, 1, false, "full") with
    {
        Jump = new JumpOptions { Horizon = 20, LongestHorizon = 1_000, Rest = 10 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_Quadratic_JumpsAsFarAsTheStepsItSkipsWouldHaveGone()
    {
        // Steps take a second each, and every look at the clock is one second after the last.
        var jumping = JumpRun.Of(new Quadratic(), (25, 5), _settings, (_la, new Ticks()), Token);
        var plain = JumpRun.Of(new Quadratic(), (65, 5), null, (_la, new Ticks()), Token);

        // 10 steps and 20 skipped, then 10 steps and 40 skipped: after step 20 training is where step 80 would be.
        Assert.Equal(2, jumping.Accounts!.Kept);
        Assert.Equal(60, jumping.Accounts.SnapshotsSkipped);
        Assert.Equal(Quadratic.LossAfter(80), jumping.Losses[3], 1e-10);
        Assert.Equal(Quadratic.LossAfter(35), jumping.Losses[2], 1e-10);
        Assert.Equal(Quadratic.LossAfter(65), plain.Losses[12], 1e-12);

        // Two proposals of a second, two evaluations of a second; 25 steps of a second; 60 skipped at a second each.
        Assert.Equal((2.0, 2.0), (jumping.Accounts.FitSeconds, jumping.Accounts.EvaluationSeconds));
        Assert.Equal((25L, 25.0), jumping.Accounts.Trained);
        Assert.Equal(60 - 2 - 2, jumping.Accounts.NetSeconds);
        Assert.Equal(5.0, plain.Seconds[0]);
    }

    [Fact]
    public void Run_JumpThatTheProbeRefuses_LeavesTheRunAsItWas()
    {
        var jumping = JumpRun.Of(new Quadratic { Refuses = true }, (25, 5), _settings, (_la, new Ticks()), Token);
        var plain = JumpRun.Of(new Quadratic(), (25, 5), null, (_la, new Ticks()), Token);

        Assert.Equal((0, 2), (jumping.Accounts!.Kept, jumping.Accounts.Rejected));
        Assert.Equal(plain.Losses, jumping.Losses);
        Assert.Equal(-4, jumping.Accounts.NetSeconds);
    }

    [Fact]
    public void Run_Means_AreFittedInPlaceOfSteps()
    {
        var settings = JumpSettings.Of(10, 3, true, "weight") with
        {
            Jump = new JumpOptions { Horizon = 5, Rest = 10 },
        };

        var run = JumpRun.Of(new Quadratic(), (30, 30), settings, (_la, new Ticks()), Token);

        // The mean of steps 28 to 30 and 15 steps more; each weight moves alone, by a factor and a constant.
        Assert.Equal(Quadratic.LossOfMean(43, 44, 45), run.Losses[0], 1e-9);
    }

    [Fact]
    public void Run_WithoutAnOperator_JumpsToTheMeanOfItsSnapshots()
    {
        var run = JumpRun.Of(new Quadratic(), (10, 10), _settings with { Forecast = null }, (_la, new Ticks()), Token);

        // The mean of steps 1 to 10 is farther from the optimum than the last, so the guard refuses it.
        Assert.Equal((0, 1), (run.Accounts!.Kept, run.Accounts.Rejected));
        var kept = JumpRun.Of(
            new Quadratic { Flatters = true }, (10, 10), _settings with { Forecast = null }, (_la, new Ticks()), Token);
        Assert.Equal(Quadratic.LossOfMean([.. Enumerable.Range(1, 10)]), kept.Losses[0], 1e-12);
    }

    [Fact]
    public void Oscillator_KeptJump_GoesOnFromTheWeightsGiven()
    {
        var trainee = new OscillatorTrainee(new OscillatorTrainer(_la, new AdamOptions(), seed: 1, points: 10));
        var target = new double[trainee.Layout.Count];
        var seen = new List<double>();

        trainee.Train(3, (weights, seconds) =>
        {
            Assert.True(seconds >= 0);
            seen.Add(weights.ToArray().Max(Math.Abs));
            return seen.Count == 2 ? target : null;
        }, Token);

        // Adam's first step moves every weight by its rate at most.
        Assert.InRange(seen[2], 0, 1.001e-3);
        Assert.InRange(seen[1], 0.1, 1.01);
    }

    [Fact]
    public void Classifier_KeptJump_GoesOnFromTheWeightsGiven()
    {
        var task = new ClassifierTask(YinYang.Sample(200, 42), YinYang.Sample(50, 7), [2, 4, 2], _la);
        var trainee = new ClassifierTrainee(task, new AdamOptions(), 1, _la);
        var seen = new List<double>();

        trainee.Train(6, (weights, seconds) =>
        {
            seen.Add(weights.ToArray().Max(Math.Abs));
            return seen.Count == 5 ? new double[weights.Length] : null;
        }, Token);

        Assert.Equal(6, seen.Count);
        Assert.InRange(seen[5], 0, 1.001e-3);
        Assert.Equal(Math.Log(2), trainee.Loss(new double[trainee.Layout.Count]), 1e-6);
    }

    [Fact]
    public void Experiment_Tiny_ChoosesAndReports()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var context = new ExperimentContext { Seeds = 2, Store = new SeedStore(folder.FullName), Algebra = _la };
            var problem = new JumpProblem
            {
                Name = "quadratic",
                Title = "A quadratic",
                Make = (_, _) => new Quadratic(),
                Optimizers = [("gradient descent", new SgdOptions())],
                Settings = [_settings],
                Budget = (100, 10),
            };

            var report = new JumpExperiment(_ => [problem]).Run(context, Token);

            Assert.Equal(report.Summary, new JumpExperiment(_ => [problem]).Run(context, Token).Summary);
            Assert.StartsWith(
                "A quadratic: with jumps the level of gradient descent is reached in 2 of 2 seeds", report.Summary,
                StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Gradient descent on h = (1, 4) at rate 0.01 from (0, 0.5), optimum (2, -1): both weights decay on their own.
    private sealed class Quadratic : ITrainee
    {
        private readonly double[] _weights = [0, 0.5];
        private int _probes;

        public bool Refuses { get; init; }

        public bool Flatters { get; init; }

        public ParameterLayout Layout { get; } = ParameterLayout.Plain(2);

        public bool IsSingle => false;

        public static double LossAfter(int steps) => Of(At(steps));

        public static double LossOfMean(params int[] steps) =>
            Of([steps.Average(step => At(step)[0]), steps.Average(step => At(step)[1])]);

        // Every second probe is of a proposal.
        public double Probe(ReadOnlySpan<double> weights) =>
            (Refuses || Flatters) && ++_probes % 2 == 0 ? (Refuses ? double.PositiveInfinity : -1) : Of(weights);

        public double Loss(ReadOnlySpan<double> weights) => Of(weights);

        public void Train(int steps, StepObserver observer, CancellationToken cancellationToken)
        {
            for (var step = 0; step < steps; step++)
            {
                _weights[0] += 0.01 * (2 - _weights[0]);
                _weights[1] += 0.04 * (-1 - _weights[1]);
                observer(_weights, 1)?.CopyTo(_weights, 0);
            }
        }

        private static double[] At(int steps) =>
            [2 - (2 * Math.Pow(0.99, steps)), -1 + (1.5 * Math.Pow(0.96, steps))];

        private static double Of(ReadOnlySpan<double> w) => (Square(w[0] - 2) + (4 * Square(w[1] + 1))) / 2;

        private static double Square(double x) => x * x;
    }

    private sealed class Ticks : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => ++_now;
    }
}
