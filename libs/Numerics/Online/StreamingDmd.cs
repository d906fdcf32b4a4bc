using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Online;

/// <summary>
/// Streaming DMD, methods S11 (Hemati, Williams and Rowley 2014, Phys. Fluids 26, 111701): orthonormal bases of the
/// snapshots and of their successors grow with the stream and are cut to their leading directions, and small Gram
/// matrices in them stand for everything seen: Gx = Qx'X X'Qx, Gy = Qy'Y Y'Qy, A = Qy'Y X'Qx. For states too many for
/// n × n.
/// </summary>
/// <remarks>
/// The same as the batch, to sqrt(eps) of small directions as products are summed, while the data has at most 2 r0
/// directions; beyond, each cut drops energy for good, which is reported. A basis is cut when it reaches twice r0, so
/// that a cut is paid for by r0 directions: O(n r0) a pair, memory 4 n r0. Not thread-safe; not mergeable, as the bases
/// of two streams differ.
/// </remarks>
public sealed class StreamingDmd
{
    private readonly StreamingDmdOptions _options;
    private readonly GrowingBasis _x;
    private readonly GrowingBasis _y;
    private readonly double[] _first;
    private Matrix _cross = new(0, 0);
    private double _still;

    /// <summary>A learner that has seen nothing.</summary>
    /// <param name="width">n ≥ 1.</param>
    /// <param name="options">How bases grow and are cut.</param>
    public StreamingDmd(int width, StreamingDmdOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentNullException.ThrowIfNull(options);
        (Width, _options, _first) = (width, options, new double[width]);
        (_x, _y) = (new GrowingBasis(width), new GrowingBasis(width));
    }

    /// <summary>n.</summary>
    public int Width { get; }

    /// <summary>Pairs seen.</summary>
    public long Count { get; private set; }

    /// <summary>Directions of the snapshots and of their successors that are kept now.</summary>
    public (int Snapshots, int Successors) Directions => (_x.Q.Columns, _y.Q.Columns);

    /// <summary>
    /// Fraction of the snapshots' and successors' energy that cuts have dropped, the larger of the two.
    /// </summary>
    public double DroppedEnergy => Math.Max(Fraction(_x), Fraction(_y));

    /// <summary>Learns one pair. O(n r).</summary>
    /// <exception cref="ShapeMismatchException">Not n long.</exception>
    /// <exception cref="NonFiniteDataException">A number is NaN or infinite; nothing was learned.</exception>
    public void Update(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ILinearAlgebra la)
    {
        Guard.Length(x.Length, Width, "the snapshot");
        Guard.Length(y.Length, Width, "the successor");
        Update(new Matrix(Width, 1, x.ToArray()), new Matrix(Width, 1, y.ToArray()), la);
    }

    /// <summary>Learns k pairs. O(n (r + r0) k) in products of matrices, at most r0 pairs at a time.</summary>
    /// <exception cref="ShapeMismatchException">Not both n × k.</exception>
    /// <exception cref="NonFiniteDataException">A number is NaN or infinite; nothing was learned.</exception>
    public void Update(Matrix x, Matrix y, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(la);
        SnapshotChecks.Block(x, y, Width);
        if (Count == 0 && x.Columns > 0)
        {
            x.Column(0).CopyTo(_first);
        }

        for (var start = 0; start < x.Columns; start += _options.MaxRank)
        {
            var count = Math.Min(_options.MaxRank, x.Columns - start);
            Learn(x.SelectColumns(start, count), y.SelectColumns(start, count), la);
        }
    }

    /// <summary>The operator of everything seen. O(n r^2).</summary>
    /// <exception cref="ShapeMismatchException">No pair was learned.</exception>
    public KoopmanOperator ToOperator(ILinearAlgebra la) => ToOperator(
        new PairFrame
        {
            Observables = Dictionary.Identity(Width),
            Delays = 1,
            TimeStep = _options.TimeStep,
            Starts = new Matrix(Width, 1, (double[])_first.Clone()),
        },
        la);

    /// <summary>The same for pairs that were lifted in a frame.</summary>
    internal KoopmanOperator ToOperator(PairFrame frame, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        if (Count == 0)
        {
            throw new ShapeMismatchException("the stream", "at least 1 pair", "none");
        }

        var regression = Regression.Of(Basis(la), refine: 0, la) with { ExactModes = true, Squared = true };
        var isState = frame.Observables.IsIdentity;
        return OperatorAssembly.Of("streaming-dmd", regression, frame, la) with
        {
            Diagnostics = OperatorAssembly.Diagnose(regression, Count, la) with
            {
                FitError = isState ? FitError(regression) : null,
                PersistenceError = isState && _y.Energy > 0 ? Math.Sqrt(_still / _y.Energy) : null,
                Warnings = _x.Dropped + _y.Dropped == 0 ? [] : [DroppedSentence()],
            },
        };
    }

    private void Learn(Matrix x, Matrix y, ILinearAlgebra la)
    {
        var (before, after) = (_x.Add(x, _options.Tolerance, la), _y.Add(y, _options.Tolerance, la));
        _cross = GrowingBasis.Padded(_cross, after.Rows, before.Rows);
        var sum = la.Multiply(after, before, transposeB: true);
        TensorPrimitives.Add(_cross.AsSpan(), sum.AsSpan(), _cross.AsSpan());
        var change = new Matrix(Width, x.Columns);
        TensorPrimitives.Subtract<double>(y.AsSpan(), x.AsSpan(), change.AsSpan());
        (_still, Count) = (_still + change.Energy(), Count + x.Columns);
        if (_x.Q.Columns > 2 * _options.MaxRank)
        {
            _cross = la.Multiply(_cross, _x.Cut(_options.MaxRank, la));
        }

        if (_y.Q.Columns > 2 * _options.MaxRank)
        {
            _cross = la.Multiply(_y.Cut(_options.MaxRank, la), _cross, transposeA: true);
        }
    }

    /// <summary>Gx = V S^2 V': U = Qx V, B = Qy A V S^(-2).</summary>
    private SnapshotBasis Basis(ILinearAlgebra la)
    {
        var (values, vectors) = _x.Gram.Rows == 0 ? ([], new Matrix(0, 0)) : la.SymmetricEigen(_x.Gram);
        var s = Array.ConvertAll(values, value => Math.Sqrt(Math.Max(0, value)));
        var shape = new SpectrumShape(Width, (int)Math.Min(Count, int.MaxValue))
        {
            RelativeFloor = SpectrumShape.SquaredFloor(Math.Max(1, s.Length)),
        };
        var decision = _options.RankRule.Decide(s, shape);
        var v = vectors.SelectColumns(0, decision.Rank);
        var scaled = v.Copy().ScaleColumns(Array.ConvertAll(s[..decision.Rank], value => 1 / value / value));
        var image = la.Multiply(_y.Q, la.Multiply(_cross, scaled));
        Guard.Finite(image, "the image of the snapshots' basis");
        return new SnapshotBasis(la.Multiply(_x.Q, v), image, s, decision, BasisMethod.Gram);
    }

    /// <summary>
    /// ||Y - B U'X||^2 = ||Y||^2 - ||B S||^2, as B is the least squares: right to sqrt(eps) of ||Y||.
    /// </summary>
    private double FitError(Regression regression)
    {
        var image = regression.Spectrum.Image;
        var explained = image.Copy().ScaleColumns(regression.Spectrum.SingularValues.Span[..image.Columns]).Energy();
        return _y.Energy > 0 ? Math.Sqrt(Math.Max(0, _y.Energy - explained) / _y.Energy) : 0;
    }

    private string DroppedSentence() => FormattableString.Invariant(
        $"cuts to {_options.MaxRank} directions dropped {DroppedEnergy:0.0E0} of the energy of the snapshots");

    private static double Fraction(GrowingBasis basis) => basis.Energy > 0 ? basis.Dropped / basis.Energy : 0;
}
