using System.Reflection;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>
/// Every estimator of the library, found by reflection, on data that breaks what is careless: it gives finite numbers, or
/// says in one sentence why not.
/// </summary>
public sealed class BadInputTests
{
    private const int N = 3;
    private const int T = 24;

    private static readonly Type[] _estimators =
    [
        .. typeof(IEstimator).Assembly.GetTypes()
            .Where(type => typeof(IEstimator).IsAssignableFrom(type) && type is { IsAbstract: false, IsInterface: false })
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (name, type) in Algebras.Names.SelectMany(name => _estimators.Select(type => (name, type))))
            {
                data.Add(name, type.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_DataThatBreaksTheCareless_IsFiniteOrRefusedInOneSentence(string name, string type)
    {
        var la = Algebras.Get(name);
        var complaints = "";
        foreach (var (what, data) in Hostile())
        {
            var estimator = Make(type);
            var complaint = Outcome(() => Complaint(estimator.Fit(WithInputs(estimator, data), la), la));
            complaints += complaint is null ? "" : $"{what}: {complaint}; ";
        }

        Assert.Equal("", complaints);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_RankNoDataHas_IsCutAndNotThrown(string name, string type)
    {
        var la = Algebras.Get(name);
        var estimator = Make(type);
        if (!Set(ref estimator, "RankRule", new RankRule.Fixed(1000)))
        {
            return;
        }

        var data = Sines(0);
        var complaint = Complaint(estimator.Fit(WithInputs(estimator, data), la), la);

        Assert.Null(complaint);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_DelaysLongerThanTheData_AreRefused(string name, string type)
    {
        var la = Algebras.Get(name);
        var estimator = Make(type);
        if (!Set(ref estimator, "Delays", T))
        {
            return;
        }

        var refused = Assert.Throws<ShapeMismatchException>(
            () => estimator.Fit(WithInputs(estimator, Sines(0)), la));

        // How many more than the delays depends on the method.
        Assert.StartsWith("the longest trajectory was expected to be at least ", refused.Message);
        Assert.EndsWith($" snapshots for {T} delays, got {T}", refused.Message);
        Assert.ThrowsAny<ArgumentOutOfRangeException>(() =>
        {
            var none = Make(type);
            Set(ref none, "Delays", 0);
            none.Fit(WithInputs(none, Sines(0)), la);
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_InputsWhereNoneAreTaken_OrNoneWhereSomeAre_IsRefused(string name, string type)
    {
        var la = Algebras.Get(name);
        var estimator = Make(type);
        var takes = TakesInputs(estimator);
        var data = takes ? Sines(0) : Sines(0) with { Inputs = [Matrices.Gaussian(1, T, 9)] };

        var refused = Assert.Throws<ShapeMismatchException>(() => estimator.Fit(data, la));

        Assert.StartsWith("the data of ", refused.Message);
        Assert.EndsWith(
            takes ? " was expected to be with inputs, got none" : "without inputs, got inputs", refused.Message);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_Nothing_IsRefused(string name, string type)
    {
        var (la, estimator) = (Algebras.Get(name), Make(type));

        Assert.Throws<ArgumentNullException>(() => estimator.Fit(null!, la));
        Assert.Throws<ArgumentNullException>(() => estimator.Fit(Sines(0), null!));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_Twice_GivesTheSameBits(string name, string type)
    {
        var (la, estimator) = (Algebras.Get(name), Make(type));
        var data = WithInputs(estimator, Sines(0.1));

        var (first, second) = (estimator.Fit(data, la), Make(type).Fit(data, la));

        Assert.Equal(first.Spectrum.Eigenvalues.ToArray(), second.Spectrum.Eigenvalues.ToArray());
        Assert.Equal(first.Reduced.AsSpan().ToArray(), second.Reduced.AsSpan().ToArray());
        Assert.Equal(first.Image.AsSpan().ToArray(), second.Image.AsSpan().ToArray());
    }

    private static IEnumerable<(string What, SnapshotData Data)> Hostile()
    {
        yield return ("two snapshots", SnapshotData.FromTrajectories(Matrices.Gaussian(N, 2, 1)));
        yield return ("one pair", SnapshotData.FromPairs(Matrices.Gaussian(N, 1, 1), Matrices.Gaussian(N, 1, 2)));
        yield return ("one feature", Data(1, (_, k) => Math.Cos(0.3 * k)));
        yield return ("all zero", Data(N, (_, _) => 0));
        yield return ("zero pairs", SnapshotData.FromPairs(new Matrix(N, 5), new Matrix(N, 5)));
        yield return ("from zero to something", SnapshotData.FromPairs(new Matrix(N, 5), Matrices.Gaussian(N, 5, 1)));
        yield return ("from something to zero", SnapshotData.FromPairs(Matrices.Gaussian(N, 5, 1), new Matrix(N, 5)));
        yield return ("constant", Data(N, (i, _) => i + 1));
        yield return ("a constant row", Data(N, (i, k) => i == 1 ? 2 : Math.Cos((0.3 * k) + i)));
        yield return ("a zero row", Data(N, (i, k) => i == 1 ? 0 : Math.Cos((0.3 * k) + i)));
        yield return ("equal rows", Data(N, (_, k) => Math.Pow(0.9, k)));
        yield return ("equal columns in turn", Data(N, (i, k) => k % 2 == 0 ? i + 1 : -i));
        yield return ("zero after the start", Data(N, (i, k) => k == 0 ? i + 1 : 0));
        yield return ("zero until the end", Data(N, (i, k) => k == T - 1 ? i + 1 : 0));
        yield return ("more features than snapshots", SnapshotData.FromTrajectories(Matrices.Gaussian(30, 5, 1)));
        yield return ("noise", SnapshotData.FromTrajectories(Matrices.Gaussian(N, T, 3)));
        yield return ("decay to denormals", Data(N, (i, k) => (i + 1) * Math.Pow(10, -14.0 * k)));
        yield return ("growth", Data(N, (i, k) => (i + 1) * Math.Pow(3 - i, k)));
        yield return ("denormals beside ones", Data(N, (i, k) => i == 1 ? 5e-324 * k : Math.Cos((0.3 * k) + i)));
        yield return ("1e-300 beside ones", Data(N, (i, k) => i == 1 ? 1e-300 * k : Math.Cos((0.3 * k) + i)));
        yield return ("1e99", Data(N, (i, k) => 9e99 * Math.Cos((0.3 * k) + i)));
        yield return ("1e-99", Data(N, (i, k) => 2e-100 * Math.Cos((0.3 * k) + i)));
        yield return ("1e95 beside 1e-95", Data(N, (i, k) => (i == 0 ? 1e95 : 1e-95) * Math.Cos((0.3 * k) + i)));
        yield return ("condition 1e10", Conditioned());
        yield return ("defective", Defective());
        yield return ("no pair counts", Uncounted());
    }

    private static SnapshotData Conditioned()
    {
        var x = Matrices.WithSingularValues(N, T, [1, 1e-5, 1e-10], 5);
        return SnapshotData.FromPairs(x, Matrices.Product(Matrices.Gaussian(N, N, 6), x));
    }

    private static SnapshotData Defective()
    {
        var x = Matrices.Gaussian(N, T, 5);
        return SnapshotData.FromPairs(x, Matrices.Product(Matrix.FromRows([[1, 1, 0], [0, 1, 1], [0, 0, 1]]), x));
    }

    private static SnapshotData Uncounted()
    {
        var x = Matrices.Gaussian(N, T, 5);
        return SnapshotData.FromPairs(new SnapshotPairs(x, x, new double[T]));
    }

    private static SnapshotData Sines(double noise)
    {
        var random = new Random(4);
        return Data(N, (i, k) => Math.Cos((0.3 * k) + i) + (noise * random.NextDouble()));
    }

    private static SnapshotData Data(int n, Func<int, int, double> value)
    {
        var states = new Matrix(n, T);
        for (var k = 0; k < T; k++)
        {
            for (var i = 0; i < n; i++)
            {
                states[i, k] = value(i, k);
            }
        }

        return SnapshotData.FromTrajectories(states);
    }

    /// <summary>
    /// As its options are by default, but for the number of refits, which is only time, and delays longer than the data
    /// here.
    /// </summary>
    private static IEstimator Make(string type)
    {
        var estimator = (IEstimator)Activator.CreateInstance(_estimators.Single(t => t.Name == type))!;
        Set(ref estimator, "Bags", 10);
        if (estimator.GetType().GetProperty("Delays")?.GetValue(estimator) is >= T)
        {
            Set(ref estimator, "Delays", 8);
        }

        return estimator;
    }

    /// <summary>Sets an option where the estimator has it.</summary>
    private static bool Set(ref IEstimator estimator, string option, object value)
    {
        var property = estimator.GetType().GetProperty(option);
        property?.SetValue(estimator, value, BindingFlags.DoNotWrapExceptions, null, null, null);
        return property is not null;
    }

    private static bool TakesInputs(IEstimator estimator) => estimator is PairEstimator { TakesInputs: true };

    private static SnapshotData WithInputs(IEstimator estimator, SnapshotData data) => TakesInputs(estimator)
        ? data with { Inputs = [Matrices.Gaussian(1, Snapshots(data), 9)] }
        : data;

    private static int Snapshots(SnapshotData data) =>
        data.IsPairs ? data.Pairs(1).X.Columns : data.Trajectories[0].Columns;

    /// <summary>What is wrong with an operator or an error; null when nothing is.</summary>
    private static string? Outcome(Func<string?> fit)
    {
        try
        {
            return fit();
        }
        catch (Exception error) when (error is ShapeMismatchException or NonFiniteDataException or NotConvergedException
            or ArgumentOutOfRangeException or NoSnapshotPairsException)
        {
            return error.Message.Length is 0 or > 400 ? $"a message of {error.Message.Length} characters" : null;
        }
        catch (Exception error)
        {
            return $"{error.GetType().Name}: {error.Message} at {error.StackTrace?.Split('\n')[0].Trim()}";
        }
    }

    private static string? Complaint(KoopmanOperator fitted, ILinearAlgebra la)
    {
        var (spectrum, diagnostics) = (fitted.Spectrum, fitted.Diagnostics);
        (string What, double[] Values)[] numbers =
        [
            ("encoder", fitted.Encoder.AsSpan().ToArray()),
            ("reduced operator", fitted.Reduced.AsSpan().ToArray()),
            ("decoder", fitted.Decoder.AsSpan().ToArray()),
            ("image", fitted.Image.AsSpan().ToArray()),
            ("input", fitted.Input?.AsSpan().ToArray() ?? []),
            ("image of the input", fitted.InputImage?.AsSpan().ToArray() ?? []),
            ("eigenvalues", Parts(spectrum.Eigenvalues.Span)),
            ("residuals", spectrum.Residuals.ToArray()),
            ("importance", spectrum.Importance.ToArray()),
            ("amplitudes", Parts(spectrum.Amplitudes.Span)),
            ("modes", Parts(spectrum.Modes.AsSpan())),
            ("vectors", Parts(spectrum.Vectors.AsSpan())),
            ("singular values", diagnostics.SingularValues.ToArray()),
            ("condition", [diagnostics.ConditionNumber, diagnostics.DigitsLost]),
            ("fit error", [diagnostics.FitError ?? 0]),
            ("held-out error", [diagnostics.HoldOutError ?? 0]),
            ("persistence error", [diagnostics.PersistenceError ?? 0]),
            ("rank", [diagnostics.Rank.Threshold, diagnostics.Rank.DiscardedEnergy]),
        ];
        foreach (var (what, values) in numbers)
        {
            var bad = Array.FindIndex(values, value => !double.IsFinite(value));
            if (bad >= 0)
            {
                return FormattableString.Invariant($"{what} holds {values[bad]}");
            }
        }

        var history = Matrices.Gaussian(fitted.StateWidth, fitted.Delays, 7);
        return Outcome(() => Array.TrueForAll(
            fitted.Predict(history, 3, la, fitted.Input is null ? null : new Matrix(fitted.InputWidth, 3))
                .AsSpan().ToArray(), double.IsFinite) ? null : "a prediction is not finite");
    }

    private static double[] Parts(ReadOnlySpan<System.Numerics.Complex> values) =>
        [.. values.ToArray().SelectMany(value => (double[])[value.Real, value.Imaginary])];
}
