using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Partitions;

/// <summary>
/// One operator for each block of rows of a trajectory, U_b = F'_b F_b^+ (d × d): node, patch and single-weight Koopman
/// operators of weights (Dogra and Redman 2020, arXiv 2006.02361; methods P3.3). Blocks are fitted side by side.
/// Immutable.
/// </summary>
public sealed class PartitionedOperators
{
    private readonly Matrix[] _operators;
    private readonly ILinearAlgebra _la;

    private PartitionedOperators(Matrix[] operators, int blockSize, ILinearAlgebra la) =>
        (_operators, BlockSize, _la) = (operators, blockSize, la);

    /// <summary>d: rows of each block; the last block may be smaller.</summary>
    public int BlockSize { get; }

    /// <summary>Number of blocks.</summary>
    public int Count => _operators.Length;

    /// <summary>U_b, d × d.</summary>
    public Matrix this[int block] => _operators[block];

    /// <summary>
    /// Fits U_b = Y_b V S^(-1) U' on the directions s > tolerance · s_1 of X_b. O(n m d) over all blocks, nothing of
    /// size n × n.
    /// </summary>
    /// <param name="trajectory">n × m, m ≥ 2, columns in time order; finite.</param>
    /// <param name="blockSize">d ≥ 1: rows 0..d-1 are block 0, and so on; a smaller rest is the last block.</param>
    /// <param name="relativeTolerance">In [0, 1).</param>
    /// <param name="la">The linear algebra to run on.</param>
    public static PartitionedOperators Fit(
        Matrix trajectory, int blockSize, double relativeTolerance, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        ArgumentNullException.ThrowIfNull(la);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        if (trajectory.Columns < 2 || trajectory.Rows == 0)
        {
            throw new ShapeMismatchException(
                "the trajectory", "at least 1 x 2", $"{trajectory.Rows} x {trajectory.Columns}");
        }

        Guard.Finite(trajectory, "the trajectory");
        var rule = new RankRule.RelTol(relativeTolerance);
        var operators = new Matrix[((trajectory.Rows - 1) / blockSize) + 1];
        Parallel.For(0, operators.Length, b =>
        {
            var start = b * blockSize;
            var rows = trajectory.SelectRows(start, Math.Min(blockSize, trajectory.Rows - start));
            operators[b] = Operator(rows, rule, la);
        });
        return new PartitionedOperators(operators, blockSize, la);
    }

    /// <summary>U_b^steps x_b for every block at once, by squaring: n long. O(n d log steps · d).</summary>
    /// <param name="state">n long, finite.</param>
    /// <param name="steps">≥ 0.</param>
    /// <exception cref="NonFiniteDataException">The prediction grew beyond what a double holds.</exception>
    public double[] Predict(ReadOnlySpan<double> state, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Guard.Length(state.Length, ((Count - 1) * BlockSize) + _operators[^1].Rows, "the state");
        Guard.Finite(state, "the state");
        var (from, to) = (state.ToArray(), new double[state.Length]);
        Parallel.For(0, Count, b =>
        {
            var d = _operators[b].Rows;
            Power(_operators[b], from.AsSpan(b * BlockSize, d).ToArray(), steps).CopyTo(to, b * BlockSize);
        });
        Guard.Finite(to, "the prediction");
        return to;
    }

    private static Matrix Operator(Matrix rows, RankRule rule, ILinearAlgebra la)
    {
        var (x, y) = (rows.SelectColumns(0, rows.Columns - 1), rows.SelectColumns(1, rows.Columns - 1));
        var (u, s, vt) = la.ThinSvd(x);
        var rank = rule.Decide(s, x.Rows, x.Columns).Rank;
        var inverse = Array.ConvertAll(s[..rank], value => 1 / value);
        var image = la.Multiply(y, vt.SelectRows(0, rank).ScaleRows(inverse), transposeB: true);
        return la.Multiply(image, u.SelectColumns(0, rank), transposeB: true);
    }

    private double[] Power(Matrix power, double[] x, long steps)
    {
        for (; steps > 0; steps >>= 1)
        {
            x = (steps & 1) == 1 ? _la.Multiply(power, x) : x;
            power = steps > 1 ? _la.Multiply(power, power) : power;
        }

        return x;
    }
}
