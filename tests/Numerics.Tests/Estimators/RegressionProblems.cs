using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>Planted data that the tests of the regressions share, and the regressions themselves by name.</summary>
internal static class RegressionProblems
{
    /// <summary>Those that find an exact linear map exactly.</summary>
    public static readonly Dictionary<string, PairEstimator> Free = new()
    {
        ["dmd"] = new DmdEstimator(),
        ["tls"] = new TotalLeastSquaresEstimator(),
        ["forward-backward"] = new ForwardBackwardEstimator(),
        ["ridge"] = new RidgeEstimator { Penalty = 1e-14 },
        ["reduced-rank"] = new ReducedRankEstimator(),
        ["randomized"] = new RandomizedEstimator { TargetRank = 3, Oversampling = 2, Seed = 3 },
        ["compressed"] = new CompressedEstimator { Measurements = 5, Seed = 4 },
        ["compressed-signs"] = new CompressedEstimator { Measurements = 7, Kind = MeasurementKind.SparseSigns },
        ["compressed-rows"] = new CompressedEstimator { Measurements = 5, Kind = MeasurementKind.Rows },
        ["control"] = new ControlEstimator(),
    };

    /// <summary>Those that hold the operator to a family.</summary>
    public static readonly Dictionary<string, PairEstimator> Held = new()
    {
        ["orthogonal"] = new OrthogonalEstimator(),
        ["symmetric"] = new OrthogonalEstimator { Constraint = Constraint.Symmetric },
        ["skew"] = new OrthogonalEstimator { Constraint = Constraint.SkewSymmetric },
        ["measure-preserving"] = new MeasurePreservingEstimator(),
    };

    public static TheoryData<string, string> FreeOnAll => Rows(Free.Keys);

    public static TheoryData<string, string> EveryOneOnAll => Rows(Free.Keys.Concat(Held.Keys));

    public static PairEstimator Get(string method) => Free.TryGetValue(method, out var free) ? free : Held[method];

    /// <summary>The data of pairs, with random inputs of no effect where the method takes inputs.</summary>
    public static SnapshotData Data(PairEstimator estimator, SnapshotPairs pairs) =>
        SnapshotData.FromPairs(pairs) with
        {
            Inputs = estimator.TakesInputs ? [Matrices.Gaussian(1, pairs.X.Columns, 99)] : null,
        };

    /// <summary>X of rank r in R^n, Y = A X in the coordinates of an orthonormal n × r basis.</summary>
    public static (SnapshotPairs Pairs, Matrix Basis) Embedded(Matrix a, int n, int m, int seed)
    {
        var (basis, z) = (Matrices.Orthonormal(n, a.Rows, seed), Matrices.Gaussian(a.Rows, m, seed + 1));
        var pairs = new SnapshotPairs(
            Matrices.Product(basis, z), Matrices.Product(basis, Matrices.Product(a, z)));
        return (pairs, basis);
    }

    /// <summary>Y = A X + noise on both sides, and weights: nothing about it is special.</summary>
    public static SnapshotPairs Noisy(int n, int m, double noise, int seed)
    {
        var a = Matrices.Orthonormal(n, n, seed);
        var x = Matrices.Gaussian(n, m, seed + 1);
        var y = Matrices.Product(a, x);
        Add(x, Matrices.Gaussian(n, m, seed + 2), noise);
        Add(y, Matrices.Gaussian(n, m, seed + 3), noise);
        return new SnapshotPairs(x, y, Matrices.Gaussian(1, m, seed + 4).AsSpan().ToArray()
            .Select(w => 0.5 + Math.Abs(w)).ToArray());
    }

    /// <summary>T20: states of a map with white noise, as pairs of neighbours.</summary>
    public static SnapshotPairs NoisyTrajectory(Matrix map, int m, double noise, int seed)
    {
        var states = Planted.Trajectory(map, Matrix.FromRows([[1], [0]]), m + 1);
        Add(states, Matrices.Gaussian(2, m + 1, seed), noise);
        return new SnapshotPairs(states.SelectColumns(0, m), states.SelectColumns(1, m));
    }

    public static Matrix Rotation(double angle, double modulus = 1) => Matrix.FromRows(
        [
            [modulus * Math.Cos(angle), -modulus * Math.Sin(angle)],
            [modulus * Math.Sin(angle), modulus * Math.Cos(angle)],
        ]);

    public static void Add(Matrix target, Matrix source, double factor)
    {
        for (var i = 0; i < target.AsSpan().Length; i++)
        {
            target.AsSpan()[i] += factor * source.AsSpan()[i];
        }
    }

    /// <summary>K of an operator on the states themselves.</summary>
    public static Matrix Map(KoopmanOperator fit) => Matrices.Product(fit.Image, fit.Encoder.Transpose());

    public static Matrix Map(Regression regression) =>
        Matrices.Product(regression.Spectrum.Image, regression.Spectrum.Basis.Transpose());

    public static void Close(ReadOnlySpan<Complex> actual, double tolerance, params Complex[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(0, Complex.Abs(expected[i] - actual[i]), tolerance);
        }
    }

    /// <summary>The regression on columns sqrt(w) [x; y; u] mixed by a random orthogonal matrix.</summary>
    public static LiftedPairs Mixed(LiftedPairs lifted, int seed)
    {
        var m = lifted.Pairs.X.Columns;
        var q = Matrices.Orthonormal(m, m, seed);
        var roots = lifted.Pairs.Weights.ToArray().Select(Math.Sqrt).ToArray();
        Matrix Mix(Matrix a) => Matrices.Product(Matrices.Scaled(a, roots), q);
        return new LiftedPairs(
            new SnapshotPairs(Mix(lifted.Pairs.X), Mix(lifted.Pairs.Y)),
            lifted.Inputs is { } inputs ? Mix(inputs) : null);
    }

    private static TheoryData<string, string> Rows(IEnumerable<string> methods)
    {
        var data = new TheoryData<string, string>();
        foreach (var method in methods)
        {
            foreach (var algebra in Algebras.Names)
            {
                data.Add(algebra, method);
            }
        }

        return data;
    }
}
