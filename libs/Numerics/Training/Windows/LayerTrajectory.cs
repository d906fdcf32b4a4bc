using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Windows;

/// <summary>One layer of a trajectory, its tensors one after the other, as a trajectory. Nothing is copied.</summary>
public sealed class LayerTrajectory : ITrajectory
{
    private readonly ITrajectory _whole;
    private readonly ParameterLayer _layer;

    /// <summary>The layer of that name, see <see cref="ParameterLayout.Layers"/>.</summary>
    /// <exception cref="ArgumentException">There is no such layer.</exception>
    public LayerTrajectory(ITrajectory whole, string layer)
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(layer);
        _whole = whole;
        _layer = whole.Layout.Layers.FirstOrDefault(known => known.Name == layer)
            ?? throw new ArgumentException(
                $"there is no layer '{layer}', expected one of "
                + string.Join(", ", whole.Layout.Layers.Take(20).Select(known => $"'{known.Name}'")), nameof(layer));
        Layout = new ParameterLayout(_layer.Tensors.Select(tensor => whole.Layout.Tensors[tensor]));
    }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Snapshot> Snapshots => _whole.Snapshots;

    /// <inheritdoc/>
    public bool IsSingle => _whole.IsSingle;

    /// <inheritdoc/>
    public void Read(int index, long first, Span<double> values)
    {
        while (!values.IsEmpty)
        {
            var tensor = Layout.TensorAt(first);
            var inside = first - Layout.Start(tensor);
            var count = (int)Math.Min(values.Length, Layout.Tensors[tensor].Count - inside);
            _whole.Read(index, _whole.Layout.Start(_layer.Tensors[tensor]) + inside, values[..count]);
            first += count;
            values = values[count..];
        }
    }
}
