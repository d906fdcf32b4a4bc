using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Capture.Boxes;

/// <summary>The rows that a box is taken from.</summary>
/// <param name="Data">The data set, scaled.</param>
/// <param name="Order">How a data row becomes a network input.</param>
/// <param name="Counts">Whether a row, by its index, counts for the range; all do when absent.</param>
internal sealed record BoxRows(DataSet Data, RowOrder Order, Func<long, bool>? Counts = null);
