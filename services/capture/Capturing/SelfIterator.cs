using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>
/// Iterates a self-map from sampled starts (methods P0.3) and stops each trajectory that leaves the scale it began at.
/// </summary>
internal static class SelfIterator
{
    private const double BlownUp = 1e3;
    private const double DiedOut = 1e-12;

    /// <summary>States z_0 .. z_steps, one d × M matrix each; NaN from where a trajectory was stopped.</summary>
    public static Matrix[] Run(SelfMap map, Matrix inputs, int steps, CancellationToken cancellationToken)
    {
        var states = new Matrix[steps + 1];
        states[0] = map.Start(inputs);
        var scale = MedianNorm(states[0]);
        var stopped = new bool[inputs.Columns];
        for (var k = 1; k <= steps; k++)
        {
            states[k] = map.Step(Living(states[k - 1], stopped), cancellationToken);
            for (var t = 0; t < stopped.Length; t++)
            {
                var state = states[k].Column(t);
                var norm = TensorPrimitives.Norm<double>(state);
                stopped[t] |= !(norm <= BlownUp * scale && norm >= DiedOut * scale);
                if (stopped[t])
                {
                    state.Fill(double.NaN);
                }
            }
        }

        return states;
    }

    // A network need not take a NaN; a stopped trajectory is fed zeros and its result thrown away.
    private static Matrix Living(Matrix states, bool[] stopped)
    {
        if (!stopped.Contains(true))
        {
            return states;
        }

        var living = states.Copy();
        for (var t = 0; t < stopped.Length; t++)
        {
            if (stopped[t])
            {
                living.Column(t).Clear();
            }
        }

        return living;
    }

    private static double MedianNorm(Matrix states)
    {
        var norms = new double[states.Columns];
        for (var t = 0; t < norms.Length; t++)
        {
            norms[t] = TensorPrimitives.Norm<double>(states.Column(t));
        }

        Array.Sort(norms);
        return norms[norms.Length / 2];
    }
}
