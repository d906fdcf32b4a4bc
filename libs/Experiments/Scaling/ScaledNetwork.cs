using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Scaling;

/// <summary>
/// A network cut after one of its ReLUs, with trained blocks in the cut (methods P2.3). The activation after the cut is
/// z_0, after block k it is z_k, and after the layer that followed, the one to be replaced, it is the last state.
/// </summary>
/// <param name="Head">The layers up to and with the ReLU at the cut.</param>
/// <param name="Blocks">w → w each, ReLU; the delay coordinates come from them.</param>
/// <param name="Next">w → w', ReLU: the layer to be replaced.</param>
/// <param name="Tail">What follows it.</param>
public sealed record ScaledNetwork(
    IReadOnlyList<DenseLayer> Head, IReadOnlyList<DenseLayer> Blocks, DenseLayer Next, IReadOnlyList<DenseLayer> Tail)
{
    /// <summary>w.</summary>
    public int Width => Next.Weights.Columns;

    /// <summary>w'.</summary>
    public int NextWidth => Next.Weights.Rows;

    /// <summary>All layers: the network the trajectories are of.</summary>
    public IReadOnlyList<DenseLayer> Layers => [.. Head, .. Blocks, Next, .. Tail];

    /// <summary>The network without its blocks.</summary>
    public IReadOnlyList<DenseLayer> Original => [.. Head, Next, .. Tail];

    /// <summary>Number of the cut layer, from 1, of a position of its ReLU among [Linear, ReLU, Linear, …].</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// No ReLU is there, or no ReLU layer follows that could be replaced.
    /// </exception>
    public static int Cut(int start, int layers)
    {
        var last = (2 * layers) - 5;
        return start >= 1 && start <= last && start % 2 == 1
            ? (start + 1) / 2
            : throw new ArgumentOutOfRangeException(
                nameof(start), start,
                $"a start is the odd position of a ReLU that another one follows, from 1 to {last}, got {start}");
    }

    /// <summary>
    /// z_0, …, z_b of the columns of <paramref name="states"/>, which are z_0; w × m each. The padded last state is not
    /// among them.
    /// </summary>
    public IReadOnlyList<Matrix> Delayed(Matrix states, ILinearAlgebra la)
    {
        var all = new Matrix[Blocks.Count + 1];
        all[0] = states;
        for (var k = 0; k < Blocks.Count; k++)
        {
            all[k + 1] = LayerChain.Apply(Blocks[k], all[k], la);
        }

        return all;
    }
}
