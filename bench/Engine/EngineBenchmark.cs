using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Bench.Engine;

/// <summary>
/// Exact DMD, in memory, with delays and streamed, against NumPy and SciPy on the same data, BLAS and number of threads,
/// alternating in one run.
/// </summary>
internal static class EngineBenchmark
{
    private const int Rounds = 5;
    private const int Features = 784;
    private const int Snapshots = 20_000;
    private const int Rank = 32;

    public static IEnumerable<string> Run(string script, string launcher)
    {
        var (la, folder) = (LinearAlgebraProvider.Detect(null), Directory.CreateTempSubdirectory("koopmesh-engine-"));
        try
        {
            using var reference = new ReferenceProcess(script);
            var kernels = Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") ?? "the processor's own";
            yield return $"{la.Name} (kernels: {kernels}) on both sides, {Environment.ProcessorCount} threads each; "
                + $"{reference.Versions}. Medians of {Rounds} alternating rounds.";
            yield return "";
            var parts = Compare(Cases(folder.FullName, la), reference)
                .Concat(AccuracyTable.Run(folder.FullName, reference, la))
                .Concat(Linearity(la))
                .Concat(StreamBenchmark.Run(folder.FullName, launcher));
            foreach (var line in parts)
            {
                yield return line;
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static List<EngineCase> Cases(string folder, ILinearAlgebra la)
    {
        var falling = Enumerable.Range(1, Features).Select(i => 1.0 / i).ToArray();
        var (x, y) = EngineData.Pairs(Features, Snapshots, falling, 1e-3, 1, la);
        EngineCase.Write(Path.Combine(folder, "pairs.x"), x);
        EngineCase.Write(Path.Combine(folder, "pairs.y"), y);
        var data = SnapshotData.FromPairs(x, y);
        var z = EngineData.Oscillations(40, 4000, 8, 1e-3, 3);
        EngineCase.Write(Path.Combine(folder, "delays.z"), z);
        var trajectory = SnapshotData.FromTrajectories(z);
        var u = la.ThinQr(EngineData.Normal(Features, Rank, 9)).Q;
        string Pairs(string method) => $"pairs {method} {folder} {Features} {Snapshots} {Rank}";
        string Delays(string method) => $"delays {method} {folder} 40 4000 16 50";
        void Thin() => la.Outer(la.Times(u, x, transposeA: true), y);
        Action Fit(BasisMethod basis, double holdOut = 0) =>
            () => EngineCase.Exact(Rank, basis, holdOut).Fit(data, la);
        Action Delayed(BasisMethod basis) =>
            () => (EngineCase.Exact(16, basis) with { Delays = 50 }).Fit(trajectory, la);

        void Products()
        {
            la.Syrk(x);
            Thin();
        }

        void Factors()
        {
            la.TransposedFactor(x);
            Thin();
        }

        return
        [
            new("784 x 20,000, rank 32, Gram", Fit(BasisMethod.Gram), Products, Pairs("svd")),
            new("the same, 20 % held out", Fit(BasisMethod.Gram, 0.2), null, Pairs("svd")),
            new("784 x 20,000, rank 32, QR", Fit(BasisMethod.Qr), Factors, Pairs("svd")),
            new("the same, 20 % held out", Fit(BasisMethod.Qr, 0.2), null, Pairs("svd")),
            new("784 x 20,000, Gram against NumPy's eigh(XX')", Fit(BasisMethod.Gram), null, Pairs("gram")),
            new("784 x 20,000, QR against SciPy's qr(X')", Fit(BasisMethod.Qr), null, Pairs("qr")),
            new("784 x 20,000, Gram against Y pinv(X)", Fit(BasisMethod.Gram), null, Pairs("pinv")),
            new("40 x 4,000, 50 delays, rank 16, Gram", Delayed(BasisMethod.Gram), Lags(z, la), Delays("svd")),
            new("40 x 4,000, 50 delays, Gram against eigh(XX')", Delayed(BasisMethod.Gram), null, Delays("gram")),
        ];
    }

    /// <summary>The products of the lags and of the ends, the search for 16 directions, and the image.</summary>
    private static Action Lags(Matrix z, ILinearAlgebra la)
    {
        var u = la.ThinQr(EngineData.Normal(40 * 50, 16, 4)).Q;
        return () =>
        {
            var moments = LagProducts.Of([z], 50, la);
            LeadingDirections.OfGram(moments.Xx, 16, la);
            moments.YxTimes(u, la);
        };
    }

    private static IEnumerable<string> Compare(List<EngineCase> cases, ReferenceProcess reference)
    {
        yield return "## In memory";
        yield return "";
        yield return "Speed-up is the baseline's seconds over ours; `own` is our seconds over those of the fit's own products and";
        yield return "factorisations alone. Without hold-out unless said: the baselines test nothing.";
        yield return "";
        yield return "| problem | baseline | its s | our s | speed-up | own |";
        yield return "|---|---|---:|---:|---:|---:|";
        foreach (var item in cases)
        {
            var (ours, theirs, bare) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = -1; round < Rounds; round++)
            {
                var baseline = reference.Run(item.Baseline).Seconds;
                var (fit, alone) = (EngineCase.Time(item.Fit), item.Bare is null ? 1 : EngineCase.Time(item.Bare));
                if (round >= 0)
                {
                    ours.Add(fit);
                    theirs.Add(baseline);
                    bare.Add(alone);
                }
            }

            var (our, their) = (EngineCase.Median(ours), EngineCase.Median(theirs));
            var own = item.Bare is null ? "" : $"{our / EngineCase.Median(bare):0.00}";
            yield return $"| {item.Title} | {item.Baseline.Split(' ')[1]} | {their:0.000} | {our:0.000} "
                + $"| {their / our:0.0} | {own} |";
        }

        yield return "";
    }

    private static IEnumerable<string> Linearity(ILinearAlgebra la)
    {
        yield return "## Ten times the snapshots";
        yield return "";
        yield return "| basis | 784 x 4,000 s | 784 x 40,000 s | ratio |";
        yield return "|---|---:|---:|---:|";
        var falling = Enumerable.Range(1, Features).Select(i => 1.0 / i).ToArray();
        var few = EngineData.Pairs(Features, 4_000, falling, 1e-3, 1, la);
        var many = EngineData.Pairs(Features, 40_000, falling, 1e-3, 1, la);
        var (small, large) = (SnapshotData.FromPairs(few.X, few.Y), SnapshotData.FromPairs(many.X, many.Y));
        foreach (var basis in (BasisMethod[])[BasisMethod.Gram, BasisMethod.Qr])
        {
            var (one, ten) = (new List<double>(), new List<double>());
            for (var round = -1; round < Rounds; round++)
            {
                var seconds = EngineCase.Time(() => EngineCase.Exact(Rank, basis).Fit(small, la));
                var tenfold = EngineCase.Time(() => EngineCase.Exact(Rank, basis).Fit(large, la));
                if (round >= 0)
                {
                    one.Add(seconds);
                    ten.Add(tenfold);
                }
            }

            var (a, b) = (EngineCase.Median(one), EngineCase.Median(ten));
            yield return $"| {basis} | {a:0.000} | {b:0.000} | {b / a:0.00} |";
        }

        yield return "";
    }
}
