using KoopmanMesh.Experiments.Scaling;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Operators;

/// <summary>Inference with the layer replaced (methods P2.6).</summary>
public static class ReplacedLayer
{
    /// <summary>
    /// The logits: z_d, …, z_0 through <paramref name="functional"/> (w' × (d + 1) w, newest first,
    /// perhaps with a constant before them), no ReLU after it,
    /// then the tail. O(m w' d w).
    /// </summary>
    /// <param name="network">Whose tail follows.</param>
    /// <param name="delayed">z_0, z_1, …, of m samples; w × m each, at least d + 1 of them.</param>
    /// <param name="functional">From <see cref="DelayOperator.Functional"/>.</param>
    /// <param name="la">The linear algebra to run on.</param>
    public static Matrix Logits(
        ScaledNetwork network, IReadOnlyList<Matrix> delayed, Matrix functional, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(network);
        return LayerChain.Apply(network.Tail, State(delayed, functional, la), la);
    }

    /// <summary>The state that stands in for the activation after the replaced layer, w' × m.</summary>
    public static Matrix State(IReadOnlyList<Matrix> delayed, Matrix functional, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(delayed);
        ArgumentNullException.ThrowIfNull(functional);
        ArgumentNullException.ThrowIfNull(la);
        var (width, samples) = (delayed[0].Rows, delayed[0].Columns);
        var (blocks, constants) = Math.DivRem(functional.Columns, width);
        if (constants > 1 || blocks < 1 || blocks > delayed.Count)
        {
            throw new ArgumentException(
                $"the functional takes {functional.Columns} numbers, there are {delayed.Count} states of {width}",
                nameof(functional));
        }

        // One product a block: the delay vectors of all samples would be the largest matrix of all.
        var state = new Matrix(functional.Rows, samples);
        for (var j = 0; constants > 0 && j < samples; j++)
        {
            functional.Column(0).CopyTo(state.Column(j));
        }

        for (var block = 0; block < blocks; block++)
        {
            la.Gemm(
                false, false, functional.Rows, samples, width,
                1, functional.AsSpan()[((constants + (block * width)) * functional.Rows)..], functional.Rows,
                delayed[blocks - 1 - block].AsSpan(), width, 1, state.AsSpan(), functional.Rows);
        }

        return state;
    }
}
