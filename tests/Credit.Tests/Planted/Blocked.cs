using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Planted;

/// <summary>Snapshots as a run accumulates them: float32, in interleaved row blocks.</summary>
internal static class Blocked
{
    public static BlockedAccumulator Accumulate(Matrix x, Matrix y, int blocks, ILinearAlgebra la)
    {
        var accumulator = new BlockedAccumulator(x.Rows, y.Rows, blocks, x.Columns, AccumulatorKind.Gram, la);
        accumulator.Add(0, Single(x), Single(y), x.Columns);
        return accumulator;
    }

    private static float[] Single(Matrix a) => Array.ConvertAll(a.AsSpan().ToArray(), value => (float)value);
}
