using System.Numerics;

using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>
/// Every option of every method as the catalogue offers it, one at a time, at values of every kind: a fit, or one sentence
/// of a type that the services know.
/// </summary>
public sealed class EstimatorOptionTests
{
    public static TheoryData<string, string> All => EstimatorContract.OnAll();

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_AnyValueOfAnyOption_IsFiniteOrRefusedByAKnownType(string algebra, string method)
    {
        var (la, complaints) = (Algebras.Get(algebra), new List<string>());
        var data = Data(method);
        foreach (var option in EstimatorContract.Entry(method).Options)
        {
            foreach (var value in Values(option))
            {
                if (Complaint(method, $"{option.Name}={value}", data, la) is { } complaint)
                {
                    complaints.Add($"{option.Name}={value}: {complaint}");
                }
            }
        }

        Assert.Empty(complaints);
    }

    private static string[] Values(EstimatorOption option) => option.Type switch
    {
        "rank" => ["full", "1", "50", "tol:0.1", "energy:0.9", "drop:1e-3", "optimal", "optimal:0.1", "cv:3", "cv:2:2"],
        "dictionary" =>
        [
            "identity", "affine", "poly:2", "identity + abs", "relu", "relu:3", "rbf:5", "tps:5", "rff:4", "hermite:2",
            "nothing",
        ],
        "boolean" => ["true", "false"],
        "integer" => ["", "0", "1", "2", "5", "1000000"],
        "number" => ["", "0", "0.3", "1", "1e300", "-1"],
        _ => option.Type.Split('|'),
    };

    private static string? Complaint(string method, string option, SnapshotData data, ILinearAlgebra la)
    {
        try
        {
            // Bags and refits are only time.
            string[] brief = method == "bagged" && !option.StartsWith("bags", StringComparison.Ordinal) ? ["bags=3"] : [];
            if (option is "bags=1000000" or "bootstraps=1000000")
            {
                return null;
            }

            var fit = EstimatorContract.Create(method, [.. brief, option]).Fit(data, la);
            return Array.TrueForAll(Numbers(fit), double.IsFinite) ? null : "a number is not finite";
        }
        catch (Exception e) when (e is EstimatorRequestException or ShapeMismatchException or NonFiniteDataException
            or NotConvergedException or ArgumentOutOfRangeException)
        {
            return e.Message.Length is > 20 and < 400 ? null : e.Message;
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static double[] Numbers(KoopmanOperator fit) =>
    [
        .. fit.Encoder.AsSpan(), .. fit.Reduced.AsSpan(), .. fit.Decoder.AsSpan(), .. fit.Image.AsSpan(),
        .. fit.Spectrum.Eigenvalues.ToArray().SelectMany(v => (double[])[v.Real, v.Imaginary]),
        .. fit.Spectrum.Amplitudes.ToArray().SelectMany(v => (double[])[v.Real, v.Imaginary]),
        .. fit.Spectrum.Residuals.ToArray(), fit.Diagnostics.ConditionNumber, fit.Diagnostics.DigitsLost,
    ];

    private static SnapshotData Data(string method)
    {
        Matrix Wave(double phase) => Exponentials.Noisy(
            Exponentials.Sum(
                [new Complex(-0.02, 0.4), new Complex(-0.05, 1.1)], Exponentials.Even(24, 1),
                Matrices.Gaussian(4, 2, (int)(10 * phase))),
            1e-2, 5);
        var data = SnapshotData.FromTrajectories(Wave(1), Wave(2));
        return EstimatorContract.Entry(method).TakesInputs
            ? data with { Inputs = [Matrices.Gaussian(1, 24, 6), Matrices.Gaussian(1, 24, 7)] }
            : data;
    }
}
