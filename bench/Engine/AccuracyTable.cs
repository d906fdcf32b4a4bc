using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Bench.Engine;

/// <summary>Digits of a known operator that each way keeps when the data has condition number 1e10.</summary>
internal static class AccuracyTable
{
    private const int Features = 64;
    private const int Snapshots = 4_000;

    public static IEnumerable<string> Run(string folder, ReferenceProcess reference, ILinearAlgebra la)
    {
        var s = Enumerable.Range(0, Features).Select(i => Math.Pow(10, -10.0 * i / (Features - 1))).ToArray();
        var x = EngineData.Pairs(Features, Snapshots, s, 0, 5, la).X;
        var map = la.ThinQr(EngineData.Normal(Features, Features, 6)).Q;
        var y = la.Multiply(map, x);
        EngineCase.Write(Path.Combine(folder, "hard.x"), x);
        EngineCase.Write(Path.Combine(folder, "hard.y"), y);
        EngineCase.Write(Path.Combine(folder, "hard.map"), map);
        yield return "## Digits kept at condition number 1e10";
        yield return "";
        yield return $"An orthogonal map of {Features} features, {Snapshots} snapshots without noise, full rank wanted; digits are "
            + "-log10 of the operator's relative error. Ours never keep a direction that is round-off, and say so.";
        yield return "";
        yield return "| program | basis | directions kept | digits |";
        yield return "|---|---|---:|---:|";
        foreach (var basis in (BasisMethod[])[BasisMethod.Svd, BasisMethod.Qr, BasisMethod.Gram])
        {
            var fit = new DmdEstimator { Basis = basis, RankRule = RankRule.Full, HoldOut = 0 }
                .Fit(SnapshotData.FromPairs(x, y), la);
            var k = la.Multiply(fit.Image, fit.Encoder, transposeB: true);
            var error = 0.0;
            for (var i = 0; i < k.AsSpan().Length; i++)
            {
                error += Math.Pow(k.AsSpan()[i] - map.AsSpan()[i], 2);
            }

            yield return $"| KoopmanMesh | {basis} | {fit.Rank} | {Math.Max(0, -Math.Log10(Math.Sqrt(error / Features))):0.0} |";
        }

        foreach (var method in (string[])["svd", "qr", "gram"])
        {
            var digits = reference.Run($"hard {method} {folder} {Features} {Snapshots} {Features}").Digits;
            yield return $"| NumPy | {method} | {Features} | {digits:0.0} |";
        }

        yield return "";
    }
}
