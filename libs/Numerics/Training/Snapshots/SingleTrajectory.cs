using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Training.Snapshots;

/// <summary>
/// Snapshots of float32 numbers in memory, as a trainer collects them: half the space of doubles. Not to be added to
/// while it is read.
/// </summary>
/// <param name="layout">What the values are.</param>
public sealed class SingleTrajectory(ParameterLayout layout) : ITrajectory
{
    private readonly List<float[]> _values = [];
    private readonly List<Snapshot> _snapshots = [];

    /// <inheritdoc/>
    public ParameterLayout Layout => layout;

    /// <inheritdoc/>
    public IReadOnlyList<Snapshot> Snapshots => _snapshots;

    /// <inheritdoc/>
    public bool IsSingle => true;

    /// <summary>Adds a copy of the next snapshot.</summary>
    /// <exception cref="ShapeMismatchException">It is of another length.</exception>
    /// <exception cref="NonFiniteDataException">A value is NaN or infinite.</exception>
    public void Add(Snapshot snapshot, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (values.Length != layout.Count)
        {
            throw new ShapeMismatchException("the snapshot", $"{layout.Count} long", $"{values.Length}");
        }

        if (!TensorPrimitives.IsFiniteAll(values))
        {
            var index = values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            throw new NonFiniteDataException($"the snapshot of step {snapshot.Step}", values[index]);
        }

        _values.Add(values.ToArray());
        _snapshots.Add(snapshot);
    }

    /// <inheritdoc/>
    public void Read(int index, long first, Span<double> values) =>
        TensorPrimitives.ConvertTruncating<float, double>(
            _values[index].AsSpan(checked((int)first), values.Length), values);
}
