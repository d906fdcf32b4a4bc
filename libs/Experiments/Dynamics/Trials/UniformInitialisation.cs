using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Dynamics.Trials;

/// <summary>
/// PyTorch's initial weights and biases of linear layers, uniform on ±1 / sqrt(inputs), which the papers' networks
/// began with.
/// </summary>
internal static class UniformInitialisation
{
    /// <summary>Values of a layout whose layers have a weight [outputs, inputs] and then a bias.</summary>
    public static double[] Of(ParameterLayout layout, RandomState random)
    {
        var (values, inputs) = (new double[layout.Count], 0L);
        for (var tensor = 0; tensor < layout.Tensors.Length; tensor++)
        {
            var shape = layout.Tensors[tensor].Shape;
            inputs = shape.Length == 2 ? shape[1] : inputs;
            var bound = 1 / Math.Sqrt(inputs);
            foreach (ref var value in values.AsSpan((int)layout.Start(tensor), (int)layout.Tensors[tensor].Count))
            {
                value = bound * ((2 * random.NextDouble()) - 1);
            }
        }

        return values;
    }
}
