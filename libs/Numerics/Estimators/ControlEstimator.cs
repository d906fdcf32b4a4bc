using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// DMD with control, methods S13 (Proctor, Brunton and Kutz 2016, SIAM J. Appl. Dyn. Syst. 15): psi(x_(k+1)) ≈ K
/// psi(x_k) + F u_k, [K F] = Y V S^(-1) [U1; U2]' from [X; c u] = [U1; U2] S V'. Inputs are brought to the size of
/// the states by c first, so that their unit does not decide what the rank rule cuts; a fixed rank r is of the
/// states, and r + c of both together. The operator is then reduced to the kept directions of X, where the paper
/// takes those of Y: both give the same eigenvalues other than 0 where K is exact, but K acts on x, and what lies in
/// x and not in Y would be lost to the prediction. With the effect of inputs known, <see cref="KnownInputImage"/>, Y
/// - F u is regressed on X alone. O((N + c) m min(N + c, m)).
/// </summary>
public sealed record ControlEstimator : PairEstimator
{
    /// <summary>
    /// F when it is known, N × c; null, the default, to find it. Not copied and not to be written to.
    /// </summary>
    public Matrix? KnownInputImage { get; init; }

    /// <inheritdoc/>
    public override string Name => "dmd-with-control";

    /// <inheritdoc/>
    public override bool TakesInputs => true;

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(pairs.Inputs);
        var regression = KnownInputImage is { } known
            ? WithKnown(known, pairs, pairs.Inputs, la)
            : Joint(pairs, pairs.Inputs, la);
        return regression with { ExactModes = true, Squared = pairs.Squared };
    }

    private Regression WithKnown(Matrix known, LiftedPairs pairs, Matrix inputs, ILinearAlgebra la)
    {
        Guard.Shape(known, pairs.Pairs.Y.Rows, inputs.Rows, "the known image of the inputs");
        Guard.Finite(known, "the known image of the inputs");
        var rest = la.Multiply(known, inputs);
        TensorPrimitives.Subtract<double>(pairs.Pairs.Y.AsSpan(), rest.AsSpan(), rest.AsSpan());
        var free = pairs with { Pairs = new SnapshotPairs(pairs.Pairs.X, rest, pairs.Pairs.Weights) };
        return Regression.Of(SnapshotBasis.Of(free, RankRule, la), refine: 0, la) with { InputImage = known };
    }

    private Regression Joint(LiftedPairs pairs, Matrix inputs, ILinearAlgebra la)
    {
        var (n, c) = (pairs.Pairs.X.Rows, inputs.Rows);
        var roots = pairs.Pairs.WeightRoots();
        var (x, driving) = (pairs.Pairs.X.Copy().ScaleColumns(roots), inputs.Copy().ScaleColumns(roots));
        var scale = Scale(x, driving);
        var omega = x.Above(driving.ScaleRows(Filled(c, scale)));
        var y = pairs.Pairs.Y.Above(new Matrix(c, omega.Columns)).ScaleColumns(roots);
        var both = pairs with { Pairs = new SnapshotPairs(omega, y), Inputs = null };
        var joint = SnapshotBasis.Of(both, WithInputs(c), la);
        var (states, driven) = (joint.U.SelectRows(0, n), joint.U.SelectRows(n, c));
        var image = joint.B.SelectRows(0, n);

        // [X; u] cut to p directions is U1 S V' in its first rows: the kept directions of X are those of U1 S. Without
        // any states U1 is round-off.
        var still = Guard.LargestMagnitude(x.AsSpan()) == 0;
        var p = joint.Rank.Rank;
        var (q, t, _) = RegressionParts.Svd(still ? x : states.Copy().ScaleColumns(joint.S.AsSpan(0, p)), la);
        var own = RankRule.Decide(t, RegressionParts.Shape(pairs, n));
        var u1 = q.SelectColumns(0, own.Rank);
        var k = la.Multiply(image, la.Multiply(states, u1, transposeA: true));
        var basis = new SnapshotBasis(u1, k, t, own, BasisMethod.Svd);
        var regression = Regression.Of(basis, refine: 0, la);
        return regression with
        {
            Spectrum = regression.Spectrum with { ConditionNumber = joint.ConditionNumber },
            InputImage = la.Multiply(image, driven, transposeB: true).ScaleColumns(Filled(c, scale)),
            Warnings = p < own.Rank + c ? [.. joint.Warnings, NotExciting(p, own.Rank, c)] : joint.Warnings,
        };
    }

    // A number of directions is meant of the states, and those of the inputs come on top; one that was cross-validated
    // is of both.
    private RankRule WithInputs(int inputs) => RankRule is RankRule.Fixed { Rank: var rank, Why: null }
        ? new RankRule.Fixed((int)Math.Min((long)rank + inputs, int.MaxValue))
        : RankRule;

    private static string NotExciting(int joint, int states, int inputs) =>
        $"the inputs do not excite the system persistently: [X; u] has rank {joint}, not {states} + {inputs}, and what "
        + "states and inputs share is split between them by least norm";

    /// <summary>||X||_F / ||u||_F; 1 where that is no number to scale by.</summary>
    private static double Scale(Matrix x, Matrix inputs)
    {
        var ratio = TensorPrimitives.Norm<double>(x.AsSpan()) / TensorPrimitives.Norm<double>(inputs.AsSpan());
        return ratio > 0 && double.IsFinite(ratio) ? ratio : 1;
    }

    private static double[] Filled(int length, double value)
    {
        var values = new double[length];
        Array.Fill(values, value);
        return values;
    }
}
