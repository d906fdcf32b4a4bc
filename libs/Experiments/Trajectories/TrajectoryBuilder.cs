using KoopmanMesh.Experiments.Scaling;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Trajectories;

/// <summary>Follows samples through a scaled network (methods P2.4).</summary>
public static class TrajectoryBuilder
{
    /// <summary>
    /// The trajectories of <paramref name="inputs"/> (one sample a column): z_0, z_1, …, z_b, and the activation after
    /// the original next layer, whose w' entries are followed by <paramref name="padding"/> up to w.
    /// </summary>
    public static TrajectorySet Of(ScaledNetwork network, Matrix inputs, double padding, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(inputs);
        if (network.NextWidth > network.Width)
        {
            throw new ArgumentException(
                $"the layer to be replaced widens from {network.Width} to {network.NextWidth}; its last state would "
                + "not fit a trajectory",
                nameof(network));
        }

        var delayed = network.Delayed(LayerChain.Apply(network.Head, inputs, la), la);
        var last = LayerChain.Apply(network.Next, delayed[^1], la);
        var length = delayed.Count + 1;
        var states = new Matrix(network.Width, checked(length * inputs.Columns));
        for (var t = 0; t < inputs.Columns; t++)
        {
            for (var k = 0; k < delayed.Count; k++)
            {
                delayed[k].Column(t).CopyTo(states.Column((t * length) + k));
            }

            var final = states.Column((t * length) + length - 1);
            last.Column(t).CopyTo(final);
            final[network.NextWidth..].Fill(padding);
        }

        return new TrajectorySet(states, length);
    }
}
