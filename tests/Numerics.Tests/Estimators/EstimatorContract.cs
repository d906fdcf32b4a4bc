using System.Numerics;

using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>
/// States Q z in R^6 that obey z' = B z in R^2, B upper triangular, in two forms: pairs with X = Q diag(S) V', all
/// factors planted, and the trajectory from <paramref name="Start"/>.
/// </summary>
internal sealed record PlantedCase(Matrix B, double[] S, double[] Start, double Tolerance)
{
    private const int Width = 6;

    public static readonly Dictionary<string, PlantedCase> All = new()
    {
        ["non-normal"] = new(Matrix.FromRows([[0.9, 20], [0, 0.5]]), [1, 0.5], [1, 1], 1e-12),

        // Half the digits of a double eigenvalue are all that there are (N9).
        ["defective"] = new(Matrix.FromRows([[0.6, 1], [0, 0.6]]), [1, 0.5], [1, 1], 1e-7),
        ["rank-deficient"] = new(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), [1, 0.5], [1, 1], 1e-12),

        // Of which 1e-16 · 1e10 is what rounding leaves to know, and a margin.
        ["condition 1e10"] = new(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), [1, 1e-10], [1, 1e-10], 2e-6),
    };

    /// <summary>Q.</summary>
    public static Matrix Basis { get; } = Matrices.Orthonormal(Width, 2, 1);

    public Complex[] Eigenvalues => [B[0, 0], B[1, 1]];

    public SnapshotPairs Pairs()
    {
        var z = Matrices.Scaled(Matrices.Orthonormal(24, 2, 2), S).Transpose();
        return new SnapshotPairs(Matrices.Product(Basis, z), Matrices.Product(Basis, Matrices.Product(B, z)));
    }

    public Matrix Trajectory(int length) =>
        Matrices.Product(Basis, Planted.Trajectory(B, new Matrix(2, 1, [.. Start]), length));
}

/// <summary>How one method is put to the contract, and what it has to find.</summary>
/// <param name="Options">As the catalogue reads them.</param>
internal sealed record Contracted(string Options)
{
    /// <summary>The eigenvalues of a case: those of B, unless the method is made to find others.</summary>
    public Func<PlantedCase, Complex[]> Truth { get; init; } = planted => planted.Eigenvalues;

    /// <summary>The operator is B itself, so that its predictions are those of B.</summary>
    public bool FindsTheMap { get; init; } = true;

    /// <summary>It sums products, so that a condition number of 1e10 costs a direction, and the reason says so.</summary>
    public bool Squares { get; init; }

    /// <summary>
    /// A random sketch or a few measurements see another part of noise when the data is turned or its order changes: the
    /// properties hold for what has no more directions than they see.
    /// </summary>
    public bool SeesPartOfTheNoise { get; init; }

    /// <summary>Of equal spectra: what an iteration settles to, or the root of a product.</summary>
    public double Same { get; init; } = 1e-8;
}

/// <summary>Every method of the catalogue with options that suit data of two to six directions.</summary>
internal static class EstimatorContract
{
    private const double Penalty = 1e-4;

    public static readonly Dictionary<string, Contracted> Methods = new()
    {
        ["dmd"] = new("rank=tol:1e-12"),
        ["projected"] = new("rank=tol:1e-12"),
        ["hankel"] = new("rank=tol:1e-12 delays=2"),
        ["edmd"] = new("rank=tol:1e-12 dictionary=affine") { Truth = c => [1, .. c.Eigenvalues] },
        ["refined"] = new("rank=tol:1e-12"),
        ["tls"] = new("rank=tol:1e-12"),
        ["forward-backward"] = new("rank=tol:1e-12"),
        ["ridge"] = new("rank=tol:1e-12 penalty=1e-4") { Truth = Ridge, FindsTheMap = false },
        ["rrr"] = new("rank=tol:1e-12 regression-rank=tol:1e-12"),
        ["orthogonal"] = new("rank=tol:1e-12") { Truth = NearestRotation, FindsTheMap = false },
        ["measure-preserving"] = new("rank=tol:1e-12") { Truth = NearestIsometry, FindsTheMap = false },
        ["control"] = new("rank=tol:1e-12"),
        ["randomized"] = new("rank=tol:1e-12 target-rank=3 oversampling=1") { SeesPartOfTheNoise = true },
        ["compressed"] = new("rank=tol:1e-12 measurements=4") { SeesPartOfTheNoise = true },
        ["kernel"] = new("rank=tol:1e-12 kernel=linear") { Squares = true, Same = 1e-7 },
        ["optimized"] = new("rank=tol:1e-12") { Same = 1e-6 },
        ["bagged"] = new("rank=tol:1e-12 bags=8") { Same = 1e-6 },
        ["havok"] = new("rank=tol:1e-12 delays=4") { Truth = CentralDifferences, FindsTheMap = false },
        ["sparse"] = new("rank=tol:1e-12 price=0"),
        ["online"] = new("rank=tol:1e-12"),
        ["streaming"] = new("rank=tol:1e-12") { Squares = true, Same = 1e-7 },
    };

    public static EstimatorMethod Entry(string method) => EstimatorCatalogue.Find(method);

    public static IEstimator Create(string method, params string[] more)
    {
        var options = Methods[method].Options.Split(' ').Concat(more).Select(o => o.Split('='));
        var merged = new Dictionary<string, string>();
        foreach (var option in options)
        {
            merged[option[0]] = option[1];
        }

        return Entry(method).With(merged);
    }

    /// <summary>Inputs of no effect where the method takes inputs.</summary>
    public static SnapshotData WithInputs(string method, SnapshotData data) => data with
    {
        Inputs = Entry(method).TakesInputs ? [Matrices.Gaussian(1, data.Pairs(1).X.Columns, 99)] : null,
    };

    public static TheoryData<string, string> OnAll(Func<string, bool>? which = null)
    {
        var data = new TheoryData<string, string>();
        foreach (var method in Methods.Keys.Where(which ?? (_ => true)))
        {
            foreach (var algebra in Algebras.Names)
            {
                data.Add(algebra, method);
            }
        }

        return data;
    }

    // The filter factors s^2 / (s^2 + gamma) with gamma relative to trace(X X') / n; B stays upper triangular.
    private static Complex[] Ridge(PlantedCase planted)
    {
        var energies = planted.S.Select(s => s * s).ToArray();
        var gamma = Penalty * energies.Sum() / PlantedCase.Basis.Rows;
        return [.. energies.Select((e, i) => planted.Eigenvalues[i] * (e / (e + gamma)))];
    }

    // The polar factor of Y X' = B S^2: in two dimensions, with a positive determinant, one angle.
    private static Complex[] NearestRotation(PlantedCase planted) =>
        Rotation(Matrices.Scaled(planted.B, [.. planted.S.Select(s => s * s)]));

    // The polar factor of G^(-1/2) Y X' G^(-1/2) = S^(-1) B S.
    private static Complex[] NearestIsometry(PlantedCase planted) => Rotation(Matrices.Scaled(
        Matrices.Scaled(planted.B, planted.S).Transpose(), [.. planted.S.Select(s => 1 / s)]).Transpose());

    private static Complex[] Rotation(Matrix m)
    {
        var angle = Math.Atan2(m[1, 0] - m[0, 1], m[0, 0] + m[1, 1]);
        return [Complex.FromPolarCoordinates(1, angle), Complex.FromPolarCoordinates(1, -angle)];
    }

    // Of lambda^t the derivative by central differences of fourth order is (8 (lambda - 1 / lambda) - (lambda^2 -
    // 1 / lambda^2)) / 12 times it, in place of log lambda.
    private static Complex[] CentralDifferences(PlantedCase planted) => Array.ConvertAll(
        planted.Eigenvalues,
        v => Complex.Exp(((8 * (v - (1 / v))) - ((v * v) - (1 / (v * v)))) / 12));
}
