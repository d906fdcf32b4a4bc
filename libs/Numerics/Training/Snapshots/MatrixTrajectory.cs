using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Training.Snapshots;

/// <summary>Snapshots in memory, one a column. Immutable; the matrix is shared.</summary>
public sealed class MatrixTrajectory : ITrajectory
{
    private readonly Matrix _columns;

    /// <summary>Over the columns of a p × (m + 1) matrix.</summary>
    /// <param name="columns">Finite.</param>
    /// <param name="layout">p values; null for plain ones.</param>
    /// <param name="snapshots">m + 1; null for steps 0, 1, 2, … of which nothing is known.</param>
    /// <exception cref="ShapeMismatchException">The three don't fit together.</exception>
    /// <exception cref="NonFiniteDataException">A value is NaN or infinite.</exception>
    public MatrixTrajectory(
        Matrix columns, ParameterLayout? layout = null, IReadOnlyList<Snapshot>? snapshots = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Guard.Finite(columns, "the trajectory");
        Layout = layout ?? ParameterLayout.Plain(columns.Rows);
        Snapshots = snapshots ?? [.. Enumerable.Range(0, columns.Columns).Select(step => new Snapshot(step))];
        if (Layout.Count != columns.Rows || Snapshots.Count != columns.Columns)
        {
            throw new ShapeMismatchException(
                "the trajectory", $"{Layout.Count} x {Snapshots.Count}", $"{columns.Rows} x {columns.Columns}");
        }

        _columns = columns;
    }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Snapshot> Snapshots { get; }

    /// <inheritdoc/>
    public bool IsSingle => false;

    /// <inheritdoc/>
    public void Read(int index, long first, Span<double> values) =>
        _columns.Column(index).Slice(checked((int)first), values.Length).CopyTo(values);
}
