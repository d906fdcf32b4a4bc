namespace KoopmanMesh.Networks.Lowering;

/// <summary>Collects the rows of a <see cref="SparseMap"/>.</summary>
internal sealed class SparseRows(int inputs)
{
    private readonly List<int> _starts = [0];
    private readonly List<int> _columns = [];
    private readonly List<double> _values = [];

    public long Count => _values.Count;

    public void Add(int column, double value)
    {
        _columns.Add(column);
        _values.Add(value);
    }

    public void EndRow() => _starts.Add(_values.Count);

    public SparseMap ToMap() => new(inputs, [.. _starts], [.. _columns], [.. _values]);
}
