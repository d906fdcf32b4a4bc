using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>Seven fabricated components.</summary>
internal static class SampleComponents
{
    private sealed record Plan(
        string Name,
        string Kind,
        string[] Operators,
        long[] In,
        long[] Out,
        double Canonical,
        double Telescoped,
        double Error,
        string[] Flags);

    private static readonly Plan[] Plans =
    [
        new("features.0", "conv", ["Conv", "BatchNormalization", "Relu", "MaxPool"], [1, 28, 28], [8, 14, 14],
            -0.412, 69.31, 0.041, ["COMPRESSED"]),
        new("features.4", "conv", ["Conv", "Relu", "MaxPool"], [8, 14, 14], [16, 7, 7],
            -1.874, -6.02, 0.162, ["LOW_FIDELITY"]),
        new("classifier.0", "dense", ["Gemm", "Relu"], [784], [128], -3.291, -9.44, 0.093, []),
        new("classifier.2", "dense", ["Gemm", "Relu"], [128], [64], -2.950, -4.87, 0.071, ["RANK_DROP"]),
        new("classifier.4", "dense", ["Gemm", "Relu"], [64], [64], -1.205, 0.83, 0.048, []),
        new("classifier.6", "dense", ["Gemm", "Relu"], [64], [32],
            double.NaN, double.NaN, 1, ["DEAD", "CONSTANT_OUTPUT"]),
        new("classifier.8.logits", "dense", ["Gemm"], [32], [10], -0.0004, 2.11, 2.1e-6, ["UNDER_DETERMINED"]),
    ];

    /// <summary>Fresh copies, the same every time.</summary>
    public static List<ComponentReport> All()
    {
        var total = Plans.Where(plan => double.IsFinite(plan.Canonical)).Sum(plan => Math.Abs(plan.Canonical));
        var volume = Plans.Where(plan => double.IsFinite(plan.Telescoped)).Sum(plan => Math.Abs(plan.Telescoped));
        return [.. Plans.Select((plan, index) => Make(plan, index, total, volume))];
    }

    private static ComponentReport Make(Plan plan, int index, double total, double volume)
    {
        var random = new Random(index + 1);
        var size = (int)Math.Min(512, Math.Max(Product(plan.In), Product(plan.Out)));
        var component = new ComponentReport
        {
            Index = index,
            Name = plan.Name,
            Kind = plan.Kind,
            Parameters = Product(plan.In) * Product(plan.Out) % 99_991,
            Alignment = plan.Kind == "dense" ? Alignment.Minimal : Alignment.ZeroPad,
            AlignedDimension = size,
            ReplayDifference = 1e-7 * index,
            InputEnergyLost = plan.Flags.Contains("COMPRESSED") ? 0.0042 : 0,
            Fit = Fit(plan, size),
            Spectrum = Spectrum(random, plan.Flags.Contains("DEAD")),
            Credit = CreditOf(plan, total, volume),
        };
        component.Operators.AddRange(plan.Operators);
        component.InputShape.AddRange(plan.In);
        component.OutputShape.AddRange(plan.Out);
        component.Flags.AddRange(plan.Flags);
        return component;
    }

    private static FitQuality Fit(Plan plan, int size)
    {
        var fit = new FitQuality
        {
            HoldOutError = plan.Error,
            FitError = plan.Error * 0.94,
            R2 = 1 - (plan.Error * plan.Error),
            FullRank = size,
            ConditionNumber = 8.3e4,
            DiscardedEnergy = 3.1e-9,
            FitRows = 8_000,
            HoldOutRows = 2_000,
            DigitsLost = 5.1,
        };
        fit.SingularValues.AddRange(Enumerable.Range(0, size).Select(i => 120 * Math.Exp(-9.0 * i / 200) / (1 + i)));
        fit.Rank = fit.SingularValues.Count(value => value > 1e-5 * fit.SingularValues[0]);
        return fit;
    }

    private static Spectrum Spectrum(Random random, bool dead)
    {
        if (dead)
        {
            return new Spectrum { ReasonAbsent = "Every trajectory died out before its second step." };
        }

        var spectrum = new Spectrum
        {
            Rank = 24,
            LogOperatorDet = -17.4,
            Trajectories = 2_048,
            Pairs = 6_144,
            Delays = 2,
            Steps = 4,
            Unlisted = 6,
        };
        for (var i = 0; i < 12; i++)
        {
            var radius = 1.02 - (0.95 * Math.Pow(random.NextDouble(), 1.5));
            var angle = Math.PI * random.NextDouble();
            var residual = Math.Pow(10, -7 + (6 * random.NextDouble()));
            foreach (var sign in (int[])[1, -1])
            {
                spectrum.Eigenpairs.Add(new Eigenpair
                {
                    Value = new Complex { Re = radius * Math.Cos(angle), Im = sign * radius * Math.Sin(angle) },
                    Residual = residual,
                    RelativeResidual = residual / 1.1,
                });
            }
        }

        spectrum.SingularValues.AddRange(Enumerable.Range(0, 60).Select(i => Math.Exp(-0.2 * i)));
        return spectrum;
    }

    private static Run.V1.Credit CreditOf(Plan plan, double total, double volume)
    {
        var credit = new Run.V1.Credit { RankBefore = 10, RankAfter = plan.Flags.Contains("RANK_DROP") ? 9 : 10 };
        if (!double.IsFinite(plan.Canonical))
        {
            return credit;
        }

        credit.Canonical = plan.Canonical;
        credit.Telescoped = plan.Telescoped;
        credit.Local = plan.Telescoped + 0.5;
        credit.QrChained = plan.Telescoped - 0.2;
        credit.BackwardDet = 12 - plan.Telescoped;
        credit.OperatorDet = -17.4;
        credit.CanonicalGain = Math.Exp(plan.Canonical / 10);
        credit.TelescopedGain = Math.Exp(plan.Telescoped / 10);
        credit.CanonicalShare = Math.Abs(plan.Canonical) / total;
        credit.TelescopedShare = Math.Abs(plan.Telescoped) / volume;
        credit.CanonicalRank = 1 + Plans.Count(other => Math.Abs(other.Canonical) > Math.Abs(plan.Canonical));
        credit.TelescopedRank = 1 + Plans.Count(other => Math.Abs(other.Telescoped) > Math.Abs(plan.Telescoped));
        credit.CanonicalInterval = Around(plan.Canonical);
        credit.TelescopedInterval = Around(plan.Telescoped);
        return credit;
    }

    private static Interval Around(double value) => new()
    {
        Low = value - (0.07 * Math.Abs(value)) - 0.02,
        High = value + (0.05 * Math.Abs(value)) + 0.01,
        Mean = value - 0.004,
    };

    private static long Product(IEnumerable<long> shape) => shape.Aggregate(1L, (product, n) => product * n);
}
