using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.StandIns;

/// <summary>The pairs [psi(x); y] of one lift, summed up: those to fit and those held out.</summary>
internal sealed class LiftSums
{
    private const int GramRows = 512;

    // Wider, and a square of it has more elements than an array.
    private const int MostWidth = 46_000;

    private readonly ILinearAlgebra _algebra;
    private readonly int _after;
    private readonly PairSink _fitted;
    private readonly PairSink _heldOut;

    public LiftSums(Dictionary observables, int after, AccumulatorKind kind, ILinearAlgebra algebra)
    {
        (Observables, _after, _algebra) = (observables, after, algebra);
        var scratch = new FoldScratch(algebra, observables.Count + after);
        (_fitted, _heldOut) = (Sink(), Sink());

        PairSink Sink()
        {
            var width = observables.Count + after;
            return kind == AccumulatorKind.Gram
                ? new PairSink(observables.Count, after, GramRows, new GramState(width), scratch)
                : new PairSink(observables.Count, after, QrRows(width), new QrState(width), scratch);
        }
    }

    public Dictionary Observables { get; }

    /// <summary>Bytes of the sums of so many observables; null when no array could hold them.</summary>
    public static long? EstimateBytes(int observables, int after, AccumulatorKind kind)
    {
        var width = (long)observables + after;
        var (state, rows) = kind == AccumulatorKind.Gram
            ? ((width * (width + 3) / 2) + (width * width / 2), GramRows)
            : ((width + 1) * (width + 2), QrRows((int)Math.Min(width, MostWidth)));
        return width > MostWidth ? null : 2 * sizeof(double) * (state + (rows * width));
    }

    /// <summary>Adds lifted columns and what came after them, some to the one and some to the other.</summary>
    public void Add(Matrix states, Matrix after, HoldOutStripes stripes, long firstRow)
    {
        var psi = Observables.Lift(states, _algebra);
        Guard.Finite(psi, $"the observables {Observables}");
        for (var done = 0; done < psi.Columns;)
        {
            var (heldOut, left) = stripes.At(firstRow + done);
            var take = (int)Math.Min(left, psi.Columns - done);
            (heldOut ? _heldOut : _fitted).Add(
                psi.AsSpan().Slice(done * psi.Rows, take * psi.Rows),
                after.AsSpan().Slice(done * after.Rows, take * after.Rows), take);
            done += take;
        }
    }

    public LiftSummary Fitted() => Summary(_fitted);

    public LiftSummary HeldOut() => Summary(_heldOut);

    /// <summary>Adds what was held out to what was fitted.</summary>
    public void Join() => _fitted.Merge(_heldOut);

    private LiftSummary Summary(PairSink sink)
    {
        if (sink.State is not QrState qr)
        {
            return new LiftSummary(sink.ToMoments(), null);
        }

        sink.Flush();
        var factor = PairFactor.From(Observables.Count, _after, qr.Count, qr.Factor);
        return new LiftSummary(factor.ToMoments(_algebra), factor);
    }

    private static int QrRows(int width) => (int)Math.Clamp(4L * width, 256, 4096);
}
