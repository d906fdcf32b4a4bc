using System.Numerics;

namespace KoopmanMesh.Training;

/// <summary>Makes networks of layers that are there.</summary>
public static class DenseNetwork
{
    /// <summary>
    /// A network of these layers, one after the other: their weights, biases and whether they are frozen are copied, so
    /// that training it changes none of them.
    /// </summary>
    /// <exception cref="ArgumentException">There is none, or one takes other widths than the one before
    /// gives.</exception>
    public static DenseNetwork<T> From<T>(params IReadOnlyList<DenseLayer<T>> layers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
        {
            throw new ArgumentException("a network needs at least one layer, got none", nameof(layers));
        }

        for (var i = 1; i < layers.Count; i++)
        {
            if (layers[i].Inputs != layers[i - 1].Outputs)
            {
                throw new ArgumentException(
                    $"layer {i} takes {layers[i].Inputs} numbers, but the one before gives {layers[i - 1].Outputs}",
                    nameof(layers));
            }
        }

        var network = new DenseNetwork<T>(
            [layers[0].Inputs, .. layers.Select(layer => layer.Outputs)],
            [.. layers.Select(layer => layer.Activation)]);
        for (var i = 0; i < layers.Count; i++)
        {
            network.Layers[i].CopyFrom(layers[i]);
            network.Layers[i].IsFrozen = layers[i].IsFrozen;
        }

        return network;
    }
}
