using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>Fabricated reports on training runs with the shape of real ones.</summary>
internal static class SampleTrainings
{
    public const int Windows = 17;

    /// <summary>A run that was unstable once and finished, with losses, layers and a backtest.</summary>
    public static TrainingReport Full()
    {
        var report = new TrainingReport
        {
            TrainingId = "mnist-0",
            Tensors = { Tensor("fc1.weight", 128, 784), Tensor("fc1.bias", 128), Tensor("fc2.weight", 10, 128) },
            Parameters = 101_760,
            Snapshots = 101,
            FirstStep = 0,
            LastStep = 1000,
            Stride = 10,
            Observable = Observable.Layers,
            WindowOptions = new WindowOptions
            {
                Length = 20,
                Hop = 5,
                Delays = 1,
                RelativeTolerance = 1e-6,
                Residual = 0.01,
                Nearness = 0.01,
            },
            StopOptions = new StopOptions { NearOneMass = 0.99, TransientMass = 1e-3, LossSlope = 1e-4, Patience = 3 },
            Verdict = "finished: 3 windows in a row are settled and the loss is flat at 5e-2",
            Alarm = new AlarmReport { Step = 150, Score = 0.2, Threshold = 0.9, NullRuns = 19, FalseAlarmRate = 0.05 },
            Backtest = Backtest(),
        };
        for (var k = 0; k < 101; k++)
        {
            var loss = 0.05 + (2 * Math.Exp(-k / 12.0));
            report.Records.Add(new SnapshotRecord
            {
                Step = 10 * k,
                Scalars = new SnapshotScalars { Loss = loss, ValidationLoss = loss + 0.02 },
            });
        }

        for (var i = 0; i < Windows; i++)
        {
            report.Windows.AddRange(new[] { "", "fc1", "fc2" }.Select(layer => Window(50 * i, layer)));
        }

        report.Marks.Add(Mark(MarkKind.Instability, 250, "an eigenvalue of modulus 1.03 is trusted"));
        report.Marks.Add(Mark(MarkKind.Stop, 900, "3 windows in a row are settled and the loss is flat"));
        report.Warnings.Add(new TrainingWarning
        {
            Reason = "LEARNING_RATE_JUMP",
            Step = 400,
            Text = "the learning rate goes from 0.1 to 0.05",
        });
        return report;
    }

    /// <summary>Three snapshots of one number: no window, no losses.</summary>
    public static TrainingReport Least() => new()
    {
        TrainingId = "w-0",
        Tensors = { Tensor("parameters", 1) },
        Parameters = 1,
        Snapshots = 3,
        LastStep = 2,
        Stride = 1,
        Verdict = "too short to tell: 3 snapshots came, a window takes 21 without a break",
    };

    /// <summary>The full report with one text put wherever a text can come from a file.</summary>
    public static TrainingReport Hostile(string text)
    {
        var report = Full();
        report.Verdict = text;
        report.Tensors[0].Name = text;
        report.Marks[0].Text = text;
        report.Warnings[0].Text = text;
        foreach (var window in report.Windows.Where(window => window.Layer == "fc1"))
        {
            window.Layer = text;
        }

        return report;
    }

    private static ParameterTensor Tensor(string name, params long[] shape) => new() { Name = name, Shape = { shape } };

    private static Mark Mark(MarkKind kind, long step, string text) => new() { Kind = kind, Step = step, Text = text };

    private static Window Window(long first, string layer)
    {
        var rest = 1 - (0.6 * Math.Exp(-first / 200.0));
        return new Window
        {
            FirstStep = first,
            LastStep = first + 200,
            Layer = layer,
            Rank = 5,
            Modes =
            {
                new Mode { Real = 1, Residual = 1e-9, Importance = rest, Decay = double.PositiveInfinity },
                new Mode { Real = 0.8, Imaginary = 0.2, Residual = 1e-4, Importance = (1 - rest) / 3, Decay = 5.2 },
                new Mode { Real = 0.8, Imaginary = -0.2, Residual = 1e-4, Importance = (1 - rest) / 3, Decay = 5.2 },
                new Mode { Real = 0.3, Residual = 2e-3, Importance = (1 - rest) / 3, Decay = 0.83 },
            },
            Untrusted = 1,
            NearOne = 1,
            NearOneMass = rest,
            TransientMass = 0.01 * (1 - rest),
            Instability = first == 50 ? 1.03 : 1,
            StateNorm = 12,
            Movement = 1 - rest,
            LimitDistance = 1 - rest,
            LossSlope = -0.01 * (1 - rest),
            Settled = first > 600,
            Unexplained = 0.02,
        };
    }

    private static Backtest Backtest() => new()
    {
        Horizon = 10,
        FromStep = 900,
        ToStep = 1000,
        ErrorToGrowth = 0.21,
        Growth = { Enumerable.Range(1, 300).Select(i => 1e-4 * i) },
        Error = { Enumerable.Range(1, 300).Select(i => (i % 2 == 0 ? -2e-5 : 2e-5) * i) },
        PredictedLoss = { Enumerable.Range(0, 10).Select(i => 0.051 + (1e-4 * i)) },
        ActualLoss = { Enumerable.Range(0, 10).Select(i => 0.0505 + (2e-4 * i)) },
    };
}
